{{ config(materialized='ephemeral') }}

with refunds as (

    select * from {{ ref('int_refunds_uncovered') }}

),

parts as (

    select refunds.*, 'goods' as kind, part
    from refunds
    cross join lateral (
        select {{ each('refunds.payload', 'refundLineItems') }} as part
        union all
        select {{ each('refunds.payload', 'refund_line_items') }}
    ) as goods
    union all
    select refunds.*, 'shipping' as kind, part
    from refunds
    cross join lateral (
        select {{ each('refunds.payload', 'refundShippingLines') }} as part
        union all
        select {{ each('refunds.payload', 'refund_shipping_lines') }}
    ) as shipping
    union all
    select
        refunds.*,
        case when part ->> 'kind' = 'shipping_refund' then 'shipping_adjustment' else 'adjustment' end as kind,
        part
    from refunds
    cross join lateral (
        select {{ each('refunds.payload', 'orderAdjustments') }} as part
        union all
        select {{ each('refunds.payload', 'order_adjustments') }}
    ) as adjustments

),

read_once as (

    select
        parts.*,
        {{ shopify_id("fields.id") }} as part_id,
        coalesce({{ shopify_id("fields.\"lineItem\" ->> 'id'") }}, fields.line_item_id) as line_item_id,
        fields.quantity,
        coalesce(
            {{ amount('fields."subtotalSet"', 'fields.subtotal_set') }},
            {{ amount('fields."subtotalAmountSet"', 'fields.subtotal_amount_set') }},
            {{ amount('fields."amountSet"', 'fields.amount_set') }},
            fields.subtotal, fields.amount, 0
        )::numeric(20, 4) as subtotal,
        coalesce(
            {{ amount('fields."totalTaxSet"', 'fields.total_tax_set') }},
            {{ amount('fields."taxAmountSet"', 'fields.tax_amount_set') }},
            fields.total_tax, fields.tax_amount, 0
        )::numeric(20, 4) as tax

    from parts
    cross join lateral jsonb_to_record(parts.part) as fields (
        id text, quantity integer, line_item_id bigint, "lineItem" jsonb,
        "subtotalSet" jsonb, subtotal_set jsonb, subtotal numeric,
        "totalTaxSet" jsonb, total_tax_set jsonb, total_tax numeric,
        "subtotalAmountSet" jsonb, subtotal_amount_set jsonb,
        "taxAmountSet" jsonb, tax_amount_set jsonb, tax_amount numeric,
        "amountSet" jsonb, amount_set jsonb, amount numeric
    )

)

select
    tenant_id,
    order_id,
    refund_id,
    created_at,
    is_newer_than_order,
    kind,
    part_id,
    line_item_id,
    quantity,
    case when has_taxes_included and kind <> 'adjustment' then subtotal - tax else subtotal end as net,
    tax,
    bool_or(kind = 'shipping') over (partition by tenant_id, order_id, refund_id) as has_shipping_lines

from read_once

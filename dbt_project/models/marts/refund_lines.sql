{{
    config(
        meta={'consumes': {'table': 'dirty_orders', 'column': 'order_id', 'key': 'order_id'}},
        indexes=[{'columns': ['tenant_id', 'product_id']}],
    )
}}

with orders as (

    select * from {{ ref('stg_shopify__orders') }}
    where (tenant_id, order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})

),

order_lines as (

    select * from {{ ref('stg_shopify__order_lines') }}
    where (tenant_id, order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})

),

parts as (

    select refunds.*, part
    from {{ ref('int_refunds_named') }} as refunds
    cross join lateral (
        select {{ each('refunds.payload', 'refundLineItems') }} as part
        union all
        select {{ each('refunds.payload', 'refund_line_items') }}
    ) as goods

),

lines as (

    select distinct on (parts.tenant_id, parts.order_id, parts.refund_id, {{ shopify_id('fields.id') }})
        parts.tenant_id,
        parts.order_id,
        parts.refund_id,
        parts.created_at,
        {{ shopify_id('fields.id') }} as refund_line_id,
        coalesce({{ shopify_id("fields.\"lineItem\" ->> 'id'") }}, fields.line_item_id) as line_item_id,
        coalesce(fields.quantity, 0) as quantity,
        lower(coalesce(fields."restockType", fields.restock_type, 'no_restock')) as restock_type,
        fields.restocked,
        coalesce({{ amount('fields."subtotalSet"', 'fields.subtotal_set') }}, fields.subtotal, 0) as subtotal,
        coalesce({{ amount('fields."totalTaxSet"', 'fields.total_tax_set') }}, fields.total_tax, 0) as tax

    from parts
    cross join lateral jsonb_to_record(parts.part) as fields (
        id text, quantity integer, line_item_id bigint, "lineItem" jsonb,
        "restockType" text, restock_type text, restocked boolean,
        "subtotalSet" jsonb, subtotal_set jsonb, subtotal numeric,
        "totalTaxSet" jsonb, total_tax_set jsonb, total_tax numeric
    )
    where fields.id is not null
    order by parts.tenant_id, parts.order_id, parts.refund_id, {{ shopify_id('fields.id') }}, fields.quantity desc

),

judged as (

    select *, coalesce(restocked, restock_type <> 'no_restock') as is_restocked
    from lines

)

select
    judged.tenant_id,
    judged.order_id,
    judged.refund_id,
    judged.refund_line_id,
    judged.line_item_id,
    order_lines.product_id,
    order_lines.variant_id,
    order_lines.title,
    order_lines.sku,
    judged.quantity,
    judged.restock_type,
    judged.is_restocked,
    case when judged.is_restocked then judged.quantity else 0 end as restocked_quantity,
    (judged.subtotal - case when orders.has_taxes_included then judged.tax else 0 end)::numeric(20, 4) as subtotal,
    judged.tax::numeric(20, 4) as tax,
    orders.currency,
    (judged.created_at at time zone orders.iana_timezone)::date as shop_date

from judged
inner join orders
    on judged.tenant_id = orders.tenant_id
    and judged.order_id = orders.order_id
left join order_lines
    on judged.tenant_id = order_lines.tenant_id
    and judged.order_id = order_lines.order_id
    and judged.line_item_id = order_lines.line_item_id

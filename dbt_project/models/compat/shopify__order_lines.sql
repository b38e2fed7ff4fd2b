with lines as (

    select * from {{ ref('order_lines') }}

),

shops as (

    select * from {{ ref('shops') }}

),

refunded as (

    select
        tenant_id,
        order_id,
        line_item_id,
        string_agg(distinct restock_type, ', ' order by restock_type) as restock_types,
        sum(quantity) as quantity,
        sum(subtotal) as subtotal

    from {{ ref('refund_lines') }}
    group by tenant_id, order_id, line_item_id

),

charged as (

    select
        tenant_id,
        order_id,
        line_item_id,
        sum(gross - discount) as net,
        sum(tax) as tax

    from {{ ref('ledger') }}
    where line_type in ('product', 'gift_card') and action <> 'return'
    group by tenant_id, order_id, line_item_id

)

select
    lines.tenant_id, lines.line_item_id as order_line_id, {{ unfilled('integer', ['index']) }},
    concat_ws(' - ', lines.title, lines.variant_title) as name,
    lines.order_id, {{ unfilled('integer', ['fulfillable_quantity']) }}, {{ unfilled('text', ['fulfillment_status']) }},
    lines.is_gift_card, {{ unfilled('numeric', ['grams']) }},
    coalesce(charged.net, 0)::numeric(20, 4) as pre_tax_price, {{ unfilled('jsonb', ['pre_tax_price_set']) }},
    lines.unit_price as price, {{ unfilled('jsonb', ['price_set']) }},
    lines.product_id, lines.quantity, {{ unfilled('boolean', ['is_shipping_required']) }},
    lines.sku, {{ unfilled('boolean', ['is_taxable']) }}, {{ unfilled('text', ['tax_code']) }},
    lines.title, lines.discounts as total_discount, {{ unfilled('jsonb', ['total_discount_set']) }},
    lines.variant_id, lines.variant_title, {{ unfilled('text', ['variant_inventory_management']) }},
    lines.vendor, {{ unfilled('jsonb', ['properties']) }}, {{ unfilled('timestamptz', ['_fivetran_synced']) }},
    shops.shop_domain as source_relation,
    lines.tenant_id || '-' || lines.order_id || '-' || lines.line_item_id as order_lines_unique_key,
    refunded.restock_types,
    coalesce(refunded.quantity, 0)::bigint as refunded_quantity,
    coalesce(refunded.subtotal, 0)::numeric(20, 4) as refunded_subtotal,
    (lines.quantity - coalesce(refunded.quantity, 0))::bigint as quantity_net_refunds,
    (coalesce(charged.net, 0) - coalesce(refunded.subtotal, 0))::numeric(20, 4) as subtotal_net_refunds,
    {{ unfilled('timestamptz', ['variant_created_at', 'variant_updated_at']) }},
    {{ unfilled('bigint', ['inventory_item_id']) }}, {{ unfilled('numeric(20, 4)', ['variant_price']) }},
    {{ unfilled('text', ['variant_sku']) }}, {{ unfilled('integer', ['variant_position']) }},
    {{ unfilled('text', ['variant_inventory_policy']) }}, {{ unfilled('numeric(20, 4)', ['variant_compare_at_price']) }},
    {{ unfilled('boolean', ['variant_is_taxable']) }}, {{ unfilled('text', ['variant_barcode']) }},
    {{ unfilled('bigint', ['variant_inventory_quantity']) }}, {{ unfilled('text', ['variant_tax_code']) }},
    {{ unfilled('boolean', ['variant_is_available_for_sale']) }}, {{ unfilled('text', ['variant_display_name']) }},
    {{ unfilled('bigint', ['variant_legacy_resource_id']) }},
    {{ unfilled('boolean', ['variant_has_components_required']) }},
    {{ unfilled('bigint', ['variant_sellable_online_quantity']) }},
    coalesce(charged.tax, 0)::numeric(20, 4) as order_line_tax

from lines
left join shops on lines.tenant_id = shops.tenant_id
left join refunded
    on lines.tenant_id = refunded.tenant_id
    and lines.order_id = refunded.order_id
    and lines.line_item_id = refunded.line_item_id
left join charged
    on lines.tenant_id = charged.tenant_id
    and lines.order_id = charged.order_id
    and lines.line_item_id = charged.line_item_id

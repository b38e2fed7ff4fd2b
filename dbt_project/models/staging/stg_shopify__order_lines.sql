select
    documents.tenant_id,
    documents.order_id,
    {{ shopify_id('fields.id') }} as line_item_id,
    coalesce({{ shopify_id("product ->> 'id'") }}, product_id) as product_id,
    coalesce({{ shopify_id("variant ->> 'id'") }}, variant_id) as variant_id,

    title,
    coalesce("variantTitle", variant_title) as variant_title,
    nullif(sku, '') as sku,
    vendor,
    case
        when coalesce("isGiftCard", gift_card, false) then 'gift_card'
        when coalesce(tip, tip_payment_gateway, tip_payment_method) is not null then 'tip'
        else 'product'
    end as line_type,

    coalesce(quantity, 0) as quantity,
    -- Without the field, nothing is left of a cancelled order, of any other what its refunds do not name.
    coalesce(
        "currentQuantity",
        current_quantity,
        case
            when documents.payload ->> 'cancelled_at' is null
                then greatest(quantity - coalesce({{ refunded_units('documents.payload', 'fields.id') }}, 0), 0)
            else 0
        end,
        0
    )::integer as current_quantity,
    coalesce({{ amount('"originalUnitPriceSet"', 'price_set') }}, price, 0)::numeric(20, 4) as unit_price,
    coalesce(
        allocated_discount, {{ amount('"totalDiscountSet"', 'total_discount_set') }}, total_discount, 0
    )::numeric(20, 4) as discount,
    coalesce(tax, 0)::numeric(20, 4) as tax,
    coalesce(tax_rate, 0) as tax_rate

from {{ ref('stg_shopify__order_documents') }} as documents
cross join lateral (
    select {{ each('documents.payload', 'lineItems') }} as line
    union all
    select {{ each('documents.payload', 'line_items') }}
) as lines
cross join lateral jsonb_to_record(lines.line) as fields (
    id text, title text, "variantTitle" text, variant_title text, sku text, vendor text,
    quantity integer, "currentQuantity" integer, current_quantity integer,
    "isGiftCard" boolean, gift_card boolean,
    tip jsonb, tip_payment_gateway jsonb, tip_payment_method jsonb,
    "originalUnitPriceSet" jsonb, price_set jsonb, price numeric,
    "totalDiscountSet" jsonb, total_discount_set jsonb, total_discount numeric,
    product jsonb, product_id bigint, variant jsonb, variant_id bigint,
    "taxLines" jsonb, tax_lines jsonb,
    "discountAllocations" jsonb, discount_allocations jsonb
)
cross join lateral (
    select
        (
            select sum(coalesce({{ amount("tax -> 'priceSet'", "tax -> 'price_set'") }}, (tax ->> 'price')::numeric))
            from jsonb_path_query(coalesce("taxLines", tax_lines), '$[*]') as tax
        ) as tax,
        (
            select sum((tax ->> 'rate')::numeric)
            from jsonb_path_query(coalesce("taxLines", tax_lines), '$[*]') as tax
        ) as tax_rate,
        (
            select sum(
                coalesce(
                    {{ amount("share -> 'allocatedAmountSet'", "share -> 'amount_set'") }},
                    (share ->> 'amount')::numeric
                )
            )
            from jsonb_path_query(coalesce("discountAllocations", discount_allocations), '$[*]') as share
        ) as allocated_discount
) as sums
where fields.id is not null

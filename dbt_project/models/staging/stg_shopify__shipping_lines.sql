select
    documents.tenant_id,
    documents.order_id,
    {{ shopify_id('fields.id') }} as shipping_line_id,
    coalesce("isRemoved", is_removed, false) as is_removed,
    coalesce({{ amount('"originalPriceSet"', 'price_set') }}, price, 0)::numeric(20, 4) as price,
    -- A webhook's discounted price may leave discounts of the whole order out; its allocations have all.
    least(
        coalesce({{ amount('"discountedPriceSet"', 'discounted_price_set') }}, discounted_price),
        coalesce({{ amount('"originalPriceSet"', 'price_set') }}, price, 0) - coalesce(
            (
                select sum(
                    coalesce({{ amount('null::jsonb', "share -> 'amount_set'") }}, (share ->> 'amount')::numeric)
                )
                from jsonb_path_query(discount_allocations, '$[*]') as share
            ),
            0
        )
    )::numeric(20, 4) as discounted_price,
    coalesce(
        (
            select sum(coalesce({{ amount('null::jsonb', "tax -> 'price_set'") }}, (tax ->> 'price')::numeric))
            from jsonb_path_query(tax_lines, '$[*]') as tax
        ),
        0
    )::numeric(20, 4) as tax

from {{ ref('stg_shopify__order_documents') }} as documents
cross join lateral (
    select {{ each('documents.payload', 'shippingLines') }} as line
    union all
    select {{ each('documents.payload', 'shipping_lines') }}
) as lines
cross join lateral jsonb_to_record(lines.line) as fields (
    id text, "isRemoved" boolean, is_removed boolean,
    "originalPriceSet" jsonb, price_set jsonb, price numeric,
    "discountedPriceSet" jsonb, discounted_price_set jsonb, discounted_price numeric,
    tax_lines jsonb, discount_allocations jsonb
)
where fields.id is not null

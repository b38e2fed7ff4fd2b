select
    documents.tenant_id,
    documents.id as order_id,
    substring(split_part(fields.id, '?', 1) from '[^/]+$') as sale_key,
    agreements.id as agreement_id,
    {{ shopify_id("agreements.refund ->> 'id'") }} as refund_id,
    {{ shopify_id("agreements.\"return\" ->> 'id'") }} as return_id,
    {{ shopify_id("\"lineItem\" ->> 'id'") }} as line_item_id,
    {{ shopify_id("\"shippingLine\" ->> 'id'") }} as shipping_line_id,

    case
        when lower(agreements.reason) in ('order', 'order_edit', 'refund', 'return') then lower(agreements.reason)
        else 'unknown'
    end as reason,
    case lower("actionType")
        when 'order' then 'order'
        when 'return' then 'return'
        when 'update' then 'update'
        else 'unknown'
    end as action,
    case
        when __typename = 'TipSale' then 'tip'
        when
            lower("lineType") in (
                'product', 'gift_card', 'shipping', 'duty', 'additional_fee', 'fee', 'tip', 'adjustment'
            ) then lower("lineType")
        else 'unknown'
    end as line_type,
    quantity,

    coalesce({{ amount('"totalAmount"', 'null::jsonb') }}, 0)::numeric(20, 4) as total,
    coalesce({{ amount('"totalTaxAmount"', 'null::jsonb') }}, 0)::numeric(20, 4) as tax,
    coalesce({{ amount('"totalDiscountAmountBeforeTaxes"', 'null::jsonb') }}, 0)::numeric(20, 4) as discount,
    {{ amount('"totalAmount"', 'null::jsonb', 'presentment') }} as presentment_total,
    "totalAmount" #>> '{presentmentMoney,currencyCode}' as presentment_currency,

    agreements."happenedAt" as happened_at,
    documents.updated_at as agreements_at

from {{ source('raw', 'orders') }} as documents
cross join lateral {{ each('documents.payload', 'agreements') }} as agreement
cross join lateral jsonb_to_record(agreement) as agreements (
    id text, "happenedAt" timestamptz, reason text, refund jsonb, "return" jsonb, sales jsonb
)
cross join lateral jsonb_path_query(agreements.sales, '$[*]') as sale
cross join lateral jsonb_to_record(sale) as fields (
    id text, __typename text, "actionType" text, "lineType" text, quantity integer,
    "totalAmount" jsonb, "totalTaxAmount" jsonb, "totalDiscountAmountBeforeTaxes" jsonb,
    "lineItem" jsonb, "shippingLine" jsonb
)
where documents.origin = 'admin'

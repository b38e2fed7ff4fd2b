with documents as (

    select * from {{ source('raw', 'orders') }}
    where origin = 'admin'

),

agreements as (

    select
        documents.tenant_id,
        documents.id as order_id,
        documents.updated_at as agreements_at,
        fields.*

    from documents
    cross join lateral {{ each('documents.payload', 'agreements') }} as agreement
    cross join lateral jsonb_to_record(agreement) as fields (
        id text, "happenedAt" timestamptz, reason text, refund jsonb, sales jsonb
    )

),

sales as (

    select
        agreements.tenant_id,
        agreements.order_id,
        agreements.agreements_at,
        agreements.id as agreement_id,
        agreements."happenedAt" as happened_at,
        lower(agreements.reason) as reason,
        {{ shopify_id("agreements.refund ->> 'id'") }} as refund_id,
        fields.*

    from agreements
    cross join lateral jsonb_path_query(agreements.sales, '$[*]') as sale
    cross join lateral jsonb_to_record(sale) as fields (
        id text, __typename text, "actionType" text, "lineType" text, quantity integer,
        "totalAmount" jsonb, "totalTaxAmount" jsonb, "totalDiscountAmountBeforeTaxes" jsonb,
        "lineItem" jsonb, "shippingLine" jsonb
    )

)

select
    tenant_id,
    order_id,
    substring(split_part(id, '?', 1) from '[^/]+$') as sale_key,
    agreement_id,
    refund_id,
    {{ shopify_id("\"lineItem\" ->> 'id'") }} as line_item_id,
    {{ shopify_id("\"shippingLine\" ->> 'id'") }} as shipping_line_id,

    case when reason in ('order', 'order_edit', 'refund', 'return') then reason else 'unknown' end as reason,
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

    happened_at,
    agreements_at

from sales

select
    documents.tenant_id,
    documents.id as checkout_id,
    documents.origin as source,
    documents.parent_id as cart_token,
    coalesce(merged.kept_id, {{ shopify_id("customer ->> 'id'") }}) as customer_id,
    nullif(trim(coalesce(
        nullif(trim(email), ''), customer ->> 'email', customer #>> '{defaultEmailAddress,emailAddress}'
    )), '') as email,
    nullif(trim(coalesce(
        nullif(trim(phone), ''), customer ->> 'phone', customer #>> '{defaultPhoneNumber,phoneNumber}'
    )), '') as phone,

    -- A webhook's flat amounts are the buyer's; money of another currency is never converted.
    coalesce(
        "totalPriceSet" #>> '{shopMoney,currencyCode}', presentment_currency, currency, 'XXX'
    ) as currency,
    coalesce({{ amount('"totalPriceSet"', 'null::jsonb') }}, total_price, 0)::numeric(20, 4) as total_price,
    coalesce(
        "totalPriceSet" #>> '{presentmentMoney,currencyCode}', presentment_currency, currency, 'XXX'
    ) as presentment_currency,
    case jsonb_typeof(coalesce("lineItems", line_items))
        when 'array' then jsonb_array_length(coalesce("lineItems", line_items))
        else 0
    end as line_items_count,

    coalesce("createdAt", created_at, documents.updated_at) as created_at,
    coalesce("completedAt", completed_at) as completed_at,
    documents.updated_at,

    shop_zones.iana_timezone,
    shop_zones.abandonment_minutes * interval '1 minute' as threshold,
    shop_zones.checkout_webhooks_from

from {{ source('raw', 'checkouts') }} as documents
inner join {{ source('control', 'shop_zones') }} as shop_zones
    on documents.tenant_id = shop_zones.tenant_id
cross join lateral jsonb_to_record(documents.payload) as fields (
    customer jsonb, email text, phone text,
    "totalPriceSet" jsonb, total_price numeric, currency text, presentment_currency text,
    "lineItems" jsonb, line_items jsonb,
    "createdAt" timestamptz, created_at timestamptz, "completedAt" timestamptz, completed_at timestamptz
)
left join {{ source('control', 'merged_customers') }} as merged
    on documents.tenant_id = merged.tenant_id
    and {{ shopify_id("customer ->> 'id'") }} = merged.customer_id

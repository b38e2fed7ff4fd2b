select
    documents.tenant_id,
    documents.order_id,
    documents.buyer_key,
    coalesce(
        (
            select merged.kept_id
            from {{ source('control', 'merged_customers') }} as merged
            where merged.tenant_id = documents.tenant_id
                and merged.customer_id = {{ shopify_id("customer ->> 'id'") }}
        ),
        {{ shopify_id("customer ->> 'id'") }}
    ) as customer_id,

    name as order_name,
    coalesce(order_number, number) as order_number,
    coalesce(nullif(trim(email), ''), nullif(trim(contact_email), '')) as email,
    nullif(trim(phone), '') as phone,
    coalesce(customer ->> 'first_name', customer ->> 'firstName') as customer_first_name,
    coalesce(customer ->> 'last_name', customer ->> 'lastName') as customer_last_name,
    lower(coalesce("cancelReason", cancel_reason)) as cancel_reason,
    lower(coalesce("displayFinancialStatus", financial_status)) as financial_status,
    case coalesce(lower("displayFulfillmentStatus"), fulfillment_status, 'unfulfilled')
        when 'partial' then 'partially_fulfilled'
        else coalesce(lower("displayFulfillmentStatus"), fulfillment_status, 'unfulfilled')
    end as fulfillment_status,
    coalesce("sourceName", source_name) as source_name,
    coalesce("checkoutToken", checkout_token) as checkout_token,
    coalesce("cartToken", cart_token) as cart_token,
    coalesce("currencyCode", currency, 'XXX') as currency,
    {{ currency_digits('coalesce("currencyCode", currency)') }} as currency_digits,
    coalesce(
        "presentmentCurrencyCode", presentment_currency, "currencyCode", currency, 'XXX'
    ) as presentment_currency,

    coalesce({{ amount('"totalPriceSet"', 'total_price_set') }}, total_price)::numeric(20, 4) as total_price,
    {{ amount('"totalPriceSet"', 'total_price_set', 'presentment') }} as presentment_total_price,
    coalesce(
        {{ amount('"currentTotalPriceSet"', 'current_total_price_set') }}, current_total_price
    )::numeric(20, 4) as current_total_price,
    total_outstanding::numeric(20, 4) as total_outstanding,
    {{ amount('null::jsonb', 'original_total_duties_set') }} as duties,
    {{ amount('null::jsonb', 'original_total_additional_fees_set') }} as additional_fees,
    coalesce("taxesIncluded", taxes_included, false) as has_taxes_included,

    coalesce("createdAt", created_at, "processedAt", processed_at, document_at) as created_at,
    coalesce("processedAt", processed_at, "createdAt", created_at, document_at) as processed_at,
    coalesce("cancelledAt", cancelled_at) as cancelled_at,
    (
        coalesce("processedAt", processed_at, "createdAt", created_at, document_at)
        at time zone iana_timezone
    )::date as shop_date,
    iana_timezone,
    documents.origin,
    documents.document_at

from {{ ref('stg_shopify__order_documents') }} as documents
inner join {{ source('control', 'shop_zones') }} as shop_zones
    on documents.tenant_id = shop_zones.tenant_id
cross join lateral jsonb_to_record(documents.payload) as fields (
    name text, number bigint, order_number bigint,
    "createdAt" timestamptz, created_at timestamptz,
    "processedAt" timestamptz, processed_at timestamptz,
    "cancelledAt" timestamptz, cancelled_at timestamptz,
    "cancelReason" text, cancel_reason text,
    email text, contact_email text, phone text, customer jsonb,
    "displayFinancialStatus" text, financial_status text,
    "displayFulfillmentStatus" text, fulfillment_status text,
    "sourceName" text, source_name text,
    "checkoutToken" text, checkout_token text, "cartToken" text, cart_token text,
    "currencyCode" text, currency text,
    "presentmentCurrencyCode" text, presentment_currency text,
    "taxesIncluded" boolean, taxes_included boolean,
    "totalPriceSet" jsonb, total_price_set jsonb, total_price numeric,
    "currentTotalPriceSet" jsonb, current_total_price_set jsonb, current_total_price numeric,
    total_outstanding numeric,
    original_total_duties_set jsonb, original_total_additional_fees_set jsonb
)

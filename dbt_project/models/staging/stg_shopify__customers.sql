select
    documents.tenant_id,
    documents.id as customer_id,
    customer_buyers.buyer_key,
    coalesce(fields."defaultEmailAddress" ->> 'emailAddress', nullif(trim(fields.email), '')) as email,
    coalesce(fields."defaultPhoneNumber" ->> 'phoneNumber', nullif(trim(fields.phone), '')) as phone,
    coalesce(fields."firstName", fields.first_name) as first_name,
    coalesce(fields."lastName", fields.last_name) as last_name,
    coalesce(fields."amountSpent" ->> 'currencyCode', fields.currency) as currency,
    lower(fields.statistics ->> 'rfmGroup') as shopify_rfm_group,
    coalesce(fields."createdAt", fields.created_at, documents.updated_at) as created_at,
    documents.updated_at as document_at

from {{ source('raw', 'customers') }} as documents
inner join {{ source('control', 'customer_buyers') }} as customer_buyers
    on documents.tenant_id = customer_buyers.tenant_id
    and documents.id = customer_buyers.customer_id
cross join lateral jsonb_to_record(documents.payload) as fields (
    "defaultEmailAddress" jsonb, "defaultPhoneNumber" jsonb, email text, phone text,
    "firstName" text, first_name text, "lastName" text, last_name text,
    "amountSpent" jsonb, statistics jsonb, currency text, "createdAt" timestamptz, created_at timestamptz
)
where
    {{ is_newest('documents', source('raw', 'customers')) }}
    and {{ is_not_deleted('documents', source('raw', 'customers')) }}
    and not exists (
        select 1
        from {{ source('control', 'merged_customers') }} as merged
        where merged.tenant_id = documents.tenant_id and merged.customer_id = documents.id
    )

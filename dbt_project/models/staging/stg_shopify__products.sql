select
    documents.tenant_id,
    documents.id as product_id,

    fields.title,
    nullif(fields.vendor, '') as vendor,
    nullif(coalesce(fields."productType", fields.product_type), '') as product_type,
    fields.handle,
    lower(fields.status) as status,

    not {{ is_not_deleted('documents', source('raw', 'products')) }} as is_deleted,

    coalesce(fields."createdAt", fields.created_at) as created_at,
    coalesce(fields."publishedAt", fields.published_at) as published_at,
    documents.updated_at as document_at,
    documents.payload

from {{ source('raw', 'products') }} as documents
cross join lateral jsonb_to_record(documents.payload) as fields (
    title text, vendor text, "productType" text, product_type text, handle text, status text,
    "createdAt" timestamptz, created_at timestamptz, "publishedAt" timestamptz, published_at timestamptz
)
-- A tombstone says the least: what was known of a deleted product is still its name.
where
    not exists (
        select 1
        from {{ source('raw', 'products') }} as twins
        where twins.tenant_id = documents.tenant_id
            and twins.id = documents.id
            and twins.origin <> documents.origin
            and (not twins.payload ? 'deleted_at', twins.updated_at, twins.origin = 'admin')
                > (not documents.payload ? 'deleted_at', documents.updated_at, documents.origin = 'admin')
    )

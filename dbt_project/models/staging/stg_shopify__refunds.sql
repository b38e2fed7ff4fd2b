select
    documents.tenant_id,
    documents.parent_id as order_id,
    documents.id as refund_id,
    documents.payload,
    coalesce(fields."createdAt", fields.created_at, documents.updated_at) as created_at,
    documents.updated_at as document_at

from {{ source('raw', 'refunds') }} as documents
cross join lateral jsonb_to_record(documents.payload) as fields (
    "createdAt" timestamptz, created_at timestamptz
)
where
    {{ is_newest('documents', source('raw', 'refunds')) }}
    and documents.parent_id is not null

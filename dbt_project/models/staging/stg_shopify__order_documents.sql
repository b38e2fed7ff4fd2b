select
    documents.tenant_id,
    documents.id as order_id,
    order_buyers.buyer_key,
    documents.origin,
    documents.updated_at as document_at,
    documents.payload

from {{ source('raw', 'orders') }} as documents
inner join {{ source('control', 'order_buyers') }} as order_buyers
    on documents.tenant_id = order_buyers.tenant_id
    and documents.id = order_buyers.order_id
where
    {{ is_newest('documents', source('raw', 'orders')) }}
    and not exists (
        select 1
        from {{ source('raw', 'orders') }} as tombstones
        where tombstones.tenant_id = documents.tenant_id
            and tombstones.id = documents.id
            and tombstones.origin = 'webhook'
            and tombstones.payload ? 'deleted_at'
    )
    and not coalesce((documents.payload ->> 'test')::boolean, false)

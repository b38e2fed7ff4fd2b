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
    and {{ is_not_deleted('documents', source('raw', 'orders')) }}
    and not coalesce((documents.payload ->> 'test')::boolean, false)

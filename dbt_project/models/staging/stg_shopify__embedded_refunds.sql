select
    documents.tenant_id,
    documents.order_id,
    {{ shopify_id("refund ->> 'id'") }} as refund_id,
    refund as payload,
    coalesce((refund ->> 'created_at')::timestamptz, documents.document_at) as created_at,
    documents.document_at

from {{ ref('stg_shopify__order_documents') }} as documents
cross join lateral {{ each('documents.payload', 'refunds') }} as refund
where
    documents.origin = 'webhook'
    and refund ->> 'id' is not null

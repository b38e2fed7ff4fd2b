select
    documents.tenant_id,
    documents.id as order_id,
    {{ shopify_id('fields.id') }} as transaction_id,
    lower(fields.kind) as kind,
    lower(fields.status) as status,
    coalesce(fields.test, false) as is_test,
    fields.gateway,
    coalesce(fields."processedAt", fields."createdAt") as processed_at,
    {{ amount('fields."amountSet"', 'null::jsonb') }} as amount

from {{ source('raw', 'orders') }} as documents
cross join lateral {{ each('documents.payload', 'transactions') }} as item
cross join lateral jsonb_to_record(item) as fields (
    id text, kind text, status text, test boolean, gateway text,
    "processedAt" timestamptz, "createdAt" timestamptz, "amountSet" jsonb
)
where documents.origin = 'admin'

select
    documents.tenant_id,
    documents.id as checkout_id,
    coalesce({{ shopify_id("line #>> '{product,id}'") }}, {{ shopify_id("line ->> 'product_id'") }}) as product_id,
    coalesce({{ shopify_id("line #>> '{variant,id}'") }}, {{ shopify_id("line ->> 'variant_id'") }}) as variant_id

from {{ source('raw', 'checkouts') }} as documents
cross join lateral (
    select {{ each('documents.payload', 'lineItems') }} as line
    union all
    select {{ each('documents.payload', 'line_items') }}
) as lines

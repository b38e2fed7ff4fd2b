{{
    config(
        meta={'consumes': {'table': 'dirty_products', 'column': 'product_id', 'key': 'product_id'}},
        indexes=[{'columns': ['tenant_id', '(' ~ listed_from() ~ ')', 'product_id']}],
    )
}}

with documents as (

    select * from {{ ref('stg_shopify__products') }}
    where (tenant_id, product_id) in ({{ dirty_keys('dirty_products', 'product_id') }})

),

variants as (

    select
        tenant_id,
        product_id,
        count(*) as variant_count,
        (array_agg(price order by position, variant_id))[1] as price,
        min(price) as price_min,
        max(price) as price_max,
        sum(inventory_quantity) as inventory_quantity

    from {{ ref('stg_shopify__variants') }}
    where (tenant_id, product_id) in ({{ dirty_keys('dirty_products', 'product_id') }})
    group by tenant_id, product_id

),

lives as (

    select * from {{ ref('int_product_lives') }}

)

select
    coalesce(documents.tenant_id, lives.tenant_id) as tenant_id,
    coalesce(documents.product_id, lives.product_id) as product_id,
    coalesce(documents.title, lives.title) as title,
    coalesce(documents.vendor, lives.vendor) as vendor,
    documents.product_type,
    documents.handle,
    documents.status,
    documents.created_at,
    documents.document_at as updated_at,
    documents.published_at,
    variants.price::numeric(20, 4) as price,
    variants.price_min::numeric(20, 4) as price_min,
    variants.price_max::numeric(20, 4) as price_max,
    coalesce(lives.currency, tenants.currency) as currency,
    coalesce(variants.variant_count, 0)::integer as variant_count,
    coalesce(variants.inventory_quantity, 0)::bigint as inventory_quantity,
    coalesce(documents.is_deleted, false) as is_deleted,
    coalesce(not documents.is_deleted, false) as is_listed,
    coalesce(lives.orders_count, 0)::integer as orders_count,
    coalesce(lives.units_sold, 0)::bigint as units_sold,
    {% for figure in each_line_figure() %}
    coalesce(lives.{{ figure }}, 0)::numeric(20, 4) as {{ figure }}{{ "," if not loop.last }}
    {% endfor %}

from documents
full join lives
    on documents.tenant_id = lives.tenant_id
    and documents.product_id = lives.product_id
left join variants
    on documents.tenant_id = variants.tenant_id
    and documents.product_id = variants.product_id
left join {{ source('control', 'tenants') }} as tenants
    on coalesce(documents.tenant_id, lives.tenant_id) = tenants.tenant_id

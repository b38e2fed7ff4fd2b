{{
    config(
        materialized='incremental',
        incremental_strategy='consumed',
        on_schema_change='fail',
        contract={'enforced': true},
        grants={'select': ['shopmart_reader']},
        meta={'consumes': {'table': 'dirty_products', 'column': 'tenant_id', 'key': 'tenant_id'}},
    )
}}

with ranked as (

    select
        tenant_id,
        product_id,
        {{ listed_from() }} as listed_from,
        row_number() over (partition by tenant_id order by {{ listed_from() }} desc, product_id desc) - 1
            as rows_before

    from {{ ref('products') }}
    where
        is_listed
        and tenant_id in ({{ dirty_tenants('dirty_products') }})

)

select
    tenant_id,
    rows_before / {{ rows_between_places() }} as nth,
    max(listed_from) as listed_from,
    (array_agg(product_id order by rows_before))[1] as product_id,
    count(*)::integer as products

from ranked
group by tenant_id, rows_before / {{ rows_between_places() }}

{{ config(materialized='ephemeral') }}

with documents as (

    select * from {{ ref('stg_shopify__checkouts') }}
    where (tenant_id, checkout_id) in ({{ dirty_keys('dirty_checkouts', 'checkout_id') }})

),

told as (

    select
        tenant_id,
        substr(subject_key, length('checkout:') + 1) as checkout_id,
        min(completed_at) as completed_at,
        min(checkout_number) as checkout_number

    from {{ ref('stg_shopify__checkout_activity') }}
    where
        (tenant_id, subject_key) in (
            select keys.tenant_id, 'checkout:' || keys.checkout_id
            from ({{ dirty_keys('dirty_checkouts', 'checkout_id') }}) as keys
        )
    group by tenant_id, substr(subject_key, length('checkout:') + 1)

),

-- One document of each: a webhook's takes the place of the Admin document with its number.
standing as (

    select
        documents.*,
        told.checkout_number,
        least(documents.completed_at, told.completed_at, twins.completed_at) as known_completed_at

    from documents
    left join told
        on documents.tenant_id = told.tenant_id
        and documents.checkout_id = told.checkout_id
    left join {{ ref('stg_shopify__checkouts') }} as twins
        on documents.tenant_id = twins.tenant_id
        and told.checkout_number = twins.checkout_id
        and twins.source = 'admin'
    where
        documents.source = 'webhook'
        or not exists (
            select 1
            from {{ source('raw', 'checkout_activity') }} as named
            inner join {{ source('raw', 'checkouts') }} as known
                on named.tenant_id = known.tenant_id
                and substr(named.parent_id, length('checkout:') + 1) = known.id
                and known.origin = 'webhook'
            where named.tenant_id = documents.tenant_id
                and named.id = 'number:' || documents.checkout_id
        )
        and not exists (
            select 1
            from {{ source('raw', 'checkouts') }} as namesakes
            where namesakes.tenant_id = documents.tenant_id
                and namesakes.id = documents.checkout_id
                and namesakes.origin = 'webhook'
        )

),

-- An order is one checkout's, and a checkout one order's.
orders as (

    select distinct on (tenant_id, checkout_token) orders.*

    from {{ ref('orders') }} as orders
    where (tenant_id, checkout_token) in ({{ dirty_keys('dirty_checkouts', 'checkout_id') }})
    order by tenant_id, checkout_token, processed_at, order_id

)

select
    coalesce(standing.tenant_id, orders.tenant_id) as tenant_id,
    coalesce(standing.checkout_id, orders.checkout_token) as checkout_id,
    coalesce(standing.source, 'order') as source,
    case when standing.tenant_id is null then orders.cart_token else standing.cart_token end as cart_token,
    case when standing.tenant_id is null then orders.customer_id else standing.customer_id end as customer_id,
    case when standing.tenant_id is null then orders.email else standing.email end as email,
    standing.phone,
    coalesce(standing.currency, orders.currency) as currency,
    coalesce(standing.total_price, orders.total_price) as total_price,
    coalesce(standing.presentment_currency, orders.presentment_currency) as presentment_currency,
    coalesce(standing.line_items_count, orders.line_count, 0) as line_items_count,
    coalesce(standing.created_at, orders.processed_at) as created_at,
    standing.updated_at,
    coalesce(standing.known_completed_at, orders.processed_at) as completed_at,
    standing.iana_timezone,
    standing.threshold,
    standing.checkout_webhooks_from,
    orders.order_id,
    orders.shop_date as order_date,
    orders.currency as order_currency,
    orders.total_price as order_total

from standing
full join orders
    on standing.tenant_id = orders.tenant_id
    and standing.checkout_id = orders.checkout_token
where
    orders.order_id is not null
    or standing.known_completed_at is not null
    or not exists (
        select 1
        from {{ source('raw', 'checkout_deletions') }} as deletions
        where deletions.tenant_id = standing.tenant_id
            and deletions.id in (standing.checkout_id, standing.cart_token, standing.checkout_number)
            and deletions.updated_at >= standing.created_at
    )

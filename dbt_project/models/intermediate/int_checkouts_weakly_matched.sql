{{ config(materialized='ephemeral') }}

with checkouts as (

    select
        due.tenant_id,
        due.checkout_id,
        due.customer_id,
        due.email,
        due.created_at,
        coalesce(due.completed_at, idle_times.last_activity_at) as until

    from {{ ref('int_checkouts_due') }} as due
    inner join {{ ref('int_checkout_idle_times') }} as idle_times
        on due.tenant_id = idle_times.tenant_id
        and due.checkout_id = idle_times.checkout_id
    where due.order_id is null

),

candidates as (

    select checkouts.tenant_id, checkouts.checkout_id, orders.order_id, orders.processed_at, orders.checkout_token
    from checkouts
    inner join {{ ref('orders') }} as orders
        on checkouts.tenant_id = orders.tenant_id
        and checkouts.customer_id = orders.customer_id
    where orders.processed_at between checkouts.created_at and checkouts.until + interval '7 days'
    union
    select checkouts.tenant_id, checkouts.checkout_id, orders.order_id, orders.processed_at, orders.checkout_token
    from checkouts
    inner join {{ ref('orders') }} as orders
        on checkouts.tenant_id = orders.tenant_id
        and lower(checkouts.email) = lower(orders.email)
    where orders.processed_at between checkouts.created_at and checkouts.until + interval '7 days'

),

-- Something of the checkout was bought.
overlapping as (

    select distinct candidates.*

    from candidates
    inner join {{ ref('stg_shopify__checkout_lines') }} as lines
        on candidates.tenant_id = lines.tenant_id
        and candidates.checkout_id = lines.checkout_id
    inner join {{ ref('ledger') }} as ledger
        on candidates.tenant_id = ledger.tenant_id
        and candidates.order_id = ledger.order_id
        and (lines.product_id = ledger.product_id or lines.variant_id = ledger.variant_id)

)

select
    tenant_id,
    checkout_id,
    (array_agg(order_id order by processed_at, order_id))[1] as weak_order_id,
    -- The first order may be another one of the same buyer's, from the till: any with a checkout will do.
    bool_or(checkout_token is not null) as has_own_checkout

from overlapping
group by tenant_id, checkout_id

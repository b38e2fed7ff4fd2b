{{ config(materialized='ephemeral') }}

with checkouts as (

    select * from {{ ref('int_checkouts_due') }}

),

moments as (

    select tenant_id, checkout_id, created_at as active_at from checkouts
    union
    select tenant_id, checkout_id, updated_at from checkouts
    union
    select tenant_id, checkout_id, completed_at from checkouts
    union
    select checkouts.tenant_id, checkouts.checkout_id, activity.active_at
    from checkouts
    inner join {{ ref('stg_shopify__checkout_activity') }} as activity
        on checkouts.tenant_id = activity.tenant_id
        and activity.subject_key in ('checkout:' || checkouts.checkout_id, 'cart:' || checkouts.cart_token)

),

-- What was before the checkout or came after its completion is none of its activity.
lived as (

    select
        checkouts.tenant_id,
        checkouts.checkout_id,
        checkouts.threshold,
        moments.active_at,
        lead(moments.active_at) over (
            partition by checkouts.tenant_id, checkouts.checkout_id order by moments.active_at
        ) as next_active_at

    from checkouts
    inner join moments
        on checkouts.tenant_id = moments.tenant_id
        and checkouts.checkout_id = moments.checkout_id
    where
        moments.active_at >= checkouts.created_at
        and (checkouts.completed_at is null or moments.active_at <= checkouts.completed_at)

)

select
    tenant_id,
    checkout_id,
    max(active_at) as last_activity_at,
    min(active_at + threshold) filter (where next_active_at - active_at >= threshold) as first_abandoned_at

from lived
group by tenant_id, checkout_id

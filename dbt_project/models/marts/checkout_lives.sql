{{
    config(
        meta={'consumes': {'table': 'dirty_checkouts', 'column': 'checkout_id', 'key': 'checkout_id'}},
        tags=['live'],
        indexes=[
            {'columns': ['tenant_id', 'shop_date', 'created_at', 'checkout_id']},
            {'columns': ['tenant_id', 'abandons_at']},
            {'columns': ['tenant_id', 'order_id']},
            {'columns': ['tenant_id', 'weak_order_id']},
            {'columns': ['tenant_id', 'customer_id']},
            {'columns': ['tenant_id', 'lower(email)']},
        ],
        post_hook=["{{ mark_list_days('dirty_checkouts', 'checkout_id') }}"],
    )
}}

with checkouts as (

    select * from {{ ref('int_checkouts_due') }}

),

-- Computed once: the planner, who expects a row or two, would compute them for each checkout.
idle_times as materialized (

    select * from {{ ref('int_checkout_idle_times') }}

),

weak_matches as materialized (

    select * from {{ ref('int_checkouts_weakly_matched') }}

),

judged as (

    select
        checkouts.*,
        idle_times.last_activity_at,
        idle_times.first_abandoned_at,
        weak_matches.weak_order_id,
        case
            when checkouts.source <> 'admin' then null
            when checkouts.created_at >= checkouts.checkout_webhooks_from then 'live_known'
            when checkouts.completed_at is not null and weak_matches.has_own_checkout then 'counted_by_order'
        end as uncounted_reason

    from checkouts
    inner join idle_times
        on checkouts.tenant_id = idle_times.tenant_id
        and checkouts.checkout_id = idle_times.checkout_id
    left join weak_matches
        on checkouts.tenant_id = weak_matches.tenant_id
        and checkouts.checkout_id = weak_matches.checkout_id

)

select
    judged.tenant_id,
    checkout_id,
    source,
    cart_token,
    customer_id,
    email,
    phone,
    currency,
    total_price::numeric(20, 4) as total_price,
    presentment_currency,
    line_items_count::integer as line_items_count,
    created_at,
    coalesce((created_at at time zone iana_timezone)::date, order_date) as shop_date,
    last_activity_at,
    completed_at,
    order_id,
    weak_order_id,
    case when completed_at is null then last_activity_at + threshold end as abandons_at,
    first_abandoned_at,
    case
        when completed_at is null or first_abandoned_at is null then null
        when order_currency = currency then order_total
        else total_price
    end::numeric(20, 4) as recovered_value,
    case
        when first_abandoned_at is not null
            then floor(extract(epoch from completed_at - first_abandoned_at) / 60)
    end::integer as minutes_to_recover,
    coalesce(email, phone, customer_id::text) is not null
    -- Erasing a person moves no figure: an e-mail or a phone number had been there.
    or coalesce(erased.had_contact, false) as is_contactable,
    erased.buyer_key,
    uncounted_reason is null as is_counted,
    uncounted_reason

from judged
left join {{ source('control', 'erased') }} as erased
    on judged.tenant_id = erased.tenant_id
    and erased.kind = case when judged.source = 'order' then 'order' else 'checkout' end
    and erased.value = case when judged.source = 'order' then judged.order_id::text else judged.checkout_id end

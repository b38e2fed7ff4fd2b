-- Checkouts as they stand at the moment of reading, and what became of those begun on a day.

create table marts.checkouts as
with stood as (
    select
        *,
        if(completed_at is null, last_time + threshold, null) as abandons_at,
        completed_at is null and last_time + threshold <= getvariable('now') as is_abandoned,
        completed_at is not null and first_abandoned_at is not null as is_recovered,
        case
            when source = 'admin' and created_at >= checkout_webhooks_from then 'live_known'
            when source = 'admin' and completed_at is not null and weak_order_id is not null
                then 'counted_by_order'
        end as uncounted_reason
    from all_checkouts
    join silences using (tenant_id, checkout_id)
    join (select tenant_id, iana_timezone, checkout_webhooks_from from shops) using (tenant_id)
    left join likenesses using (tenant_id, checkout_id)
)
select
    tenant_id,
    checkout_id,
    source,
    cart_token,
    customer_id,
    email,
    phone,
    stood.currency,
    stood.total_price,
    presentment_currency,
    line_items_count,
    created_at,
    shop_day(created_at, iana_timezone) as shop_date,
    last_time as last_activity_at,
    completed_at,
    order_id,
    weak_order_id,
    abandons_at,
    first_abandoned_at,
    case
        when is_recovered and orders.currency = stood.currency then orders.total_price
        when is_recovered then stood.total_price
    end as recovered_value,
    if(is_recovered, datesub('minute', first_abandoned_at, completed_at), null)
        as minutes_to_recover,
    customer_id is not null or email is not null or phone is not null as is_contactable,
    uncounted_reason is null as is_counted,
    uncounted_reason,
    case
        when completed_at is not null then 'COMPLETED'
        when is_abandoned then 'ABANDONED'
        else 'PENDING'
    end as status,
    if(is_abandoned, abandons_at, null) as abandoned_at,
    first_abandoned_at is not null or is_abandoned as was_abandoned,
    is_recovered,
    if(is_recovered, completed_at, null) as recovered_at
from stood
left join (select tenant_id, order_id, currency, total_price from marts.orders) as orders
    using (tenant_id, order_id);

create table marts.checkout_funnel as
select
    tenant_id,
    shop_date,
    currency,
    count(*) as created,
    count(*) filter (is_contactable) as contactable,
    count(*) filter (status = 'COMPLETED') as completed,
    count(*) filter (status = 'ABANDONED') as abandoned,
    count(*) filter (is_recovered) as recovered,
    sum(total_price) as created_value,
    coalesce(sum(total_price) filter (status = 'COMPLETED'), 0) as completed_value,
    coalesce(sum(total_price) filter (status = 'ABANDONED'), 0) as abandoned_value,
    coalesce(sum(recovered_value) filter (is_recovered), 0) as recovered_value
from marts.checkouts
where is_counted
group by all;

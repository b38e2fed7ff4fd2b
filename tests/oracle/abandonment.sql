-- The checkouts that are left, when they fell silent, and which order each is like.

create table all_checkouts as
with together as (
    from heard_checkouts
    union all from listed_checkouts
    union all from ordered_checkouts
)
select together.*
from together
where completed_at is not null or not exists (
    select 1 from raw_checkout_deletions as deletion
    where deletion.tenant_id = together.tenant_id
        and (deletion.id = together.cart_token or deletion.id = cast(together.number as text))
);

create table checkout_moments as
with told as (
    select tenant_id, checkout_id, created_at as at_time from all_checkouts
    union
    select tenant_id, checkout_id, last_told_at from all_checkouts
    union
    select tenant_id, checkout_id, completed_at from all_checkouts where completed_at is not null
    union
    select all_checkouts.tenant_id, checkout_id, moment(activity.payload->>'$.at')
    from all_checkouts
    join raw_checkout_activity as activity
        on activity.tenant_id = all_checkouts.tenant_id
        and activity.parent_id in ('checkout:' || checkout_id, 'cart:' || cart_token)
    where source = 'webhook'
)
select told.*, abandonment_minutes * interval 1 minute as threshold
from told
join all_checkouts using (tenant_id, checkout_id)
join (select tenant_id, abandonment_minutes from shops) using (tenant_id)
where at_time >= created_at and (completed_at is null or at_time <= completed_at);

create table silences as
with pairs as (
    select
        *,
        lead(at_time) over (partition by tenant_id, checkout_id order by at_time) as next_time
    from checkout_moments
)
select
    tenant_id,
    checkout_id,
    any_value(threshold) as threshold,
    max(at_time) as last_time,
    min(at_time + threshold) filter (next_time - at_time >= threshold) as first_abandoned_at
from pairs
group by tenant_id, checkout_id;

-- The same buyer bought something of it within a week from its beginning: known by likeness only.
create table likenesses as
with wanted as (
    select tenant_id, id as checkout_id, unnest(payload->'$.lineItems[*]') as line
    from raw_checkouts where origin = 'admin'
    union all
    select tenant_id, id, unnest(payload->'$.line_items[*]')
    from raw_checkouts where origin = 'webhook'
),
things as (
    select
        tenant_id,
        checkout_id,
        number_of(coalesce(line->>'$.product.id', line->>'$.product_id')) as product_id,
        number_of(coalesce(line->>'$.variant.id', line->>'$.variant_id')) as variant_id
    from wanted
)
select
    all_checkouts.tenant_id,
    checkout_id,
    arg_min(bought.order_id, (bought.processed_at, bought.order_id)) as weak_order_id
from all_checkouts
join things using (tenant_id, checkout_id)
join bought
    on bought.tenant_id = all_checkouts.tenant_id
    and (
        bought.customer_id = all_checkouts.customer_id
        or lower(bought.email) = lower(all_checkouts.email)
    )
join lines on lines.tenant_id = bought.tenant_id and lines.order_id = bought.order_id
where all_checkouts.order_id is null
    and bought.processed_at >= all_checkouts.created_at
    and bought.processed_at
    <= coalesce(all_checkouts.completed_at, all_checkouts.last_told_at) + interval 7 day
    and (lines.product_id = things.product_id or lines.variant_id = things.variant_id)
group by all;

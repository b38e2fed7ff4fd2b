-- Which of a thing's documents speaks for it, the shops, and who became whom.

-- The newer document speaks; of two of one moment, the Admin API's.
create table spoken_orders as
select tenant_id, cast(id as bigint) as order_id, origin, updated_at, payload
from raw_orders
where (tenant_id, id) not in (
    select (tenant_id, id) from raw_orders where payload->>'$.deleted_at' is not null
)
qualify row_number() over (
    partition by tenant_id, id order by updated_at desc, origin
) = 1;

create table shops as
with ranked as (
    select
        *,
        row_number() over (partition by tenant_id order by updated_at desc, origin) as place
    from raw_shops
),
-- What the newer one leaves out, the other one tells.
said as (
    select
        tenant_id,
        any_value(cast(id as bigint) order by place) as shop_id,
        any_value(payload->>'$.name' order by place) as name,
        any_value(coalesce(payload->>'$.myshopifyDomain', payload->>'$.myshopify_domain') order by place)
            as shop_domain,
        any_value(coalesce(payload->>'$.plan.publicDisplayName', payload->>'$.plan_display_name') order by place)
            as plan,
        any_value(coalesce(payload->>'$.currencyCode', payload->>'$.currency') order by place) as currency,
        any_value(coalesce(payload->>'$.ianaTimezone', payload->>'$.iana_timezone') order by place)
            as iana_timezone,
        any_value(
            cast(coalesce(payload->>'$.taxesIncluded', payload->>'$.taxes_included') as boolean)
            order by place
        ) as taxes_included,
        any_value(moment(coalesce(payload->>'$.createdAt', payload->>'$.created_at')) order by place)
            as created_at
    from ranked
    group by tenant_id
)
select said.*, coalesce(iana_timezone, 'UTC') as day_timezone, coverage_from, checkout_webhooks_from, abandonment_minutes
from said
join tenants using (tenant_id);

-- A merged customer's orders and visits are those of the customer who was kept, chains included.
create table kept_customers as
with recursive walk as (
    select tenant_id, cast(id as bigint) as customer_id, cast(parent_id as bigint) as kept_id, 1 as steps
    from raw_customer_merges
    union all
    select walk.tenant_id, walk.customer_id, cast(further.parent_id as bigint), walk.steps + 1
    from walk
    join raw_customer_merges as further
        on further.tenant_id = walk.tenant_id and cast(further.id as bigint) = walk.kept_id
    where walk.steps < 50
)
select tenant_id, customer_id, arg_max(kept_id, steps) as kept_id
from walk
group by tenant_id, customer_id;

-- Every checkout that is known: told by webhooks, listed by the Admin API, or by its order alone.

create table token_orders as
select
    bought.tenant_id,
    checkout_token as token,
    present(orders.cart_token) as cart_token,
    order_id,
    bought.customer_id,
    bought.email,
    bought.processed_at,
    bought.currency,
    orders.presentment_currency,
    orders.total_price,
    orders.line_count
from bought
join marts.orders using (tenant_id, order_id);

create table completions as
select tenant_id, token, min(completed_at) as completed_at, max(number) as number
from (
    select
        tenant_id,
        id as token,
        moment(payload->>'$.completed_at') as completed_at,
        cast(payload->>'$.id' as bigint) as number
    from raw_checkouts where origin = 'webhook'
    union all
    select
        tenant_id,
        substr(parent_id, 10),
        moment(payload->>'$.completed_at'),
        cast(payload->>'$.number' as bigint)
    from raw_checkout_activity where starts_with(parent_id, 'checkout:')
)
group by all;

create table heard_checkouts as
select
    raw_checkouts.tenant_id,
    raw_checkouts.id as checkout_id,
    'webhook' as source,
    present(payload->>'$.cart_token') as cart_token,
    completions.number,
    coalesce(kept_id, cast(payload->>'$.customer.id' as bigint)) as customer_id,
    present(payload->>'$.email') as email,
    present(payload->>'$.phone') as phone,
    coalesce(payload->>'$.presentment_currency', payload->>'$.currency') as currency,
    money(payload->>'$.total_price') as total_price,
    coalesce(payload->>'$.presentment_currency', payload->>'$.currency') as presentment_currency,
    json_array_length(payload->'$.line_items') as line_items_count,
    moment(payload->>'$.created_at') as created_at,
    updated_at as last_told_at,
    coalesce(completions.completed_at, processed_at) as completed_at,
    order_id
from raw_checkouts
left join completions on completions.tenant_id = raw_checkouts.tenant_id and token = raw_checkouts.id
left join token_orders
    on token_orders.tenant_id = raw_checkouts.tenant_id and token_orders.token = raw_checkouts.id
left join kept_customers
    on kept_customers.tenant_id = raw_checkouts.tenant_id
    and kept_customers.customer_id = cast(payload->>'$.customer.id' as bigint)
where origin = 'webhook';

create table listed_checkouts as
select
    raw_checkouts.tenant_id,
    id as checkout_id,
    'admin' as source,
    cast(null as text) as cart_token,
    cast(id as bigint) as number,
    coalesce(kept_id, number_of(payload->>'$.customer.id')) as customer_id,
    cast(null as text) as email,
    cast(null as text) as phone,
    payload->>'$.totalPriceSet.shopMoney.currencyCode' as currency,
    money(payload->>'$.totalPriceSet.shopMoney.amount') as total_price,
    payload->>'$.totalPriceSet.presentmentMoney.currencyCode' as presentment_currency,
    json_array_length(payload->'$.lineItems') as line_items_count,
    moment(payload->>'$.createdAt') as created_at,
    updated_at as last_told_at,
    moment(payload->>'$.completedAt') as completed_at,
    cast(null as bigint) as order_id
from raw_checkouts
left join kept_customers
    on kept_customers.tenant_id = raw_checkouts.tenant_id
    and kept_customers.customer_id = number_of(payload->>'$.customer.id')
where origin = 'admin'
    -- The number that the older webhooks carried is the one documented key between the two.
    and (raw_checkouts.tenant_id, cast(id as bigint)) not in (
        select (heard_checkouts.tenant_id, number) from heard_checkouts where number is not null
    );

create table ordered_checkouts as
select
    tenant_id,
    token as checkout_id,
    'order' as source,
    cart_token,
    cast(null as bigint) as number,
    token_orders.customer_id,
    token_orders.email,
    cast(null as text) as phone,
    token_orders.currency,
    total_price,
    token_orders.presentment_currency,
    line_count as line_items_count,
    token_orders.processed_at as created_at,
    token_orders.processed_at as last_told_at,
    token_orders.processed_at as completed_at,
    order_id
from token_orders
where token is not null and (tenant_id, token) not in (
    select (tenant_id, checkout_id) from heard_checkouts
);

-- Days of each shop, by each basis: when it was sold or taken back, when it was ordered, when money moved.

create table ordered_days as
select tenant_id, shop_date, currency, count(*) as orders
from known_orders
group by all;

create table marts.daily_sales as
with sold as (
    select tenant_id, shop_date, currency, sum(columns(getvariable('figures')))
    from entries
    group by all
)
select
    tenant_id,
    shop_date,
    currency,
    coalesce(orders, 0) as orders,
    coalesce(columns(getvariable('figures')), 0)
from ordered_days
full join sold using (tenant_id, shop_date, currency);

create table marts.daily_sales_by_order as
with sold as (
    select entries.tenant_id, known_orders.shop_date, entries.currency, sum(columns(getvariable('figures')))
    from entries
    join known_orders using (tenant_id, order_id)
    group by all
)
select
    tenant_id,
    shop_date,
    currency,
    coalesce(orders, 0) as orders,
    coalesce(columns(getvariable('figures')), 0)
from ordered_days
full join sold using (tenant_id, shop_date, currency);

create table marts.daily_cash as
with moved as (
    select
        payments.tenant_id,
        shop_day(payments.processed_at, iana_timezone) as shop_date,
        known_orders.currency,
        if(kind = 'REFUND', 0, if(kind = 'CHANGE', -amount, amount)) as paid,
        if(kind = 'REFUND', amount, 0) as refunded,
        false as is_provisional
    from payments
    join known_orders using (tenant_id, order_id)
    where kind in ('SALE', 'CAPTURE', 'CHANGE', 'REFUND')
        and coalesce(gateway, '') not in ('gift_card', 'shopify_store_credit')
    union all
    -- Money of which only the order's webhook tells.
    select tenant_id, shop_date, currency, 0, 0, true
    from known_orders
    anti join read_orders using (tenant_id, order_id)
    join paid using (tenant_id, order_id)
    where amount_paid <> 0
)
select
    tenant_id,
    shop_date,
    currency,
    sum(moved.paid) as paid,
    sum(moved.refunded) as refunded,
    sum(moved.paid) - sum(moved.refunded) as net_cash,
    bool_or(moved.is_provisional) as is_provisional
from moved
group by all;

create table marts.shops as select * from shops;

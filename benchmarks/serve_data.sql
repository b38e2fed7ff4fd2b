-- The marts of a shop, as rows made up by number: :orders orders over two years, a third as many buyers,
-- a tenth as many products and refunds, as many checkouts. Counts and places as their models make them.
insert into marts.orders (
    tenant_id, order_id, order_name, order_number, buyer_key, customer_id, email, created_at, processed_at,
    shop_date, updated_at, financial_status, currency, total_price, is_cancelled, is_provisional
)
select
    :tenant, n, '#' || n, n, ('00000000-0000-0000-0000-' || lpad((n % (:orders / 3 + 1))::text, 12, '0'))::uuid,
    n % (:orders / 3 + 1), 'buyer' || n % (:orders / 3 + 1) || '@example.com', at, at, at::date, at, 'paid',
    'EUR', 10 + n % 90, false, n % 50 = 0
from (
    select n, timestamptz '2024-01-01 12:00+00' + (n * 730.0 / :orders) * interval '1 day' as at
    from generate_series(1, :orders) as n
) as placed;

insert into marts.daily_sales (
    tenant_id, shop_date, currency, orders, units_sold, gross_sales, discounts, returns, net_sales, total_sales
)
select tenant_id, shop_date, currency, count(*), count(*), sum(total_price), 0, 0, sum(total_price), sum(total_price)
from marts.orders
where tenant_id = :tenant
group by tenant_id, shop_date, currency;

insert into marts.customer_lives (
    tenant_id, buyer_key, customer_id, email, first_name, last_name, created_at, currency, orders_count,
    total_spent, spent_order
)
select
    tenant_id, buyer_key, customer_id, min(email), 'Ada', 'Byron', min(created_at), 'EUR', count(*),
    sum(total_price), sum(total_price) * 1000
from marts.orders
where tenant_id = :tenant
group by tenant_id, buyer_key, customer_id;

insert into marts.products (
    tenant_id, product_id, title, vendor, product_type, handle, status, created_at, price, currency,
    inventory_quantity, is_deleted, is_listed, units_sold, total_sales
)
select
    :tenant, n, 'Tea ' || n, 'Alpine Tea', 'Tea', 'tea-' || n, 'ACTIVE',
    timestamptz '2024-01-01 12:00+00' + n * interval '1 minute', 12.5, 'EUR', 5, false, true, 3, 37.5
from generate_series(1, :orders / 10) as n;

insert into marts.refunds (
    tenant_id, order_id, refund_id, order_name, created_at, shop_date, currency, goods_amount, shipping_amount,
    tax_amount, adjustment_amount, amount, pending_amount, quantity, restocked_quantity, days_to_refund, is_full
)
select
    tenant_id, order_id, order_id, order_name, processed_at, shop_date, currency, 10, 0, 0, 0, 10, 0, 1, 1, 0, false
from marts.orders
where tenant_id = :tenant and order_id % 10 = 0;

insert into marts.checkout_lives (
    tenant_id, checkout_id, source, email, currency, total_price, line_items_count, created_at, shop_date,
    last_activity_at, completed_at, abandons_at, is_contactable, is_counted
)
select
    tenant_id, 'c' || order_id, 'webhook', email, currency, total_price, 2, processed_at, shop_date, processed_at,
    case when order_id % 3 = 0 then processed_at end,
    case when order_id % 3 <> 0 then processed_at + interval '1 hour' end, true, true
from marts.orders
where tenant_id = :tenant;

insert into staging.int_list_days
select
    tenant_id, shop_date, count(*), count(*) filter (where is_provisional), count(*),
    count(*) filter (where order_id % 3 = 0), count(*) filter (where order_id % 10 = 0)
from marts.orders
where tenant_id = :tenant
group by tenant_id, shop_date;

insert into staging.int_customer_places
select tenant_id, rows_before / 1000, max(spent_order), (array_agg(buyer_key order by rows_before))[1],
    count(*), count(customer_id)
from (
    select
        tenant_id, buyer_key, customer_id, spent_order,
        row_number() over (order by spent_order desc, buyer_key desc) - 1 as rows_before
    from marts.customer_lives
    where tenant_id = :tenant
) as ranked
group by tenant_id, rows_before / 1000;

insert into staging.int_product_places
select tenant_id, rows_before / 1000, max(created_at), (array_agg(product_id order by rows_before))[1], count(*)
from (
    select
        tenant_id, product_id, created_at,
        row_number() over (order by created_at desc, product_id desc) - 1 as rows_before
    from marts.products
    where tenant_id = :tenant
) as ranked
group by tenant_id, rows_before / 1000;

insert into control.data_versions (tenant_id, data_version, built_at) values (:tenant, 1, now())
on conflict (tenant_id) do update set data_version = 1;

-- A row for each identity: customers with or without orders, guests, orders of nobody known.

create table described_customers as
with gone as (
    select tenant_id, cast(id as bigint) as customer_id from raw_customers
    where payload->>'$.deleted_at' is not null
    union
    select tenant_id, customer_id from kept_customers
)
select
    tenant_id,
    cast(id as bigint) as customer_id,
    'customer ' || id as identity,
    present(coalesce(payload->>'$.defaultEmailAddress.emailAddress', payload->>'$.email')) as email,
    present(coalesce(payload->>'$.defaultPhoneNumber.phoneNumber', payload->>'$.phone')) as phone,
    present(coalesce(payload->>'$.firstName', payload->>'$.first_name')) as first_name,
    present(coalesce(payload->>'$.lastName', payload->>'$.last_name')) as last_name,
    moment(coalesce(payload->>'$.createdAt', payload->>'$.created_at')) as created_at,
    lower(payload->>'$.statistics.rfmGroup') as shopify_rfm_group
from raw_customers
where (tenant_id, cast(id as bigint)) not in (select (tenant_id, customer_id) from gone)
qualify row_number() over (partition by tenant_id, id order by updated_at desc, origin) = 1;

create table marts.customers as
with spent as (
    select tenant_id, identity, sum(columns(getvariable('figures')))
    from bought
    join entries using (tenant_id, order_id)
    group by all
),
lived as (
    select
        tenant_id,
        identity,
        any_value(customer_id) as customer_id,
        count(*) as orders_count,
        min_by(order_id, order_rank) as first_order_id,
        min(processed_at) as first_order_at,
        max(processed_at) as last_order_at,
        min(shop_date) filter (order_rank = 1) as first_date,
        min(shop_date) filter (order_rank = 2) as second_date,
        last(email order by order_rank) as order_email,
        last(present(payload->>'$.phone') order by order_rank) as order_phone,
        sum(amount_paid) as amount_paid,
        sum(amount_refunded) as amount_refunded
    from bought
    left join paid using (tenant_id, order_id)
    group by tenant_id, identity
)
select
    tenant_id,
    identity,
    coalesce(described_customers.customer_id, lived.customer_id) as customer_id,
    if(described_customers.customer_id is null and lived.customer_id is null, first_order_id, null)
        as guest_order_id,
    coalesce(email, order_email) as email,
    coalesce(phone, order_phone) as phone,
    first_name,
    last_name,
    shopify_rfm_group,
    coalesce(described_customers.created_at, first_order_at) as created_at,
    shops.currency,
    coalesce(orders_count, 0) as orders_count,
    first_order_id,
    first_order_at,
    last_order_at,
    cast(date_trunc('month', first_date) as date) as cohort_month,
    coalesce(orders_count, 0) >= 2 as is_repeat,
    datediff('day', first_date, second_date) as days_to_second_order,
    coalesce(total_sales, 0) as total_spent,
    coalesce(net_sales, 0) as net_spent,
    if(
        orders_count > 0,
        per(coalesce(gross_sales, 0) - coalesce(discounts, 0), orders_count, 4) * 0.0001,
        null
    ) as average_order_value,
    coalesce(columns('^(gross_sales|discounts|returns|shipping|duties|additional_fees|return_fees|other_sales|taxes|tips|gift_card_sales)$'), 0),
    coalesce(amount_paid, 0) as amount_paid,
    coalesce(amount_refunded, 0) as amount_refunded
from lived
full join described_customers using (tenant_id, identity)
join shops using (tenant_id)
left join spent using (tenant_id, identity);

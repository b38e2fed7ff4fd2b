-- Cohorts: buyers by the shop-local month of their first order, and what they did in each month since.

create table marts.customer_cohorts as
with cohorts as (
    select
        tenant_id,
        identity,
        cast(date_trunc('month', min(shop_date) filter (order_rank = 1)) as date) as cohort_month,
        min(currency) filter (order_rank = 1) as currency
    from bought
    group by tenant_id, identity
),
sizes as (
    select tenant_id, cohort_month, currency, count(*) as customers
    from cohorts
    group by all
),
ordered as (
    select
        cohorts.tenant_id,
        cohort_month,
        datediff('month', cohort_month, shop_date) as month_number,
        bought.currency,
        count(distinct identity) as active_customers,
        count(*) as orders
    from cohorts
    join bought using (tenant_id, identity)
    group by all
),
sold as (
    select
        cohorts.tenant_id,
        cohort_month,
        datediff('month', cohort_month, entries.shop_date) as month_number,
        entries.currency,
        sum(net_sales) as net_sales
    from cohorts
    join bought using (tenant_id, identity)
    join entries using (tenant_id, order_id)
    group by all
)
select
    tenant_id,
    cohort_month,
    month_number,
    currency,
    customers,
    coalesce(active_customers, 0) as active_customers,
    coalesce(orders, 0) as orders,
    coalesce(net_sales, 0) as net_sales,
    sum(coalesce(net_sales, 0)) over running as cumulative_net_sales,
    per(cast(coalesce(active_customers, 0) as decimal(20, 4)), customers, 6) * 0.000001 as retention,
    per(cumulative_net_sales, customers, 4) * 0.0001 as cumulative_net_sales_per_customer
from ordered
full join sold using (tenant_id, cohort_month, month_number, currency)
join sizes using (tenant_id, cohort_month, currency)
window running as (
    partition by tenant_id, cohort_month, currency order by month_number
);

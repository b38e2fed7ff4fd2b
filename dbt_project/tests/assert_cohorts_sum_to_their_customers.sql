-- A cohort is its customers: as many, with as many orders, and what its months sum to is what they spent.
-- The last running sum of a cohort is the whole of it.

with customers as (

    select
        tenant_id,
        cohort_month,
        currency,
        count(*) as customers,
        sum(orders_count) as orders,
        sum(net_spent) as net_sales

    from {{ ref('customers') }}
    where orders_count > 0
    group by tenant_id, cohort_month, currency

),

cohorts as (

    select
        tenant_id,
        cohort_month,
        currency,
        min(customers) as customers,
        max(customers) as customers_in_another_month,
        min(month_number) as first_month,
        sum(orders) as orders,
        sum(net_sales) as net_sales,
        (array_agg(cumulative_net_sales order by month_number desc))[1] as cumulative_net_sales

    from {{ ref('customer_cohorts') }}
    group by tenant_id, cohort_month, currency

)

select
    coalesce(customers.tenant_id, cohorts.tenant_id) as tenant_id,
    coalesce(customers.cohort_month, cohorts.cohort_month) as cohort_month

from customers
full join cohorts
    on customers.tenant_id = cohorts.tenant_id
    and customers.cohort_month = cohorts.cohort_month
    and customers.currency = cohorts.currency
where
    customers.customers is distinct from cohorts.customers
    or cohorts.customers <> cohorts.customers_in_another_month
    or cohorts.first_month <> 0
    or customers.orders is distinct from cohorts.orders
    or customers.net_sales is distinct from cohorts.net_sales
    or cohorts.net_sales <> cohorts.cumulative_net_sales

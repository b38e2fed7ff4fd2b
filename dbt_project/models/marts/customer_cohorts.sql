{{ config(meta={'consumes': {'table': 'dirty_cohorts', 'column': 'cohort_month', 'key': 'cohort_month'}}) }}

with months as (

    select
        tenant_id,
        cohort_month,
        month_number,
        currency,
        count(*) filter (where orders > 0) as active_customers,
        sum(orders) as orders,
        sum(net_sales) as net_sales

    from {{ ref('int_buyer_months') }}
    where (tenant_id, cohort_month) in ({{ dirty_keys('dirty_cohorts', 'cohort_month') }})
    group by tenant_id, cohort_month, month_number, currency

),

lives as (

    select
        months.*,
        -- Every buyer has the first order in month 0, so that is how many there are.
        first_value(active_customers) over (
            partition by tenant_id, cohort_month, currency order by month_number
        ) as customers,
        sum(net_sales) over (
            partition by tenant_id, cohort_month, currency order by month_number
        ) as cumulative_net_sales

    from months

)

select
    tenant_id,
    cohort_month,
    month_number,
    currency,
    customers::integer as customers,
    active_customers::integer as active_customers,
    orders::integer as orders,
    net_sales::numeric(20, 4) as net_sales,
    cumulative_net_sales::numeric(20, 4) as cumulative_net_sales,
    (active_customers::numeric / customers)::numeric(9, 6) as retention,
    (cumulative_net_sales / customers)::numeric(20, 4) as cumulative_net_sales_per_customer

from lives

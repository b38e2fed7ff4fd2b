-- Dated by their orders, a shop's sales are the same sales: what became of the orders of all days is the
-- whole ledger, to the cent, by tenant and currency, and every order is of one day.

with ledger as (

    select
        tenant_id,
        currency,
        {{ units_sold() }},
        {{ sales_figures() }}

    from {{ ref('ledger') }}
    group by tenant_id, currency

),

days as (

    select
        tenant_id,
        currency,
        sum(orders) as orders,
        sum(units_sold) as units_sold,
        {% for figure in each_figure() %}
        sum({{ figure }}) as {{ figure }}{{ "," if not loop.last }}
        {% endfor %}

    from {{ ref('daily_sales_by_order') }}
    group by tenant_id, currency

),

orders as (

    select
        tenant_id,
        currency,
        count(*) as orders

    from {{ ref('orders') }}
    group by tenant_id, currency

)

select coalesce(ledger.tenant_id, days.tenant_id, orders.tenant_id) as tenant_id
from ledger
full join days
    on ledger.tenant_id = days.tenant_id
    and ledger.currency = days.currency
full join orders
    on coalesce(ledger.tenant_id, days.tenant_id) = orders.tenant_id
    and coalesce(ledger.currency, days.currency) = orders.currency
where
    days.orders is distinct from orders.orders
    or coalesce(ledger.units_sold, 0) <> coalesce(days.units_sold, 0)
    {% for figure in each_figure() %}
    or coalesce(ledger.{{ figure }}, 0) <> coalesce(days.{{ figure }}, 0)
    {% endfor %}

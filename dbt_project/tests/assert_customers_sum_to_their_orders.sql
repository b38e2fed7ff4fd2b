-- A buyer's figures are the sums of the buyer's orders, in the currency of the last of them; an order
-- without a row in customers, or a customer with orders that are gone, shows here.

with orders as (

    select
        orders.tenant_id,
        orders.buyer_key,
        count(*) as orders_count,
        {% for figure in each_figure() %}
        sum(orders.{{ figure }}) filter (where orders.currency = customers.currency) as {{ figure }}{{ "," if not loop.last }}
        {% endfor %}

    from {{ ref('orders') }} as orders
    left join {{ ref('customers') }} as customers
        on orders.tenant_id = customers.tenant_id
        and orders.buyer_key = customers.buyer_key
    group by orders.tenant_id, orders.buyer_key

)

select
    orders.tenant_id,
    orders.buyer_key

from orders
full join {{ ref('customers') }} as customers
    on orders.tenant_id = customers.tenant_id
    and orders.buyer_key = customers.buyer_key
where
    coalesce(orders.orders_count, 0) is distinct from customers.orders_count
    {% for figure in each_figure() %}
    {% set column = {'net_sales': 'net_spent', 'total_sales': 'total_spent'}.get(figure, figure) %}
    or coalesce(orders.{{ figure }}, 0) is distinct from customers.{{ column }}
    {% endfor %}

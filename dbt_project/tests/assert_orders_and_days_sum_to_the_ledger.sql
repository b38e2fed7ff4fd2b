-- Every sales figure of a shop is the same sum over orders, over days and over the ledger: what one
-- mart loses or doubles shows here, to the cent, by tenant and currency.

with ledger as (

    select
        tenant_id,
        currency,
        sum(total) as everything,
        {{ sales_figures() }}

    from {{ ref('ledger') }}
    group by tenant_id, currency

),

{% for mart in ('orders', 'daily_sales') %}
{{ mart }} as (

    select
        tenant_id,
        currency,
        {% for figure in each_figure() %}
        sum({{ figure }}) as {{ figure }}{{ "," if not loop.last }}
        {% endfor %}

    from {{ ref(mart) }}
    group by tenant_id, currency

){{ "," if not loop.last }}
{% endfor %}

select coalesce(ledger.tenant_id, orders.tenant_id, daily_sales.tenant_id) as tenant_id
from ledger
full join orders
    on ledger.tenant_id = orders.tenant_id
    and ledger.currency = orders.currency
full join daily_sales
    on coalesce(ledger.tenant_id, orders.tenant_id) = daily_sales.tenant_id
    and coalesce(ledger.currency, orders.currency) = daily_sales.currency
where
    ledger.everything <> ledger.total_sales + ledger.tips + ledger.gift_card_sales
    {% for figure in each_figure() %}
    or coalesce(ledger.{{ figure }}, 0) <> coalesce(orders.{{ figure }}, 0)
    or coalesce(ledger.{{ figure }}, 0) <> coalesce(daily_sales.{{ figure }}, 0)
    {% endfor %}

-- What the products sold and what has no product are together the ledger, to the cent, by tenant and
-- currency. A product is summed in the currency of its last sale; sales in another one are of the rest.

with ledger as (

    select * from {{ ref('ledger') }}

),

everything as (

    select
        tenant_id,
        currency,
        {{ sales_figures() }}

    from ledger
    group by tenant_id, currency

),

rest as (

    select
        ledger.tenant_id,
        ledger.currency,
        {{ sales_figures() }}

    from ledger
    left join {{ ref('products') }} as products
        on ledger.tenant_id = products.tenant_id
        and ledger.product_id = products.product_id
    where
        ledger.product_id is null
        or ledger.line_type not in ('product', 'gift_card')
        or ledger.currency <> products.currency
    group by ledger.tenant_id, ledger.currency

),

products as (

    select
        tenant_id,
        currency,
        {% for figure in each_line_figure() %}
        sum({{ figure }}) as {{ figure }}{{ "," if not loop.last }}
        {% endfor %}

    from {{ ref('products') }}
    group by tenant_id, currency

)

select
    everything.tenant_id,
    everything.currency

from everything
left join rest
    on everything.tenant_id = rest.tenant_id
    and everything.currency = rest.currency
left join products
    on everything.tenant_id = products.tenant_id
    and everything.currency = products.currency
where
    false
    {% for figure in each_line_figure() %}
    or everything.{{ figure }} <> coalesce(products.{{ figure }}, 0) + coalesce(rest.{{ figure }}, 0)
    {% endfor %}

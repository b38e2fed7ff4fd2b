-- The days of cash are all payments that are cash, to the cent, by tenant and currency.

with days as (

    select
        tenant_id,
        currency,
        sum(paid) as paid,
        sum(refunded) as refunded,
        sum(net_cash) as net_cash

    from {{ ref('daily_cash') }}
    group by tenant_id, currency

),

moves as (

    select
        tenant_id,
        currency,
        sum(paid) as paid,
        sum(refunded) as refunded

    from {{ ref('int_cash_moves') }}
    where is_cash
    group by tenant_id, currency

)

select coalesce(days.tenant_id, moves.tenant_id) as tenant_id
from days
full join moves
    on days.tenant_id = moves.tenant_id
    and days.currency = moves.currency
where
    days.paid is distinct from moves.paid
    or days.refunded is distinct from moves.refunded
    or days.net_cash <> days.paid - days.refunded

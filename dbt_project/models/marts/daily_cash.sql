{{ config(meta={'consumes': {'table': 'dirty_days', 'column': 'shop_date', 'key': 'shop_date'}}) }}

-- Basis cash: money dated by its own payment, whatever it was paid for.

select
    tenant_id,
    shop_date,
    currency,
    coalesce(sum(paid) filter (where is_cash), 0)::numeric(20, 4) as paid,
    coalesce(sum(refunded) filter (where is_cash), 0)::numeric(20, 4) as refunded,
    coalesce(sum(paid - refunded) filter (where is_cash), 0)::numeric(20, 4) as net_cash,
    bool_or(is_provisional) as is_provisional

from {{ ref('int_cash_moves') }}
where (tenant_id, shop_date) in ({{ dirty_keys('dirty_days', 'shop_date') }})
group by tenant_id, shop_date, currency
having bool_or(is_cash)

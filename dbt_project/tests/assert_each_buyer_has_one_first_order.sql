-- New or returning, told by orders and by customers, is one answer: each buyer with orders has one first
-- order, ranks without a gap, and is a repeat buyer exactly when there is a second one.

with ranks as (

    select
        tenant_id,
        buyer_key,
        count(*) as orders_count,
        count(distinct order_rank) as ranks,
        max(order_rank) as last_rank,
        count(*) filter (where is_first_order) as first_orders,
        max(order_id) filter (where is_first_order) as first_order_id

    from {{ ref('orders') }}
    group by tenant_id, buyer_key

)

select
    ranks.tenant_id,
    ranks.buyer_key

from ranks
left join {{ ref('customers') }} as customers
    on ranks.tenant_id = customers.tenant_id
    and ranks.buyer_key = customers.buyer_key
where
    ranks.first_orders <> 1
    or ranks.last_rank <> ranks.orders_count
    or ranks.ranks <> ranks.orders_count
    or ranks.first_order_id is distinct from customers.first_order_id
    or (ranks.last_rank >= 2) is distinct from customers.is_repeat

insert into control.dirty_buyers (tenant_id, build_group, buyer_key)
select fresh.tenant_id, %(build_group)s, fresh.buyer_key
from (
    select order_buyers.tenant_id, order_buyers.buyer_key
    from control.order_buyers as order_buyers
    where (order_buyers.tenant_id, order_buyers.order_id) in (
        select dirty.tenant_id, dirty.order_id
        from control.dirty_orders as dirty
        where dirty.build_group = %(build_group)s
    )
    union
    select customer_buyers.tenant_id, customer_buyers.buyer_key
    from control.customer_buyers as customer_buyers
    where (customer_buyers.tenant_id, customer_buyers.customer_id) in (
        select identities.tenant_id, identities.customer_id
        from identities
        where identities.customer_id is not null
    )
) as fresh
on conflict do nothing

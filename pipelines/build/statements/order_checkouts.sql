-- Checkouts that the dirty orders came from, as the orders' documents say.
insert into control.dirty_checkouts (tenant_id, build_group, checkout_id)
select distinct named.tenant_id, %(build_group)s, named.checkout_token
from (
    select
        documents.tenant_id,
        coalesce(documents.payload ->> 'checkoutToken', documents.payload ->> 'checkout_token') as checkout_token
    from raw.orders as documents
    where (documents.tenant_id, documents.id) in (
        select dirty.tenant_id, dirty.order_id
        from control.dirty_orders as dirty
        where dirty.build_group = %(build_group)s
    )
) as named
where length(named.checkout_token) between 1 and 255
on conflict do nothing

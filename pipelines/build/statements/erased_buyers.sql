-- An order of an erased person that comes only now is of the buyer that the person's other orders keep.
insert into control.order_buyers (tenant_id, order_id, buyer_key)
select distinct identities.tenant_id, identities.order_id, erased.buyer_key
from identities
inner join control.erased as erased
    on identities.tenant_id = erased.tenant_id
    and identities.order_id::text = erased.value
    and erased.kind = 'order'
where erased.buyer_key is not null
on conflict do nothing

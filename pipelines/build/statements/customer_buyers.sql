insert into control.customer_buyers as kept (tenant_id, customer_id, buyer_key)
select distinct identities.tenant_id, identities.customer_id, buyers.buyer_key
from identities
inner join control.buyers as buyers
    on identities.tenant_id = buyers.tenant_id and identities.identity_hash = buyers.identity_hash
where identities.customer_id is not null
on conflict do nothing

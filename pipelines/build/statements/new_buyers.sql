insert into control.buyers (tenant_id, identity_hash)
select distinct tenant_id, identity_hash
from identities
where identity_hash is not null
on conflict do nothing

insert into control.buyers (tenant_id, identity_hash)
select distinct tenant_id, identity_hash
from identities
on conflict do nothing

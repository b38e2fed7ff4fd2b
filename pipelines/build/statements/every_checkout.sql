insert into control.dirty_checkouts (tenant_id, build_group, checkout_id)
select distinct tenant_id, %(build_group)s, id
from raw.checkouts
on conflict do nothing

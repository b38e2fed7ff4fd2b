-- Answers computed for an older version of a touched tenant's data are stale.
insert into control.data_versions as kept (tenant_id, data_version, built_at)
select touched.tenant_id, 1, now()
from (
    select tenant_id from control.dirty_orders where build_group = %(build_group)s
    union
    select tenant_id from control.dirty_buyers where build_group = %(build_group)s
    union
    select tenant_id from control.dirty_days where build_group = %(build_group)s
    union
    select tenant_id from control.dirty_products where build_group = %(build_group)s
    union
    select tenant_id from control.dirty_checkouts where build_group = %(build_group)s
    union
    select tenant_id from raw.shops where _dlt_load_id in (select load_id from begun_loads)
) as touched
on conflict (tenant_id) do update
set data_version = kept.data_version + 1, built_at = excluded.built_at

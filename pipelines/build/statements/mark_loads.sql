insert into control.build_loads (load_id, build_group)
select load_id, %(build_group)s
from begun_loads
on conflict do nothing

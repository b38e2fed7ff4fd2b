-- The completed loads that this group has not built; a load that completes later is a later build's.
insert into begun_loads (load_id)
select loads.load_id
from raw._dlt_loads as loads
where
    loads.status = 0
    and not exists (
        select 1
        from control.build_loads as built
        where built.load_id = loads.load_id and built.build_group = any(%(consumers)s::text[])
    )
on conflict do nothing

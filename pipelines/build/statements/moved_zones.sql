-- Every day of a shop that moved to another time zone may be another one, for every group.
insert into control.dirty_orders (tenant_id, build_group, order_id)
select moved.tenant_id, groups.build_group, moved.order_id
from (
    select distinct orders.tenant_id, orders.id as order_id
    from raw.orders as orders
    inner join control.tenants as tenants on orders.tenant_id = tenants.tenant_id
    inner join control.shop_zones as zones on orders.tenant_id = zones.tenant_id
    where
        zones.stated_timezone is distinct from tenants.iana_timezone
        or (
            -- The server has learnt a name that it did not know.
            zones.iana_timezone <> tenants.iana_timezone
            and tenants.iana_timezone in (select names.name from pg_catalog.pg_timezone_names as names)
        )
) as moved
cross join unnest(%(groups)s::text[]) as groups (build_group)
on conflict do nothing

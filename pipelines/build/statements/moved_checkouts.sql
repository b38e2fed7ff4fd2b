-- Every checkout of a shop whose zone, threshold or first checkout webhook is another one, for every group.
insert into control.dirty_checkouts (tenant_id, build_group, checkout_id)
select moved.tenant_id, groups.build_group, moved.checkout_id
from (
    select distinct checkouts.tenant_id, checkouts.id as checkout_id
    from raw.checkouts as checkouts
    inner join control.tenants as tenants on checkouts.tenant_id = tenants.tenant_id
    inner join control.shop_zones as zones on checkouts.tenant_id = zones.tenant_id
    where
        zones.stated_timezone is distinct from tenants.iana_timezone
        or (
            -- The server has learnt a name that it did not know.
            zones.iana_timezone <> tenants.iana_timezone
            and tenants.iana_timezone in (select names.name from pg_catalog.pg_timezone_names as names)
        )
        or zones.abandonment_minutes <> tenants.abandonment_minutes
        or zones.checkout_webhooks_from is distinct from tenants.checkout_webhooks_from
) as moved
cross join unnest(%(groups)s::text[]) as groups (build_group)
on conflict do nothing

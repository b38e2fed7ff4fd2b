-- The tenant as its answers need it: name, money, the zone its days are counted in, how far back and how
-- fresh its data is.
select
    tenants.tenant_id,
    tenants.name,
    tenants.currency,
    tenants.coverage_from,
    coalesce(shop_zones.iana_timezone, 'UTC') as timezone,
    (now() at time zone coalesce(shop_zones.iana_timezone, 'UTC'))::date as shop_day,
    coalesce(data_versions.data_version, 0) as data_version,
    data_versions.built_at
from control.tenants
left join control.shop_zones on shop_zones.tenant_id = tenants.tenant_id
left join control.data_versions on data_versions.tenant_id = tenants.tenant_id
where tenants.tenant_id = $1

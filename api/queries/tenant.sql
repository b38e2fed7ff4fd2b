-- The tenant as its answers need it: money, zone, how far back and how fresh its data is.
select
    tenants.tenant_id,
    tenants.currency,
    tenants.coverage_from,
    coalesce(tenants.iana_timezone, 'UTC') as timezone,
    (now() at time zone coalesce(tenants.iana_timezone, 'UTC'))::date as shop_day,
    coalesce(data_versions.data_version, 0) as data_version,
    data_versions.built_at
from control.tenants
left join control.data_versions on data_versions.tenant_id = tenants.tenant_id
where tenants.tenant_id = $1

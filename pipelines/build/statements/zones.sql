-- A name that this server does not know counts as UTC: one shop's typo must not stop all shops.
insert into control.shop_zones (
    tenant_id, stated_timezone, iana_timezone, abandonment_minutes, checkout_webhooks_from
)
select
    tenants.tenant_id,
    tenants.iana_timezone,
    coalesce(
        (
            select names.name from pg_catalog.pg_timezone_names as names
            where names.name = tenants.iana_timezone
        ),
        'UTC'
    ),
    tenants.abandonment_minutes,
    tenants.checkout_webhooks_from
from control.tenants as tenants
left join control.shop_zones as zones on tenants.tenant_id = zones.tenant_id
where
    tenants.erased_at is null
    and (
        zones.tenant_id is null
        or zones.stated_timezone is distinct from tenants.iana_timezone
        or (
            zones.iana_timezone <> tenants.iana_timezone
            and tenants.iana_timezone in (select names.name from pg_catalog.pg_timezone_names as names)
        )
        or zones.abandonment_minutes <> tenants.abandonment_minutes
        or zones.checkout_webhooks_from is distinct from tenants.checkout_webhooks_from
    )
on conflict (tenant_id) do update
set
    stated_timezone = excluded.stated_timezone,
    iana_timezone = excluded.iana_timezone,
    abandonment_minutes = excluded.abandonment_minutes,
    checkout_webhooks_from = excluded.checkout_webhooks_from

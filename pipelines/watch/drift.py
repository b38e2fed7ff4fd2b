"""Fields that come and go in what shops send: what Shopify changed, before a figure shows it.

Some documents of the newest loads are looked at for each shop and resource. A field is news when
the first look did not know it and a webhook has it; Admin documents have the fields that we asked
for. It is gone when every document has had it and none of enough has it now.
"""

from typing import Any

import psycopg

from pipelines.resources import RESOURCES
from pipelines.watch.findings import Oddity
from warehouse.connections import Role, connect
from warehouse.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
# Each run looks back over the runs that may have failed before it.
HOURS = 26
DOCUMENTS = 100
# Of fewer documents a field's absence says nothing.
ENOUGH = 20
# For so long news are told; then they are known.
NEWS_DAYS = 7

# Fields of the document and of what stands in it, a tombstone left out. Whether a list is empty is
# not ours to judge, so only fields of the document itself can be gone.
_LOOK = """
with newest as (
    select tenant_id, id, origin, row_number() over (
        partition by tenant_id, origin order by triggered_at desc
    ) as place
    from {table}
    where _dlt_load_id in (
        select load_id from raw._dlt_loads
        where inserted_at > now() - make_interval(hours => {hours})
    )
),
documents as (
    select documents.tenant_id, documents.origin, documents.payload
    from newest
    inner join {table} as documents using (tenant_id, id, origin)
    where newest.place <= {documents} and not documents.payload ? 'deleted_at'
        and jsonb_typeof(documents.payload) = 'object'
),
counted as (
    select tenant_id, origin, count(*) as looked_at from documents group by tenant_id, origin
),
outer_fields as (
    select documents.tenant_id, documents.origin, field.key, field.value
    from documents cross join lateral jsonb_each(documents.payload) as field
),
inner_fields as (
    select outer_fields.tenant_id, outer_fields.origin, outer_fields.key || '.' || field.key as key
    from outer_fields
    cross join lateral jsonb_array_elements(
        case jsonb_typeof(outer_fields.value)
            when 'array' then outer_fields.value
            when 'object' then jsonb_build_array(outer_fields.value)
            else '[]'
        end
    ) as item
    cross join lateral jsonb_each(
        case jsonb_typeof(item) when 'object' then item else '{{}}' end
    ) as field
),
seen as (
    select
        fields.tenant_id, fields.origin, fields.key as field,
        count(*) = counted.looked_at as is_constant
    from outer_fields as fields
    inner join counted using (tenant_id, origin)
    group by fields.tenant_id, fields.origin, fields.key, counted.looked_at
    union all
    select distinct tenant_id, origin, key, false from inner_fields
),
gone as (
    update control.payload_fields as known set vanished_at = now()
    from counted
    where known.resource = %(resource)s and known.tenant_id = counted.tenant_id
        and known.origin = counted.origin and counted.looked_at >= {enough}
        and known.vanished_at is null and known.is_constant
        and not exists (
            select 1 from seen
            where seen.tenant_id = known.tenant_id and seen.origin = known.origin
                and seen.field = known.field
        )
)
insert into control.payload_fields as known (
    tenant_id, resource, origin, field, is_constant, is_first_look
)
select seen.tenant_id, %(resource)s, seen.origin, seen.field, seen.is_constant, not exists (
    select 1 from control.payload_fields as before
    where before.tenant_id = seen.tenant_id and before.resource = %(resource)s
        and before.origin = seen.origin
)
from seen
on conflict (tenant_id, resource, origin, field) do update set
    last_seen_at = now(), vanished_at = null,
    is_constant = known.is_constant and excluded.is_constant
"""
_NEWS = """
select
    tenants.shop_domain, fields.resource, fields.origin, fields.vanished_at is null as is_new,
    array_agg(fields.field order by fields.field)
from control.payload_fields as fields
inner join control.tenants as tenants using (tenant_id)
where tenants.status = 'active'
    and (
        fields.vanished_at > now() - make_interval(days => %(days)s)
        or (
            fields.vanished_at is null and not fields.is_first_look and fields.origin = 'webhook'
            and fields.first_seen_at > now() - make_interval(days => %(days)s)
        )
    )
group by 1, 2, 3, 4 order by 1, 2, 3, 4
"""
SHOWN = 12


def look(settings: Settings) -> None:
    """Take down the fields of the newest documents, each resource by itself."""
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        known = connection.execute("select to_regclass('raw._dlt_loads') is not null").fetchone()
        if not (known and known[0]):
            return
        for resource in RESOURCES:
            query = _LOOK.format(
                table=f"raw.{resource.name}", hours=HOURS, documents=DOCUMENTS, enough=ENOUGH
            )
            connection.execute(query.encode(), {"resource": resource.name})


def drifted(settings: Settings) -> list[Oddity]:
    """Fields that came or went within a week, by shop and resource, after a look."""
    look(settings)
    with connect(settings, Role.LOADER) as connection:
        rows = connection.execute(_NEWS, {"days": NEWS_DAYS}).fetchall()
    return [_oddity(row) for row in rows]


def _oddity(row: tuple[Any, ...]) -> Oddity:
    shop, resource, origin, is_new, fields = row
    more = f" and {len(fields) - SHOWN} more" if len(fields) > SHOWN else ""
    names = ", ".join(fields[:SHOWN]) + more
    way = "the Admin API" if origin == "admin" else "webhooks"
    if is_new:
        cure = "nothing is lost, documents are kept whole; Shopify's changelog says what it means"
        return Oddity(shop, f"{resource} by {way} have fields that were not there: {names}", cure)
    cure = "compare the app's API version and scopes with Shopify's changelog; shopmart doctor"
    return Oddity(shop, f"{resource} by {way} no longer have: {names}", cure)

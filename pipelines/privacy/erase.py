"""A person's erasure: one transaction over everything that is stored, as the owner of the database.

Killed anywhere, it did nothing or all of it. The caller holds every lane and the build's lock, so
nobody writes meanwhile. Sums, days and cohorts stay: documents keep amounts, times and numbers, and
the buyer's key (METRICS.md, Customers).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from pipelines.privacy.events import scrub_all_events
from pipelines.privacy.marks import read_marks, write_marks
from pipelines.privacy.models import Counts, as_role, clear_marts
from pipelines.privacy.people import Asked, Person, find_person
from pipelines.privacy.stored import TABLES, begin_load, documents_of, empty_staging, scrub
from warehouse.connections import Role
from warehouse.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
TEXT_IS_GONE = "erased: the text named a person"

_CUSTOMER_BUYERS = """
insert into control.customer_buyers (tenant_id, customer_id, buyer_key)
select tenant_id, value::bigint, buyer_key from control.erased
where tenant_id = %s and kind = 'customer' and buyer_key is not null and value = any(%s)
on conflict do nothing
"""
_HASHES = "delete from control.buyers where tenant_id = %s and identity_hash = any(%s)"
# Words of Postgres or Shopify, which may quote a value.
_WORDS = {
    "control.syncs": """
update control.syncs set error = %(gone)s, hint = null
where tenant_id = %(tenant)s and exists (
    select 1 from unnest(%(needles)s::text[]) as needle
    where position(needle in lower(concat_ws(' ', error, hint))) > 0
)
""",
    "control.sweeps": """
update control.sweeps set error = %(gone)s, hint = null
where tenant_id = %(tenant)s and exists (
    select 1 from unnest(%(needles)s::text[]) as needle
    where position(needle in lower(concat_ws(' ', error, hint))) > 0
)
""",
    "control.webhook_watch": """
update control.webhook_watch set error = %(gone)s
where tenant_id = %(tenant)s and exists (
    select 1 from unnest(%(needles)s::text[]) as needle
    where position(needle in lower(error)) > 0
)
""",
    "control.builds": """
update control.builds set error = %(gone)s
where exists (
    select 1 from unnest(%(needles)s::text[]) as needle
    where position(needle in lower(error)) > 0
)
""",
    "control.load_batches": """
update control.load_batches set error = %(gone)s
where exists (
    select 1 from unnest(%(needles)s::text[]) as needle
    where position(needle in lower(error)) > 0
)
""",
}
BUMP = """
insert into control.data_versions as kept (tenant_id, data_version, built_at)
values (%s, 1, now())
on conflict (tenant_id) do update set data_version = kept.data_version + 1
"""


@dataclass(frozen=True)
class Receipt:
    """The row of ``control.receipts`` that tells of a request."""

    tenant_id: int
    topic: str
    webhook_id: str


_ACTED = """
update control.receipts
set acted_at = now(), deed = %s, request = %s, counts = %s, cleaned_at = null
where tenant_id = %s and topic = %s and webhook_id = %s
"""


def erase_person(
    connection: Connection, settings: Settings, receipt: Receipt, asked: Asked
) -> Counts:
    """Erase a person of one tenant and say so on the receipt; returns rows for each table."""
    with connection.transaction():
        ((now,),) = connection.execute("select now()").fetchall()
        person = find_person(connection, settings, receipt.tenant_id, asked)
        erased = read_marks(connection, settings, receipt.tenant_id)
        person.mark(erased, now)
        write_receipt(
            connection, receipt, deed="erased", request=request_of(asked, person), counts={}
        )
        needles, load_id = person.traces.needles, begin_load(connection)
        counts: Counts = {}
        for table in TABLES:
            found = documents_of(connection, erased, person.traces, table)
            counts[f"raw.{table}"] = scrub(
                connection, receipt.tenant_id, table, found, needles=needles, load_id=load_id
            )
        counts |= scrub_all_events(connection, erased, needles)
        write_marks(connection, erased)
        counts |= _forget_hashes(connection, receipt.tenant_id, person)
        counts |= clear_marts(connection, receipt.tenant_id, person)
        counts |= _clear_words(connection, receipt.tenant_id, needles)
        empty_all_staging(connection)
        connection.execute(BUMP, [receipt.tenant_id])
        told = {table: rows for table, rows in counts.items() if rows}
        write_receipt(
            connection, receipt, deed="erased", request=request_of(asked, person), counts=told
        )
    return told


def write_receipt(
    connection: Connection,
    receipt: Receipt,
    *,
    deed: str,
    request: Mapping[str, object],
    counts: Mapping[str, int],
) -> None:
    """Say what was done; what is left to clean is not done yet."""
    connection.execute(
        _ACTED,
        [
            *(deed, Jsonb(dict(request)), Jsonb(dict(counts))),
            *(receipt.tenant_id, receipt.topic, receipt.webhook_id),
        ],
    )


def request_of(asked: Asked, person: Person) -> dict[str, object]:
    """Whose data, by numbers only: a receipt must not name the person it erased."""
    numbers = sorted(person.traces.customers)
    return {
        "customers": [str(number) for number in numbers],
        "orders": [str(order) for order in asked.orders],
        "by": [
            name
            for name, given in (
                ("customer", asked.customer),
                ("email", asked.email),
                ("phone", asked.phone),
                ("orders", asked.orders),
            )
            if given
        ],
    }


def empty_all_staging(connection: Connection) -> None:
    """Empty the tables that loads pass through: what stands there is merged or comes again."""
    connection.execute(as_role(Role.LOADER))
    empty_staging(connection, "raw_stage_")
    connection.execute("reset role")


def _forget_hashes(connection: Connection, tenant_id: int, person: Person) -> Counts:
    """No hash leads to the buyer any more; the customers' documents keep the key."""
    numbers = [str(number) for number in sorted(person.traces.customers)]
    connection.execute(_CUSTOMER_BUYERS, [tenant_id, numbers])
    return {"control.buyers": connection.execute(_HASHES, [tenant_id, person.hashes]).rowcount}


def _clear_words(connection: Connection, tenant_id: int, needles: frozenset[str]) -> Counts:
    values = {"gone": TEXT_IS_GONE, "tenant": tenant_id, "needles": sorted(needles)}
    return {
        table: connection.execute(query.encode(), values).rowcount
        for table, query in _WORDS.items()
    }

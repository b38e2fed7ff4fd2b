"""What is held about a person: found by the rules of an erasure, and left as it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from pipelines.privacy.erase import Receipt, request_of
from pipelines.privacy.events import deliveries_of
from pipelines.privacy.keep import texts_naming
from pipelines.privacy.marks import Erased, mark_keys
from pipelines.privacy.models import Counts, as_role
from pipelines.privacy.people import Asked, Person, find_person
from pipelines.privacy.stored import TABLES, Stored, documents_of
from warehouse.connections import Role
from warehouse.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
Rows = list[dict[str, Any]]
MARTS = {
    "orders": "order_id = any(%(orders)s)",
    "order_lines": "order_id = any(%(orders)s)",
    "refunds": "order_id = any(%(orders)s)",
    "refund_lines": "order_id = any(%(orders)s)",
    "ledger": "order_id = any(%(orders)s)",
    "customers": "customer_id = any(%(customers)s) or lower(email) = any(%(emails)s)",
    "checkout_lives": "checkout_id = any(%(checkouts)s) or order_id = any(%(orders)s)",
}
_STANDING = "select relname from pg_catalog.pg_class where relnamespace = 'marts'::regnamespace"
_FOUND = """
update control.receipts
set acted_at = now(), cleaned_at = now(), request = %s, counts = %s,
    deed = 'found; make the bundle by `shopmart privacy export`'
where tenant_id = %s and topic = %s and webhook_id = %s
"""


@dataclass(frozen=True)
class Held:
    """Everything held about one person: documents, landed deliveries and rows of marts, by name."""

    person: Person
    raw: Mapping[str, Rows]
    landed: Rows
    marts: Mapping[str, Rows]

    @property
    def counts(self) -> Counts:
        """Rows for each table that has some."""
        counts = {f"raw.{table}": len(rows) for table, rows in self.raw.items()}
        counts["landing.webhook_events"] = len(self.landed)
        counts |= {f"marts.{mart}": len(rows) for mart, rows in self.marts.items()}
        return {table: rows for table, rows in counts.items() if rows}


def held_about(connection: Connection, settings: Settings, tenant_id: int, asked: Asked) -> Held:
    """Find everything about a person as it stands at one moment; nothing is changed."""
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read read only")
        ((now,),) = connection.execute("select now()").fetchall()
        person = find_person(connection, settings, tenant_id, asked)
        # Marks of this call alone, never stored: they find what an erasure would.
        erased = Erased(tenant_id, mark_keys(settings))
        person.mark(erased, now)
        raw = {}
        for table in TABLES:
            documents = documents_of(connection, erased, person.traces, table)
            raw[table] = [_told(one, person.traces.needles) for one in documents]
        landed = [
            {
                "topic": one.topic,
                "webhookId": one.webhook_id,
                "receivedAt": one.received_at.isoformat(),
                "body": _readable(one.body),
            }
            for one in deliveries_of(connection, erased, person.traces.needles)
        ]
        return Held(person, raw, landed, dict(_marts(connection, erased, person)))


def find_held(connection: Connection, settings: Settings, receipt: Receipt, asked: Asked) -> Counts:
    """Count what is held about a person, onto the receipt of a request for data."""
    held = held_about(connection, settings, receipt.tenant_id, asked)
    connection.execute(
        _FOUND,
        [
            *(Jsonb(request_of(asked, held.person)), Jsonb(held.counts)),
            *(receipt.tenant_id, receipt.topic, receipt.webhook_id),
        ],
    )
    return held.counts


def _marts(connection: Connection, erased: Erased, person: Person) -> Iterator[tuple[str, Rows]]:
    values = {
        "tenant": erased.tenant_id,
        "orders": [int(value) for value in erased.values("order")],
        "checkouts": erased.values("checkout"),
        "customers": sorted(person.traces.customers),
        "emails": sorted(person.traces.emails),
    }
    standing = {name for (name,) in connection.execute(_STANDING)}
    connection.execute(as_role(Role.DBT))
    for mart, those in MARTS.items():
        if mart in standing:
            query = f"select * from marts.{mart} where tenant_id = %(tenant)s and ({those})"  # noqa: S608
            with connection.cursor(row_factory=dict_row) as cursor:
                yield mart, cursor.execute(query.encode(), values).fetchall()
    connection.execute("reset role")


def _told(one: Stored, needles: frozenset[str]) -> dict[str, Any]:
    """A document for its person; of another's, the texts alone that name the person."""
    if one.theirs:
        return {"origin": one.origin, **one.body}
    return {"origin": one.origin, "texts": texts_naming(one.body, needles)}


def _readable(body: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return body.decode("utf-8", "replace")

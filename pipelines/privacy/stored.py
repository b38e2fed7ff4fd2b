"""Raw documents of erased people, rewritten where they stand.

Each rewriting is a load of its own, so that the next build computes the same orders, buyers and
checkouts again: what an increment leaves is what a full refresh would make.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import orjson
import psycopg
from psycopg import sql

from pipelines.privacy.keep import texts_naming, without_person, without_texts
from pipelines.privacy.marks import Erased, Thing
from pipelines.resources import BY_NAME

Connection = psycopg.Connection[tuple[Any, ...]]
# In the order in which one leads to the next: an order to its checkout, that to its cart.
TABLES = (
    *("orders", "checkouts", "customers", "customer_merges"),
    *("refunds", "order_edits", "carts", "checkout_deletions"),
)
_DIGITS = "regexp_replace(regexp_replace(payload #>> '{{{}}}', '[^0-9]', '', 'g'), '^00', '')"
_PHONES = ("phone", "customer,phone", "defaultPhoneNumber,phoneNumber")
# What may be theirs, found by number, by phone, or by a text that stands anywhere in a document;
# the marks decide.
_CANDIDATES = """
select id::text, origin, parent_id::text, updated_at, payload::text
from raw.{table}
where tenant_id = %(tenant)s and (
    id::text = any(%(ids)s)
    or parent_id::text = any(%(parents)s)
    or substring(split_part(payload #>> '{{customer,id}}', '?', 1) from '[0-9]+$')
        = any(%(customers)s)
    or {phones}
    or exists (
        select 1 from unnest(%(needles)s::text[]) as needle
        where position(needle in lower(payload::text)) > 0
    )
)
"""
_REWRITE = """
update raw.{table} as kept
set payload = changed.payload::jsonb, _dlt_load_id = coalesce(%s, kept._dlt_load_id)
from unnest(%s::{key}[], %s::text[], %s::text[]) as changed (id, origin, payload)
where kept.tenant_id = %s and kept.id = changed.id and kept.origin = changed.origin
"""
_STAGED = """
select schemaname, tablename from pg_catalog.pg_tables
where starts_with(schemaname, %s) and not starts_with(tablename, '_dlt')
"""
_CHILDREN = """
select id::text, origin, payload::text from raw.{table}
where tenant_id = %s and parent_id = any(%s)
"""


@dataclass(frozen=True)
class Traces:
    """What a person is found by in plain words: e-mails, digits of phones, texts in lower case."""

    customers: frozenset[int]
    emails: frozenset[str]
    phones: frozenset[str]
    needles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Stored:
    """A raw document of one table; `theirs`: an erased person's own, not one that names them."""

    key: str
    origin: str
    body: dict[str, Any]
    theirs: bool


def documents_of(
    connection: Connection, erased: Erased, traces: Traces, table: str
) -> list[Stored]:
    """The raw documents of one table that are theirs, or in which a text of theirs stands."""
    found = connection.execute(
        _query(table),
        {
            "tenant": erased.tenant_id,
            "ids": _ids(erased, table),
            "parents": erased.values("order") if table in ("refunds", "order_edits") else [],
            "customers": erased.values("customer"),
            "phones": sorted(traces.phones),
            "needles": sorted(traces.needles),
        },
    ).fetchall()
    documents = []
    for key, origin, parent, updated_at, payload in found:
        body = orjson.loads(payload)
        theirs = erased.is_theirs(Thing(table, key, parent, body, updated_at))
        if theirs or texts_naming(body, traces.needles):
            documents.append(Stored(key, origin, body, theirs))
    return documents


def scrub(
    connection: Connection, tenant_id: int, table: str, documents: Iterable[Stored], *,
    needles: frozenset[str], load_id: str | None,
) -> int:  # fmt: skip
    """Rewrite documents without the person; returns how many changed."""
    changed = []
    for one in documents:
        kept = without_person(one.body) if one.theirs else without_texts(one.body, needles)
        if kept != one.body:
            changed.append((one.key, one.origin, orjson.dumps(kept).decode()))
    return _rewrite(connection, tenant_id, table, changed, load_id=load_id)


def scrub_children(connection: Connection, tenant_id: int, order_ids: Sequence[int]) -> None:
    """Refunds and edits of orders that were marked after those were loaded."""
    with connection.transaction():
        load_id = begin_load(connection)
        for table in ("refunds", "order_edits"):
            query = _CHILDREN.format(table=table).encode()
            rows = connection.execute(query, [tenant_id, list(order_ids)]).fetchall()
            found = [Stored(key, origin, orjson.loads(body), True) for key, origin, body in rows]
            scrub(
                connection, tenant_id, table, found, needles=frozenset(), load_id=load_id
            )  # fmt: skip


def empty_staging(connection: Connection, beginning: str) -> None:
    """Empty the tables of schemas whose name begins so; their loads must be kept still."""
    for schema, table in connection.execute(_STAGED, [beginning]).fetchall():
        connection.execute(sql.SQL("truncate {}").format(sql.Identifier(schema, table)))


def begin_load(connection: Connection) -> str | None:
    """A load on record for rewritten rows; None where no load ever was."""
    known = connection.execute("select to_regclass('raw._dlt_loads') is not null").fetchone()
    if not known or not known[0]:
        return None
    load_id = f"erasure-{uuid4().hex}"
    connection.execute(
        "insert into raw._dlt_loads (load_id, status, inserted_at) values (%s, 0, now())", [load_id]
    )
    return load_id


def _ids(erased: Erased, table: str) -> list[str]:
    match table:
        case "orders":
            return erased.values("order")
        case "customers" | "customer_merges":
            return erased.values("customer")
        case "checkouts":
            return erased.values("checkout")
        case "carts":
            return erased.values("cart")
        case "checkout_deletions":
            return erased.values("checkout") + erased.values("cart")
        case _:
            return []


def _query(table: str) -> bytes:
    phones = " or ".join(f"{_DIGITS.format(path)} = any(%(phones)s)" for path in _PHONES)
    return _CANDIDATES.format(table=table, phones=phones).encode()


def _rewrite(
    connection: Connection,
    tenant_id: int,
    table: str,
    changed: Sequence[tuple[str, str, str]],
    *,
    load_id: str | None,
) -> int:
    if not changed:
        return 0
    keys, origins, payloads = (list(column) for column in zip(*changed, strict=True))
    key_type = "bigint" if BY_NAME[table].key == "number" else "text"
    query = _REWRITE.format(table=table, key=key_type).encode()
    return connection.execute(query, [load_id, keys, origins, payloads, tenant_id]).rowcount

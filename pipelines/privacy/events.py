"""Landed deliveries of erased people: their bodies rewritten, so that a replay brings nobody back.

A delivery keeps its row, its topic and its verdict; the body keeps what figures need. One that is
no JSON, and in which a text of theirs stands, keeps nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
import psycopg

from pipelines.privacy.contacts import Body, number_of
from pipelines.privacy.keep import names_one, texts_naming, without_person, without_texts
from pipelines.privacy.marks import Erased, Thing
from pipelines.privacy.requests import TOPICS
from pipelines.resources import BY_TOPIC

Connection = psycopg.Connection[tuple[Any, ...]]
# A topic and a webhook id.
Key = tuple[str, str]
NOTHING_LEFT = b'{"erased": true}'
ERASED_REASON = "erased at the person's request"
ROWS_AT_ONCE = 1_000
# What is asked of us stays as it came until it is acted upon; its receipt comes when it is loaded.
_WAITING = """
and not (events.topic = any(%s) and events.verdict is null)
and not exists (
    select 1 from control.receipts as receipts
    where receipts.tenant_id = events.tenant_id and receipts.topic = events.topic
        and receipts.webhook_id = events.webhook_id and receipts.acted_at is null
)
"""
# Orders and checkouts lead to the rest.
_ORDER = "starts_with(topic, 'orders/') desc, starts_with(topic, 'checkouts/') desc, event_seq"
_ALL = f"""
select topic, webhook_id, received_at, body from landing.webhook_events as events
where tenant_id = %s and topic <> all(%s) {_WAITING}
order by {_ORDER}
"""  # noqa: S608 - put together from the text above
_OF_KEYS = f"""
select topic, webhook_id, received_at, body from landing.webhook_events as events
where tenant_id = %s and (topic, webhook_id) in (select * from unnest(%s::text[], %s::text[]))
order by {_ORDER}
"""  # noqa: S608 - put together from the text above
_OF_BATCH = f"""
select topic, webhook_id, received_at, body from landing.webhook_events as events
where tenant_id = %s and load_batch = %s and topic <> all(%s)
order by {_ORDER}
"""  # noqa: S608 - put together from the text above
_REWRITE = """
update landing.webhook_events as kept set body = changed.body
from unnest(%s::text[], %s::text[], %s::bytea[]) as changed (topic, webhook_id, body)
where kept.tenant_id = %s and kept.topic = changed.topic and kept.webhook_id = changed.webhook_id
"""
_REASONS = """
update landing.quarantine as kept set reason = %s
from unnest(%s::text[], %s::text[]) as changed (topic, webhook_id)
where kept.tenant_id = %s and kept.topic = changed.topic and kept.webhook_id = changed.webhook_id
    and kept.reason <> %s
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A landed delivery with its body as bytes."""

    topic: str
    webhook_id: str
    received_at: datetime
    body: bytes


def scrub_all_events(
    connection: Connection, erased: Erased, needles: frozenset[str], *, but: Sequence[str] = ()
) -> Mapping[str, int]:
    """Rewrite every landed delivery of theirs, but of some topics; rows changed of each table."""
    changed = list(_changed(erased, needles, _landed(connection, erased.tenant_id, but=but)))
    return _write(connection, erased.tenant_id, changed)


def named_in_landing(connection: Connection, erased: Erased) -> list[Key]:
    """The landed deliveries of theirs that tell of them still, but requests; nothing is changed."""
    landed = _landed(connection, erased.tenant_id, but=TOPICS)
    return [(one.topic, one.webhook_id) for one, _ in _changed(erased, frozenset(), landed)]


def scrub_events(connection: Connection, erased: Erased, keys: Sequence[Key]) -> Mapping[str, int]:
    """Rewrite those of some landed deliveries that are theirs; rows changed of each table."""
    topics, ids = (list(column) for column in zip(*keys, strict=True))
    rows = connection.execute(_OF_KEYS, [erased.tenant_id, topics, ids]).fetchall()
    changed = list(_changed(erased, frozenset(), (Delivery(*row) for row in rows)))
    return _write(connection, erased.tenant_id, changed)


def deliveries_of(
    connection: Connection, erased: Erased, needles: frozenset[str]
) -> list[Delivery]:
    """Every landed delivery of theirs as it stands; of others the texts alone that name them."""
    landed = _landed(connection, erased.tenant_id)
    told = ((one, _told(erased, needles, one)) for one in landed)
    return [replace(one, body=body) for one, body in told if body is not None]


def scrub_batch(
    connection: Connection, erased: Erased, batch_id: int, *, but: Sequence[str]
) -> Mapping[str, int]:
    """The same for the deliveries of one claimed batch, but for some topics."""
    rows = connection.execute(_OF_BATCH, [erased.tenant_id, batch_id, list(but)]).fetchall()
    changed = list(_changed(erased, frozenset(), (Delivery(*row) for row in rows)))
    return _write(connection, erased.tenant_id, changed)


def things_of(delivery: Delivery, body: Body) -> Iterator[Thing]:
    """A delivery as the documents that it tells of, whatever became of it."""
    table = BY_TOPIC[delivery.topic].name if delivery.topic in BY_TOPIC else "others"
    keys, parent = [body.get("id")], body.get("order_id")
    match table:
        case "order_edits":
            edit = body.get("order_edit")
            parent = edit.get("order_id") if isinstance(edit, dict) else None
        case "checkouts":
            keys, parent = [body.get("token"), body.get("id")], body.get("cart_token")
        case "carts":
            keys = [body.get("token"), body.get("id")]
        case "checkout_deletions":
            keys = [body.get(name) for name in ("token", "cart_token", "id")]
        case "customer_merges":
            which = [f"admin_graphql_api_customer_{one}_id" for one in ("kept", "deleted")]
            keys = [number_of(body.get(name)) for name in which]
        case "others":
            # A payment, a fulfilment: whatever names an order belongs to it as a refund does.
            keys, table = [], "refunds"
    for key in [key for key in keys if key is not None] or [""]:
        named = None if parent is None else str(parent)
        yield Thing(table, str(key), named, body, delivery.received_at)


def _landed(
    connection: Connection, tenant_id: int, *, but: Sequence[str] = ()
) -> Iterator[Delivery]:
    """Every landed delivery but of some topics and of requests that wait; within a transaction."""
    with connection.cursor(name="landed_of_tenant") as cursor:
        cursor.itersize = ROWS_AT_ONCE
        cursor.execute(_ALL.encode(), [tenant_id, list(but), list(TOPICS)])
        for row in cursor:
            yield Delivery(*row)


def _changed(
    erased: Erased, needles: frozenset[str], deliveries: Iterable[Delivery]
) -> Iterator[tuple[Delivery, bytes]]:
    for one in deliveries:
        left = _left(erased, needles, one)
        if left != one.body:
            yield one, left


def _left(erased: Erased, needles: frozenset[str], delivery: Delivery) -> bytes:
    """What is left of a body; the same bytes where nothing of theirs stands in it."""
    body = _object_in(delivery)
    if body is None:
        return NOTHING_LEFT if _names_in_bytes(delivery, needles) else delivery.body
    if _is_theirs(erased, delivery, body):
        kept = without_person(body)
    elif _may_name(delivery, needles):
        kept = without_texts(body, needles)
    else:
        return delivery.body
    return delivery.body if kept == body else orjson.dumps(kept)


def _told(erased: Erased, needles: frozenset[str], delivery: Delivery) -> bytes | None:
    """What a body tells of the person; None where it is nothing."""
    body = _object_in(delivery)
    if body is None:
        return delivery.body if _names_in_bytes(delivery, needles) else None
    if _is_theirs(erased, delivery, body):
        return delivery.body if without_person(body) != body else None
    texts = texts_naming(body, needles) if _may_name(delivery, needles) else []
    return orjson.dumps({"texts": texts}) if texts else None


def _object_in(delivery: Delivery) -> dict[str, Any] | None:
    try:
        body = orjson.loads(delivery.body)
    except orjson.JSONDecodeError:
        return None
    return body if isinstance(body, dict) else None


def _is_theirs(erased: Erased, delivery: Delivery, body: Body) -> bool:
    # Each is asked: what it tells of is marked.
    theirs = [erased.is_theirs(thing) for thing in things_of(delivery, body)]
    return any(theirs) or (delivery.topic not in BY_TOPIC and _names_them(erased, delivery, body))


def _may_name(delivery: Delivery, needles: frozenset[str]) -> bool:
    """Whether it is worth looking at each text; an escaped character hides a needle in bytes."""
    lowered = delivery.body.lower()
    return b"\\u" in lowered or any(needle.encode() in lowered for needle in needles)


def _names_in_bytes(delivery: Delivery, needles: frozenset[str]) -> bool:
    return names_one(delivery.body.decode("utf-8", "replace"), needles)


def _names_them(erased: Erased, delivery: Delivery, body: Body) -> bool:
    return erased.contact(body, delivery.received_at) is not None


def _write(
    connection: Connection, tenant_id: int, changed: Sequence[tuple[Delivery, bytes]]
) -> dict[str, int]:
    if not changed:
        return {}
    topics = [one.topic for one, _ in changed]
    ids = [one.webhook_id for one, _ in changed]
    bodies = [body for _, body in changed]
    events = connection.execute(_REWRITE, [topics, ids, bodies, tenant_id]).rowcount
    reason = [ERASED_REASON, topics, ids, tenant_id, ERASED_REASON]
    aside = connection.execute(_REASONS, reason).rowcount
    counts = {"landing.webhook_events": events, "landing.quarantine": aside}
    return {table: rows for table, rows in counts.items() if rows}

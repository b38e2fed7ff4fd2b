"""A landed event to a document: the original text is kept, the parsed body only looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from pipelines.documents import Document
from pipelines.errors import BadDocument
from pipelines.landed import shapes
from pipelines.landed.checks import Check
from pipelines.resources import BY_TOPIC, CUSTOMERS, ORDER_EDITS, ORDERS, REFUNDS, SHOPS
from pipelines.text import without_nul
from warehouse.landing import LandedEvent

Body = Mapping[str, Any]
DELETION = "orders/delete"
_SHAPES: dict[str, Check] = {
    ORDERS.name: shapes.ORDER,
    REFUNDS.name: shapes.REFUND,
    ORDER_EDITS.name: shapes.ORDER_EDIT,
    CUSTOMERS.name: shapes.CUSTOMER,
    SHOPS.name: shapes.SHOP,
}


@dataclass(frozen=True, slots=True)
class Parsed:
    """An event with the raw table and the document that it becomes, and its parsed body."""

    event: LandedEvent
    table: str
    document: Document
    body: Body


def is_loaded(topic: str) -> bool:
    """Whether a topic becomes documents; every other one is kept where it landed."""
    return topic in BY_TOPIC


def parse(event: LandedEvent) -> Parsed:
    """The document of an event; raises BadDocument with the reason to put it aside."""
    table = BY_TOPIC[event.topic].name
    try:
        # Checked as it will be stored: a NUL taken out of a key can make it another field's name.
        payload = without_nul(event.body.decode())
        body = orjson.loads(payload)
    except (UnicodeDecodeError, orjson.JSONDecodeError) as error:
        raise BadDocument(f"the body is no JSON: {error}") from None
    if event.topic == DELETION:
        shapes.DELETED(body, "")
        return Parsed(event, table, _tombstone(event, body), body)
    _SHAPES[table](body, "")
    subject = body["order_edit"] if table == ORDER_EDITS.name else body
    document = Document(
        tenant_id=event.tenant_id,
        id=subject["id"],
        origin="webhook",
        updated_at=_updated_at(table, subject, event),
        triggered_at=event.triggered_at,
        parent_id=subject["order_id"] if table in (REFUNDS.name, ORDER_EDITS.name) else None,
        payload=payload,
    )
    return Parsed(event, table, document, body)


def _updated_at(table: str, subject: Body, event: LandedEvent) -> datetime:
    """The time that tells versions apart; a refund's webhook knows only when it was made."""
    field = {ORDER_EDITS.name: "committed_at", REFUNDS.name: "created_at"}.get(table, "updated_at")
    stated = subject.get(field)
    return datetime.fromisoformat(stated) if stated else event.triggered_at


def _tombstone(event: LandedEvent, body: Body) -> Document:
    deleted_at = event.triggered_at.astimezone(UTC).isoformat()
    return Document(
        tenant_id=event.tenant_id,
        id=body["id"],
        origin="webhook",
        updated_at=event.triggered_at,
        triggered_at=event.triggered_at,
        parent_id=None,
        payload=orjson.dumps({"id": body["id"], "deleted_at": deleted_at}).decode(),
    )

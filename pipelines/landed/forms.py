"""What each topic becomes: the check of its body and the documents that are made of it.

Most bodies are stored as they came. A deletion becomes a tombstone; a checkout or a cart also
leaves the moment of its change, so that idle times stay known although only the newest version is.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from pipelines.documents import Document
from pipelines.landed import shapes, shapes_catalogue, shapes_checkouts
from pipelines.landed.checks import Check
from pipelines.resources import (
    BY_TOPIC,
    CARTS,
    CHECKOUT_ACTIVITY,
    CHECKOUT_DELETIONS,
    CHECKOUTS,
    CUSTOMER_MERGES,
    CUSTOMERS,
    INVENTORY_LEVELS,
    ORDER_EDITS,
    ORDERS,
    PRODUCTS,
    REFUNDS,
    SHOPS,
)
from warehouse.landing import LandedEvent

Body = Mapping[str, Any]
Made = tuple[str, Document]
Make = Callable[[LandedEvent, Body, str], Iterator[Made]]
DELETIONS = ("orders/delete", "customers/delete", "products/delete")
DISCONNECTION = "inventory_levels/disconnect"


@dataclass(frozen=True, slots=True)
class Form:
    """The check that a body passes, and its making into documents with their tables."""

    check: Check
    make: Make


def form_of(topic: str) -> Form:
    """The form of a topic that becomes documents."""
    return _OF_TOPIC.get(topic) or _OF_TABLE[BY_TOPIC[topic].name]


def _own(
    event: LandedEvent,
    key: int | str,
    payload: str,
    *,
    at: str | None,
    parent: int | str | None = None,
) -> Document:
    """A document dated by its own time; without one, by the event's triggering."""
    updated_at = datetime.fromisoformat(at) if at else event.triggered_at
    return Document(
        event.tenant_id, key, "webhook", updated_at, event.triggered_at, parent, payload
    )


def _whole(table: str) -> Make:
    """The body as it came, known by its number."""

    def make(event: LandedEvent, body: Body, payload: str) -> Iterator[Made]:
        yield table, _own(event, body["id"], payload, at=body.get("updated_at"))

    return make


def _refund(event: LandedEvent, body: Body, payload: str) -> Iterator[Made]:
    # Its webhook knows only when it was made.
    document = _own(event, body["id"], payload, at=body["created_at"], parent=body["order_id"])
    yield REFUNDS.name, document


def _order_edit(event: LandedEvent, body: Body, payload: str) -> Iterator[Made]:
    edit = body["order_edit"]
    document = _own(event, edit["id"], payload, at=edit["committed_at"], parent=edit["order_id"])
    yield ORDER_EDITS.name, document


def _tombstone(event: LandedEvent, body: Body, payload: str) -> Iterator[Made]:
    stone = {"id": body["id"], "deleted_at": _deleted_at(event)}
    yield BY_TOPIC[event.topic].name, _own(event, body["id"], _json(stone), at=None)


def _merge(event: LandedEvent, body: Body, payload: str) -> Iterator[Made]:
    """Only a completed merge joins two customers; any other status tells nothing."""
    if body["status"].lower() == "completed":
        shapes.COMPLETED_MERGE(body, "")
        kept, deleted = (
            int(body[f"admin_graphql_api_customer_{which}_id"].rpartition("/")[2])
            for which in ("kept", "deleted")
        )
        yield CUSTOMER_MERGES.name, _own(event, deleted, payload, at=None, parent=kept)


def _level(event: LandedEvent, body: Body, payload: str) -> Iterator[Made]:
    item, at = str(body["inventory_item_id"]), body.get("updated_at")
    if event.topic == DISCONNECTION:
        place = {name: body[name] for name in ("inventory_item_id", "location_id")}
        payload, at = _json({**place, "deleted_at": _deleted_at(event)}), None
    key = f"{item}:{body['location_id']}"
    yield INVENTORY_LEVELS.name, _own(event, key, payload, at=at, parent=item)


def _checkout(event: LandedEvent, body: Body, payload: str) -> Iterator[Made]:
    token, completed_at = body["token"], body.get("completed_at")
    at, subject = body["updated_at"], f"checkout:{token}"
    yield CHECKOUTS.name, _own(event, token, payload, at=at, parent=body.get("cart_token"))
    yield _moment(event, subject, {"token": token, "at": _utc(at)}, at=at)
    if body.get("id"):
        # Older generations tell the number that the Admin API knows the checkout by.
        told = {"token": token, "number": body["id"]}
        number = _own(event, f"number:{body['id']}", _json(told), at=at, parent=subject)
        yield CHECKOUT_ACTIVITY.name, number
    if completed_at:
        # A version that comes late and is older or bare of it takes no completion back.
        known = {"token": token, "completed_at": _utc(completed_at)}
        yield _moment(event, subject, known, at=completed_at, kind="completed")


def _cart(event: LandedEvent, body: Body, payload: str) -> Iterator[Made]:
    token, at = body.get("token") or body["id"], body["updated_at"]
    yield CARTS.name, _own(event, token, payload, at=at)
    yield _moment(event, f"cart:{token}", {"token": token, "at": _utc(at)}, at=at)


def _moment(
    event: LandedEvent, subject: str, told: dict[str, str], *, at: str, kind: str = ""
) -> Made:
    """What one version tells; equal contents have one key, so no order of delivery matters."""
    key = f"{f'{kind}:' if kind else ''}{subject}:{_utc(at)}"
    return CHECKOUT_ACTIVITY.name, _own(event, key, _json(told), at=at, parent=subject)


def _deletion(event: LandedEvent, body: Body, payload: str) -> Iterator[Made]:
    """Noted under each name that is there, for the checkout may be known by any of them."""
    for name in ("cart_token", "token", "id"):
        if body.get(name):
            yield CHECKOUT_DELETIONS.name, _own(event, str(body[name]), payload, at=None)


def _json(content: Mapping[str, Any]) -> str:
    return orjson.dumps(content).decode()


def _deleted_at(event: LandedEvent) -> str:
    return event.triggered_at.astimezone(UTC).isoformat()


def _utc(at: str) -> str:
    return datetime.fromisoformat(at).astimezone(UTC).isoformat(timespec="microseconds")


_OF_TABLE = {
    ORDERS.name: Form(shapes.ORDER, _whole(ORDERS.name)),
    REFUNDS.name: Form(shapes.REFUND, _refund),
    ORDER_EDITS.name: Form(shapes.ORDER_EDIT, _order_edit),
    CUSTOMERS.name: Form(shapes.CUSTOMER, _whole(CUSTOMERS.name)),
    CUSTOMER_MERGES.name: Form(shapes.MERGE, _merge),
    SHOPS.name: Form(shapes.SHOP, _whole(SHOPS.name)),
    PRODUCTS.name: Form(shapes_catalogue.PRODUCT, _whole(PRODUCTS.name)),
    INVENTORY_LEVELS.name: Form(shapes_catalogue.INVENTORY_LEVEL, _level),
    CHECKOUTS.name: Form(shapes_checkouts.CHECKOUT, _checkout),
    CHECKOUT_DELETIONS.name: Form(shapes_checkouts.checkout_deletion, _deletion),
    CARTS.name: Form(shapes_checkouts.cart, _cart),
}
_OF_TOPIC = {
    **dict.fromkeys(DELETIONS, Form(shapes.DELETED, _tombstone)),
    DISCONNECTION: Form(shapes_catalogue.INVENTORY_PLACE, _level),
}

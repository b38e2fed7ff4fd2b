"""Checkouts as Shopify tells of them, brought into the raw tables as the loader would."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from pipelines.landed.parse import parse
from tests.dbt_project.conftest import MERGE, Warehouse
from tests.dbt_project.documents import bag, gid
from warehouse.connections import Role, connect
from warehouse.landing import LandedEvent

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
Told = tuple[int, str, dict[str, Any]]


def at(minutes: float) -> str:
    """So many minutes after noon."""
    return (NOON + timedelta(minutes=minutes)).isoformat()


def checkout(
    token: str = "t1", *, begun: float = 0, moved: float | None = None, **changes: object
) -> dict[str, Any]:
    """The body of checkouts/create and checkouts/update."""
    return {
        "token": token,
        "cart_token": f"cart-of-{token}",
        "email": f"{token}@example.com",
        "created_at": at(begun),
        "updated_at": at(begun if moved is None else moved),
        "completed_at": None,
        "currency": "USD",
        "presentment_currency": "USD",
        "total_price": "10.00",
        "customer": None,
        "line_items": [{"product_id": 5, "variant_id": 6, "quantity": 1, "price": "10.00"}],
        **changes,
    }


def admin_checkout(
    number: int, *, begun: float = 0, moved: float | None = None, **changes: object
) -> dict[str, Any]:
    """A node of abandonedCheckouts: a number, no token, no e-mail."""
    return {
        "id": gid("AbandonedCheckout", number),
        "createdAt": at(begun),
        "updatedAt": at(begun if moved is None else moved),
        "completedAt": None,
        "customer": {"id": gid("Customer", 3)},
        "totalPriceSet": bag("10.00"),
        "lineItems": [{"product": {"id": gid("Product", 5)}, "variant": None, "quantity": 1}],
        **changes,
    }


def tell(
    warehouse: Warehouse, tenant: int, *told: tuple[str, dict[str, Any]], after: float = 0
) -> None:
    """Load webhooks' (topic, body); "admin" is an abandoned checkout of the Admin API."""
    load_all(warehouse, [(tenant, topic, body) for topic, body in told], after=after)


def load_all(warehouse: Warehouse, told: Iterable[Told], *, after: float = 0) -> None:
    """One load of what several tenants were told."""
    warehouse.loads += 1
    load_id = f"load-{warehouse.loads}"
    triggered = NOON + timedelta(minutes=after)
    with connect(warehouse.settings, Role.LOADER) as connection:
        for tenant, topic, body in told:
            for table, values in _rows(tenant, topic, body, triggered):
                connection.execute(MERGE.format(table=table), [*values, load_id])
        connection.execute("insert into raw._dlt_loads (load_id, status) values (%s, 0)", [load_id])


def _rows(
    tenant: int, topic: str, body: dict[str, Any], triggered: datetime
) -> Iterable[tuple[str, list[Any]]]:
    if topic == "admin":
        moved = body["updatedAt"]
        number = body["id"].rpartition("/")[2]
        yield (
            "checkouts",
            [tenant, number, "admin", moved, moved, None, orjson.dumps(body).decode()],
        )
        return
    for one in parse(LandedEvent(tenant, 1, "webhook", topic, triggered, orjson.dumps(body))):
        known = one.document
        values = [tenant, known.id, known.origin, known.updated_at, known.triggered_at]
        yield one.table, [*values, known.parent_id, known.payload]

"""What Shopify really sent comes out as it was worked out by hand (`recorded_*.py` beside this)."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.dbt_project.conftest import Row, Warehouse
from tests.dbt_project.recorded_reads import READS, Read
from tests.dbt_project.recorded_shapes import WEBHOOKS, Recorded

DELETED = "2026-01-01T00:00:00Z"
Known = tuple[Warehouse, dict[str, int]]


@pytest.fixture(scope="module")
def recorded(new_warehouse: Callable[[], Warehouse], shared: Path) -> Known:
    """Every shape in a tenant of its own, all built at once."""
    warehouse = new_warehouse()
    tenants = {name: warehouse.tenant(name) for name in [*WEBHOOKS, *READS, "people"]}
    for name, shape in WEBHOOKS.items():
        for table, file in shape.files:
            body = changed(webhook(shared, file), shape.changes if table == "orders" else {})
            warehouse.load((tenants[name], table, "webhook", body))
    for name, read in READS.items():
        warehouse.load((tenants[name], "orders", "admin", order_of(shared, read)))
    for file in ("customers_create.json", "variants/customers_update__with_addresses.json"):
        warehouse.load((tenants["people"], "customers", "webhook", webhook(shared, file)))
    warehouse.build()
    return warehouse, tenants


def webhook(shared: Path, file: str) -> dict[str, Any]:
    body = json.loads((shared / "shopify" / "webhooks" / file).read_text())
    return body | ({"deleted_at": DELETED} if len(body) == 1 and "id" in body else {})


def changed(body: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return body if "deleted_at" in body else body | changes


def order_of(shared: Path, read: Read) -> dict[str, Any]:
    """The recorded order with its connections as lists, and what the read did not ask for."""
    exchange = json.loads((shared / "shopify" / "graphql" / read.file).read_text())
    extra = {
        name: along(exchange, value) if isinstance(value, tuple) else value
        for name, value in read.order.items()
    }
    order = flat(along(exchange, read.at)) | extra
    return {"updatedAt": order["createdAt"], **order}


def along(document: Any, path: tuple[str, ...]) -> Any:  # noqa: ANN401
    for name in path:
        document = document[name]
    return document


def flat(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, list):
        return [flat(one) for one in value]
    if isinstance(value, dict):
        return flat(value["nodes"]) if "nodes" in value else {k: flat(v) for k, v in value.items()}
    return value


def assert_figures(order: Row, figures: dict[str, Any]) -> None:
    found = {name: order[name] for name in figures}
    for name, value in found.items():
        if isinstance(value, Decimal):
            found[name] = value.normalize()
        elif name == "shop_date":
            found[name] = value.isoformat()
    wanted = {
        name: Decimal(value).normalize() if isinstance(order[name], Decimal) else value
        for name, value in figures.items()
    }
    assert found == wanted


@pytest.mark.parametrize("name", WEBHOOKS)
def test_a_recorded_webhook_has_its_hand_made_figures(recorded: Known, name: str) -> None:
    warehouse, tenants = recorded
    shape: Recorded = WEBHOOKS[name]
    orders = warehouse.read(tenants[name], "orders")
    assert len(orders) == (shape.order is not None), shape.why
    if shape.order is not None:
        assert_figures(orders[0], shape.order)
    if shape.days:
        days = warehouse.read(tenants[name], "daily_sales")
        assert {d["shop_date"].isoformat(): d["total_sales"] for d in days} == {
            day: Decimal(total) for day, total in shape.days.items()
        }


@pytest.mark.parametrize("name", READS)
def test_a_recorded_read_has_its_hand_made_figures(recorded: Known, name: str) -> None:
    warehouse, tenants = recorded
    (order,) = warehouse.read(tenants[name], "orders")
    assert_figures(order, READS[name].figures)


def test_recorded_customers_without_orders_have_rows_of_their_own(recorded: Known) -> None:
    warehouse, tenants = recorded
    people = {row["customer_id"]: row for row in warehouse.read(tenants["people"], "customers")}
    assert {
        number: (row["email"], row["phone"], row["first_name"]) for number, row in people.items()
    } == {
        706405506930370084: ("bob@biller.com", None, "Bob"),
        1073339462: ("steve.lastnameson@example.com", "+15142546011", "Steve"),
    }
    for row in people.values():
        assert (row["orders_count"], row["total_spent"], row["is_repeat"]) == (0, 0, False)
        assert (row["average_order_value"], row["cohort_month"]) == (None, None)


def test_every_order_of_the_recordings_has_an_answer_here(shared: Path) -> None:
    files = {file for shape in WEBHOOKS.values() for _, file in shape.files}
    folder = shared / "shopify" / "webhooks"
    there = {
        str(path.relative_to(folder))
        for path in [*folder.glob("o*rders_*.json"), *folder.glob("variants/*.json")]
        if path.name.startswith(("orders_", "refunds_"))
    }
    assert there - files <= {"orders_cancelled.json"}

"""A year of the sandbox's shops comes out as its own books say, from either of Shopify's shapes."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from sandbox.cases import CASES
from sandbox.documents.webhook_customer import customer_body
from sandbox.documents.webhook_order import order_body
from sandbox.state.shop import Shop
from sandbox.truth.answer import truth
from sandbox.world import World
from tests.dbt_project.conftest import Row, Warehouse

KEYS = {
    "orders": ("order_id",),
    "order_lines": ("order_id", "line_item_id"),
    "daily_sales": ("shop_date", "currency"),
    "products": ("product_id",),
    "refunds": ("refund_id",),
    "refund_lines": ("refund_id", "refund_line_id"),
    "customer_cohorts": ("cohort_month", "month_number", "currency"),
    "daily_sales_by_order": ("shop_date", "currency"),
    "daily_cash": ("shop_date", "currency"),
}
# Of cash, webhooks tell only what went back.
TOLD_BY_WEBHOOKS = (
    *("orders", "order_lines", "customers", "daily_sales"),
    *("customer_cohorts", "daily_sales_by_order"),
)
NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def shops(new_warehouse: Callable[[], Warehouse]) -> tuple[Warehouse, dict[int, Shop]]:
    """Shops of four currencies and both ways of tax, known by webhooks alone.

    They have as many orders as there are common cases; what webhooks cannot tell of the rare ones
    is listed and seen in tests/proofs/test_two_ways.py.
    """
    warehouse = new_warehouse()
    shops: dict[int, Shop] = {}
    for shop in World.generate(shops=4, orders=len(CASES), seed=5, now=NOW).shops.values():
        profile = shop.profile
        tenant = warehouse.tenant(
            profile.domain.partition(".")[0], timezone=profile.timezone, currency=profile.currency
        )
        shops[tenant] = shop
        bodies = [("orders", order_body(shop, order)) for order in shop.orders.values()]
        bodies += [("customers", customer_body(shop, known)) for known in shop.customers]
        warehouse.load(
            *((tenant, table, "webhook", json.loads(json.dumps(body))) for table, body in bodies)
        )
    warehouse.build()
    return warehouse, shops


@pytest.mark.parametrize("mart", TOLD_BY_WEBHOOKS)
def test_webhooks_alone_give_the_true_figures(
    shops: tuple[Warehouse, dict[int, Shop]], mart: str
) -> None:
    warehouse, known = shops
    for tenant, shop in known.items():
        expected = {key(mart, row): row for row in truth(shop)[mart]}
        found = {key(mart, readable(row)): readable(row) for row in warehouse.read(tenant, mart)}
        assert found.keys() == expected.keys(), shop.profile.domain
        for name, row in expected.items():
            told = {column: found[name][column] for column in row}
            assert told == {column: worth(row[column], told[column]) for column in row}, name


def key(mart: str, row: Row) -> tuple[str, ...]:
    """Customers go by their id, guests by their first order."""
    if mart == "customers":
        return (
            str(row["customer_id"]) if row["customer_id"] else f"order {row['first_order_id']}",
        )
    return tuple(str(row[column]) for column in KEYS[mart])


def readable(row: Row) -> Row:
    return {column: _readable(value) for column, value in row.items()}


def _readable(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def worth(expected: Any, found: Any) -> Any:  # noqa: ANN401
    """The true value as the mart's type; what only payments could tell is unknown, not guessed."""
    if isinstance(found, Decimal):
        return Decimal(expected)
    return None if found is None else expected

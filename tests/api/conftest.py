"""What the API's tests stand on: the app behind real HTTP, two tenants, really built marts."""

import gc
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from pipelines.build import run_build
from tests.api.documents import (
    Order,
    checkout,
    customer,
    load_checkouts,
    load_customers,
    load_orders,
    load_products,
    load_refunds,
    product,
    refund,
)
from tests.api.shops import Shop, add_shop, serving
from tests.conftest import DATABASE, recreate, settings_for
from warehouse.connections import Role, connect
from warehouse.settings import Settings
from warehouse.tenants import record_shop

# Beyond what a double tells apart: 0.01 more would read the same.
HUGE = "9007199254740993.01"
BIG_ID = 2**53 + 1

ORDERS = [
    # Half an hour before midnight in Berlin, and half an hour after it: two shop days.
    Order(1001, "2026-03-31T21:30:00Z", "10.10", customer_id=7),
    Order(1002, "2026-03-31T22:30:00Z", "20.20", customer_id=7),
    # Refunded in another month, more than that day sold.
    Order(1003, "2026-01-15T12:00:00Z", "50.00", email="guest@example.com",
          refunded=(("2026-04-02T12:00:00Z", "30.00"),)),
    Order(1004, "2026-01-15T12:00:00Z", "5.05", email="GUEST@example.com "),
    Order(BIG_ID, "2026-02-01T12:00:00Z", "1.00", customer_id=9),
    Order(1006, "2026-02-01T12:00:00Z", "999.00", customer_id=9, test=True),
]  # fmt: skip
CUSTOMERS = {
    7: customer(7, email="ada@example.com", first_name="Ada"),
    8: customer(8, email="idle@example.com", first_name=None),
    9: customer(9, email=None, first_name=None),
}
PRODUCTS = [
    product(501, title="Sencha", price="12.50", at="2025-06-02T08:00:00Z"),
    product(502, title="=HYPERLINK(1)", price="0.10", at="2025-07-02T08:00:00Z"),
    product(503, title="Matcha, 30 g", price="30.00", at="2025-05-02T08:00:00Z"),
]
REFUNDS = [
    refund(701, order_id=1003, at="2026-04-02T12:00:00Z", paid={"SUCCESS": "30.00"}),
    refund(702, order_id=1001, at="2026-04-03T12:00:00Z", paid={"SUCCESS": "0.01"}),
    refund(703, order_id=1002, at="2026-04-03T13:00:00Z", paid={"PENDING": "5.00", "FAILURE": "7"}),
]
A_MOMENT_AGO = (datetime.now(UTC) - timedelta(minutes=1)).isoformat(timespec="seconds")
CHECKOUTS = [
    checkout("open", created=A_MOMENT_AGO, total="11.00"),
    checkout("left", created="2026-03-31T22:30:00Z", total="20.00", email="ada@example.com"),
    checkout("silent", created="2026-03-30T10:00:00Z", total="5.00"),
    checkout("bought", created="2026-03-29T10:00:00Z", total="7.00",
             completed="2026-03-29T10:10:00Z"),
    checkout("recovered", created="2026-03-28T10:00:00Z", total="9.00",
             completed="2026-03-28T15:00:00Z"),
    checkout("foreign", created="2026-03-27T10:00:00Z", total="1000.00", currency="JPY"),
]  # fmt: skip
OTHER_ORDERS = [Order(1001, "2026-03-31T23:30:00Z", HUGE, customer_id=7, currency="USD")]


@pytest.fixture
def api(settings: Settings) -> Iterator[httpx.Client]:
    with serving(settings) as client:
        yield client


@pytest.fixture
def shop(settings: Settings) -> Shop:
    return add_shop(settings, "alpine-tea")


@pytest.fixture
def other_shop(settings: Settings, shop: Shop) -> Shop:
    return add_shop(settings, "baltic-rye")


@dataclass(frozen=True)
class Built:
    """Two shops that share ids, and a third without anything, after a build; served.

    ``spare`` is a copy of it all for tests that change what they find.
    """

    settings: Settings
    spare: Settings
    api: httpx.Client
    berlin: Shop
    new_york: Shop
    empty: Shop


def build(settings: Settings) -> None:
    """Build the marts; what dbt leaves open for the collector is no fault of a test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run_build(settings, tests=False)
        gc.collect()


@pytest.fixture(scope="session")
def built(cluster_url: str, home: Path, template: str) -> Iterator[Built]:
    """Built once under the name that dbt's parse cache knows, then kept under a name of its own."""
    recreate(cluster_url, DATABASE, template=template)
    settings = settings_for(home, f"{cluster_url}/{DATABASE}")
    shops = [add_shop(settings, name) for name in ("alpine-tea", "baltic-rye", "coastal-fig")]
    berlin, new_york, empty = shops
    with connect(settings, Role.LOADER) as connection:
        record_shop(connection, berlin.tenant_id, iana_timezone="Europe/Berlin", currency="EUR")
        record_shop(
            connection, new_york.tenant_id, iana_timezone="America/New_York", currency="USD"
        )
    load_orders(settings, berlin.tenant_id, ORDERS)
    load_customers(settings, berlin.tenant_id, CUSTOMERS)
    load_products(settings, berlin.tenant_id, PRODUCTS)
    load_refunds(settings, berlin.tenant_id, REFUNDS)
    load_checkouts(settings, berlin.tenant_id, CHECKOUTS)
    load_products(settings, new_york.tenant_id, PRODUCTS[:1])
    load_checkouts(settings, new_york.tenant_id, CHECKOUTS[:2])
    load_orders(settings, new_york.tenant_id, OTHER_ORDERS)
    build(settings)
    recreate(cluster_url, "shopmart_figures", template=DATABASE)
    recreate(cluster_url, "shopmart_spare", template=DATABASE)
    kept = settings_for(home, f"{cluster_url}/shopmart_figures")
    spare = settings_for(home, f"{cluster_url}/shopmart_spare")
    with serving(kept) as api:
        yield Built(kept, spare, api, berlin, new_york, empty)

"""After histories of random events the checkouts are what the shop knows, however they were told.

Webhooks of both generations come doubled, shuffled and late in several loads; passes of the live
models and of all models take turns, and some die. Nothing of that is to be seen in the end.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pipelines.build import BuildFailed, building, run_build
from pipelines.landed.deeds import act
from sandbox.documents.admin_checkout import checkout_document
from sandbox.errors import SandboxError
from sandbox.truth.answer import truth
from tests.dbt_project.checkout_stories import load_all
from tests.dbt_project.conftest import Row, Warehouse
from tests.dbt_project.living import Living, admin_documents, readable
from warehouse.connections import Role, connect
from warehouse.landing import LandedEvent

KINDS = (
    *("cart", "checkout", "checkout", "checkout_update", "checkout_update"),
    *("checkout_complete", "checkout_complete", "checkout_delete", "order", "delete"),
)
TABLES = ("checkout_lives", "orders", "daily_sales")


class Browsing(Living):
    """Shops in which people fill carts, leave checkouts and come back."""

    def live(self, events: int) -> None:
        for _ in range(events):
            self.at += timedelta(minutes=self.rng.choice((2, 20, 50, 70, 600)))
            domain = self.rng.choice(list(self.tenants))
            kind = self.rng.choice(KINDS)
            older = kind.startswith("checkout") and self.rng.random() < 0.3
            wishes = {"generation": "2024-10"} if older else {}
            try:
                self.world.happen(domain, kind, wishes, at=self.at)
            except SandboxError:
                continue

    def deliver(self) -> None:
        """As the loader does: what is noted of a shop is noted with its webhooks."""
        events = [
            LandedEvent(tenant, 1, "webhook", topic, at, body)
            for tenant, topic, body, at in self.told
        ]
        with connect(self.warehouse.settings, Role.LOADER) as connection:
            act(connection, 0, events)
        super().deliver()

    def read_again(self) -> None:
        """Orders and what Shopify lists as abandoned, a day after the last event."""
        for domain, tenant in self.tenants.items():
            shop = self.world.shops[domain]
            orders = [
                one
                for order in shop.orders.values()
                for one in admin_documents(order, shop)
                if one[0] == "orders"
            ]
            self.warehouse.load(*((tenant, *one) for one in orders))
            listed = shop.checkouts.listed(self.at + timedelta(days=1))
            nodes = [
                readable(checkout_document(shop.checkouts.by_number[number], shop.profile), shop)
                for number in listed
            ]
            load_all(self.warehouse, [(tenant, "admin", node) for node in nodes])


def contents(warehouse: Warehouse) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table: warehouse.rows(f"select * from marts.{table} order by 1, 2, 3") for table in TABLES
    }


def die(warehouse: Warehouse, group: str) -> None:
    """Prepare a build and leave it as a killed process does."""
    with pytest.raises(BuildFailed), building(warehouse.settings, group=group):
        raise BuildFailed("killed")


@pytest.fixture(scope="module", params=[4])
def browsing(new_warehouse: Callable[[], Warehouse], request: pytest.FixtureRequest) -> Browsing:
    """A year that was read once, then days that only webhooks tell of."""
    living = Browsing(new_warehouse(), seed=request.param)
    living.read_again()
    living.warehouse.build(tests=False)
    for group in ("live", "all", "live", "live"):
        living.live(25)
        living.deliver()
        die(living.warehouse, group)
        run_build(living.warehouse.settings, group=group, tests=False)
    living.live(25)
    living.deliver()
    living.read_again()
    run_build(living.warehouse.settings, group="live", tests=False)
    return living


def test_the_checkouts_and_their_funnel_are_the_shops_own(browsing: Browsing) -> None:
    found = {
        (domain, mart): {key(mart, row): row for row in browsing.warehouse.read(tenant, mart)}
        for domain, tenant in browsing.tenants.items()
        for mart in ("checkouts", "checkout_funnel")
    }
    # Which of those that webhooks tell of were read again by a sync, the shop cannot know.
    again = [
        (rows, name)
        for rows in found.values()
        for name, row in rows.items()
        if row.get("uncounted_reason") == "live_known"
    ]
    assert again
    for rows, name in again:
        del rows[name]
    seen = set()
    for domain in browsing.tenants:
        true = truth(browsing.world.shops[domain])
        for mart in ("checkouts", "checkout_funnel"):
            wanted = {key(mart, row): row for row in true[mart]}
            own = found[domain, mart]
            assert own.keys() == wanted.keys(), (domain, mart)
            for name, row in wanted.items():
                told = {column: plain(own[name][column]) for column in row}
                assert told == {c: worth(row[c], own[name][c]) for c in row}, (domain, mart, name)
        seen |= {
            (row["source"], row["status"], row["is_recovered"], row["is_counted"])
            for row in true["checkouts"]
        }
    assert {one[0] for one in seen} == {"webhook", "admin", "order"}
    assert {one[1] for one in seen} >= {"COMPLETED", "ABANDONED"}
    assert {one[2] for one in seen} == {one[3] for one in seen} == {True, False}


def test_the_tables_equal_those_of_a_full_refresh_row_for_row(browsing: Browsing) -> None:
    run_build(browsing.warehouse.settings, tests=False)
    incremental = contents(browsing.warehouse)
    assert browsing.warehouse.build(full_refresh=True).full_refresh
    assert contents(browsing.warehouse) == incremental


def key(mart: str, row: Row) -> tuple[str, ...]:
    columns = ("checkout_id",) if mart == "checkouts" else ("shop_date", "currency")
    return tuple(str(row[column]) for column in columns)


def plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def worth(expected: Any, found: Any) -> Any:  # noqa: ANN401
    """Truth tells money as text."""
    return Decimal(expected) if isinstance(found, Decimal) else expected

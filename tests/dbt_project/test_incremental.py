"""An incremental build equals a full refresh, row for row, after histories of random events.

Shops of the sandbox live on: their webhooks come doubled, shuffled and late, builds die between two
models, and what is read again by the Admin API takes the derived rows' place.
"""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from dbt.cli.main import dbtRunner

from pipelines.build import building
from pipelines.build.project import in_environment, manifest
from sandbox.announcements import Announcement
from sandbox.documents.admin_order import order_document
from sandbox.documents.parts import Ref
from sandbox.documents.webhook_customer import customer_body
from sandbox.errors import SandboxError
from sandbox.identifiers import gid
from sandbox.state.shop import Shop
from sandbox.truth.answer import truth
from sandbox.world import World
from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.test_sandbox_truth import key, readable, worth

MARTS = ("ledger", "orders", "order_lines", "customers", "daily_sales")
NOW = datetime(2026, 11, 1, tzinfo=UTC)
KINDS = ("order", "refund", "refund", "cancel", "capture", "customer_update", "delete")
Told = tuple[int, str, str, dict[str, Any]]


class Killed(RuntimeError):
    """Stands for the end of the process."""


class Living:
    """Shops that go on living, and a warehouse that hears of them."""

    def __init__(self, warehouse: Warehouse, seed: int) -> None:
        self.warehouse = warehouse
        self.rng = random.Random(seed)
        self.world = World.generate(shops=2, orders=25, seed=seed, now=NOW)
        self.world.listener = self._hear
        self.tenants = {
            shop.profile.domain: warehouse.tenant(
                shop.profile.domain.partition(".")[0],
                timezone=shop.profile.timezone,
                currency=shop.profile.currency,
            )
            for shop in self.world.shops.values()
        }
        self.at = NOW
        self.told: list[Told] = []

    def _hear(self, shop: Shop, told: list[Announcement]) -> None:
        tenant = self.tenants[shop.profile.domain]
        for one in told:
            table = {"orders": "orders", "refunds": "refunds", "customers": "customers"}[
                one.topic.partition("/")[0]
            ]
            body = json.loads(one.body)
            if one.topic == "orders/delete":
                body["deleted_at"] = one.happened_at.isoformat()
            self.told.append((tenant, table, "webhook", body))

    def live(self, events: int) -> None:
        """Let things happen; what Shopify would announce is kept until it is delivered."""
        for _ in range(events):
            self.at += timedelta(hours=self.rng.randint(1, 40))
            domain = self.rng.choice(list(self.tenants))
            try:
                self.world.happen(domain, self.rng.choice(KINDS), {}, at=self.at)
            except SandboxError:
                continue

    def deliver(self) -> None:
        """Deliver what was announced in any order, some of it twice, in several loads."""
        due = self.told + [one for one in self.told if self.rng.random() < 0.3]
        self.told = []
        self.rng.shuffle(due)
        for start in range(0, len(due), 7):
            self.warehouse.load(*due[start : start + 7])

    def read_again(self, share: float = 1.0) -> None:
        """Load Admin documents of a share of the orders, as a sync or a refetch does."""
        for domain, tenant in self.tenants.items():
            shop = self.world.shops[domain]
            orders = [o for o in shop.orders.values() if self.rng.random() < share]
            self.warehouse.load(
                *((tenant, "orders", "admin", admin_document(shop, o)) for o in orders),
                *(
                    (tenant, "customers", "webhook", webhook_customer(shop, c))
                    for c in shop.customers
                ),
            )


def webhook_customer(shop: Shop, customer_id: int) -> dict[str, Any]:
    return dict(json.loads(json.dumps(customer_body(shop, customer_id))))


def admin_document(shop: Shop, order: Any) -> dict[str, Any]:  # noqa: ANN401
    """The sandbox's order with what the bulk query asks for; references as ids."""
    document = order_document(order, shop.profile)
    document["customer"] = plain(document["customer"])
    document["refunds"] = [{"id": one["id"]} for one in document["refunds"]]
    for one in document["agreements"]:
        one["refund"] = one.get("refund") and {"id": one["refund"]["id"]}
        for sale in one["sales"]:
            for name in ("lineItem", "shippingLine"):
                if sale.get(name):
                    sale[name] = {"id": sale[name]["id"]}
    kept = {
        k: v for k, v in document.items() if k not in ("returns", "fulfillments", "shippingLine")
    }
    for payment in kept["transactions"]:
        payment.pop("parentTransaction", None)
        payment.pop("order", None)
    return dict(json.loads(json.dumps(kept, default=plain)))


def plain(value: Any) -> Any:  # noqa: ANN401
    return {"id": gid(value.kind, value.number)} if isinstance(value, Ref) else value


def die_after(warehouse: Warehouse, *selected: str) -> None:
    """Begin a build, run some of its models, and leave it as a killed process leaves it."""
    with pytest.raises(Killed), building(warehouse.settings) as build:
        if selected:
            runner = dbtRunner(manifest=manifest(warehouse.settings))
            with in_environment(build.env):
                assert runner.invoke(["--quiet", "run", "--select", *selected]).success
        raise Killed
    warehouse.execute("update control.builds set status = 'running' where status = 'failed'")


def contents(warehouse: Warehouse) -> dict[str, list[tuple[Any, ...]]]:
    return {mart: warehouse.rows(f"select * from marts.{mart} order by 1, 2, 3") for mart in MARTS}


@pytest.fixture(scope="module", params=[3])
def living(new_warehouse: Callable[[], Warehouse], request: pytest.FixtureRequest) -> Living:
    """Read once, then told by webhooks through three builds that died."""
    living = Living(new_warehouse(), seed=request.param)
    living.read_again()
    living.warehouse.build(tests=False)
    for parts in (
        [],
        ["ledger"],
        ["ledger", "orders", "order_lines"],
        ["ledger", "orders", "customers"],
    ):
        living.live(12)
        living.deliver()
        die_after(living.warehouse, *parts)
    living.live(12)
    living.deliver()
    living.warehouse.build()
    return living


def test_incremental_builds_that_died_in_between_equal_a_full_refresh(living: Living) -> None:
    incremental = contents(living.warehouse)
    assert any(row[-1] == "derived" for row in incremental["ledger"])
    result = living.warehouse.build(full_refresh=True, tests=False)
    assert result.full_refresh
    assert contents(living.warehouse) == incremental


def test_webhooks_newer_than_the_agreements_give_the_true_figures(living: Living) -> None:
    assert_true(living, provisional=True)


def test_what_is_read_again_takes_the_place_of_derived_rows(living: Living) -> None:
    living.read_again()
    assert not living.warehouse.build().warnings
    assert living.warehouse.rows("select * from marts.ledger where origin = 'derived'") == []
    assert_true(living, provisional=False)


def assert_true(living: Living, *, provisional: bool) -> None:
    for domain, tenant in living.tenants.items():
        expected = truth(living.world.shops[domain])
        for mart in MARTS[1:]:
            wanted = {key(mart, row): row for row in expected[mart]}
            rows = map(readable, living.warehouse.read(tenant, mart))
            found = {key(mart, row): row for row in rows}
            assert found.keys() == wanted.keys(), (domain, mart)
            for name, row in wanted.items():
                told = {column: found[name][column] for column in row}
                true = {column: worth(row[column], told[column]) for column in row}
                assert told == true, (domain, mart, name)
                assert provisional or None not in (told.get("amount_paid", 0),)

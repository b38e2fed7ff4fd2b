"""Every rare event of the sandbox comes out as its books say: exactly by the Admin documents, by
webhooks alone but for what no webhook tells."""

import heapq
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from sandbox.cases import RARE
from sandbox.documents.webhook_order import order_body
from sandbox.errors import NothingSuitable
from sandbox.facts import Placed, Returned
from sandbox.state.shop import Shop
from sandbox.truth.answer import truth
from tests.dbt_project.conftest import Row, Warehouse
from tests.dbt_project.living import NOW, Living, load_heard
from tests.dbt_project.test_sandbox_truth import KEYS, key, readable, worth

Events = list[tuple[datetime, int, str, str, dict[str, object]]]


class Played:
    """Shops that lived through every rare case, each known by documents and by webhooks alone."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.living = Living(warehouse, seed=4)
        play(self.living)
        edits = [one for one in self.living.told if one[1] == "orders/edited"]
        self.alone: dict[str, int] = {}
        for domain, tenant in self.living.tenants.items():
            shop = self.living.world.shops[domain]
            name, profile = domain.partition(".")[0], shop.profile
            self.alone[domain] = warehouse.tenant(
                f"{name}-alone", timezone=profile.timezone, currency=profile.currency
            )
            heard = [(self.alone[domain], *one[1:]) for one in edits if one[0] == tenant]
            bodies = [(json.dumps(order_body(shop, o)).encode(), o) for o in shop.orders.values()]
            heard += [
                (self.alone[domain], "orders/updated", body, self.living.at) for body, _ in bodies
            ]
            load_heard(warehouse, heard)
        self.living.read_again()
        self.warnings = warehouse.build().warnings

    def shops(self) -> Iterator[tuple[Shop, int, int]]:
        for domain, shop in self.living.world.shops.items():
            yield shop, self.living.tenants[domain], self.alone[domain]


def play(living: Living) -> None:
    """Let each case happen in each shop, and in time what comes of it."""
    due: Events = []
    for domain in living.tenants:
        for number, case in enumerate(RARE):
            at = NOW + timedelta(hours=number)
            heapq.heappush(due, (at, len(due), domain, "order", dict(case.wishes)))
    turn = len(due)
    while due:
        at, number, domain, kind, wishes = heapq.heappop(due)
        living.at = max(living.at, at)
        try:
            facts = living.world.happen(domain, kind, wishes, at=at)
        except NothingSuitable:  # An edit had taken out all that a refund would give back.
            continue
        for fact in facts:
            if isinstance(fact, Placed):
                case = RARE[number % len(RARE)]
                for days, after, wish in case.then:
                    turn += 1
                    then = (at + timedelta(days=days), turn, domain, after)
                    heapq.heappush(due, (*then, {**wish, "order_id": fact.order_id}))


@pytest.fixture(scope="module")
def played(new_warehouse: Callable[..., Warehouse]) -> Played:
    return Played(new_warehouse())


def differences(warehouse: Warehouse, tenant: int, shop: Shop, mart: str) -> dict[str, Row]:
    """The columns of each row that are not what the shop knows to be true."""
    expected = {key(mart, row): row for row in truth(shop)[mart]}
    found = {key(mart, readable(row)): readable(row) for row in warehouse.read(tenant, mart)}
    assert found.keys() == expected.keys(), (shop.profile.domain, mart)
    wrong: dict[str, Row] = {}
    for name, row in expected.items():
        told = {column: found[name][column] for column in row}
        right = {column: worth(row[column], told[column]) for column in row}
        odd = {c: (right[c], told[c]) for c in row if told[c] != right[c]}
        if odd:
            wrong[":".join(name)] = odd
    return wrong


@pytest.mark.parametrize("mart", [*KEYS, "customers"])
def test_admin_documents_of_rare_events_give_the_true_figures(played: Played, mart: str) -> None:
    for shop, tenant, _ in played.shops():
        assert differences(played.living.warehouse, tenant, shop, mart) == {}


def test_every_ledger_of_rare_events_is_shopifys_current_total(played: Played) -> None:
    for _, tenant, _ in played.shops():
        orders = played.living.warehouse.read(tenant, "orders")
        assert {row["ledger_difference"] for row in orders} == {0}


def test_webhooks_alone_miss_of_an_orders_sales_only_the_fee_of_a_return(played: Played) -> None:
    for shop, _, tenant in played.shops():
        wrong = differences(played.living.warehouse, tenant, shop, "orders")
        fees = {str(f.order_id) for f in shop.history if isinstance(f, Returned) and f.fee}
        sales = {
            name: sorted(set(odd) - {"amount_paid", "amount_refunded"})
            for name, odd in wrong.items()
        }
        assert {name: odd for name, odd in sales.items() if odd} == {
            name: ["return_fees", "total_sales"] for name in fees
        }

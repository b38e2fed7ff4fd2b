"""A shop told by webhooks, its marked orders read again, has the marts of one that is synced.

What the Admin API alone cannot know, and what webhooks alone cannot, is listed in `differences.py`
and told in docs/decisions.md; nothing else differs. And three tenants with the same ids everywhere
never touch each other.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.facts import Edited, Returned
from tests.dbt_project.conftest import Warehouse
from tests.proofs.differences import (
    ADMIN_ALONE,
    READ_BY_SYNCS_ALONE,
    WEBHOOKS_ALONE,
    Difference,
    allowed,
)
from tests.proofs.marts import Row, contents, differing, marts, moved, rows_of
from tests.proofs.twins import Twins, open_twins

NEVER_READ = {"is_provisional", "ledger_difference"}


@dataclass(frozen=True)
class Known:
    """The shop, and the rows of its three tenants as they were when all had heard everything."""

    twins: Twins
    rows: dict[str, dict[str, list[Row]]]

    def differing(self, ours: str, theirs: str, mart: str) -> dict[str, str]:
        here, there = self.rows[ours][mart], self.rows[theirs][mart]
        return differing(self.twins.settings, mart, here, there)

    def unlisted(self, ours: str, theirs: str, listed: Sequence[Difference]) -> dict[str, str]:
        """What differs and is in no list, each with an example."""
        return {
            f"{mart}.{column}": example
            for mart in marts(self.twins.settings)
            for column, example in self.differing(ours, theirs, mart).items()
            if not allowed(listed, mart, column)
        }

    def shows(self, ours: str, theirs: str, difference: Difference) -> bool:
        """Whether a listed difference is to be seen at all."""
        return any(
            allowed([difference], mart, column)
            for mart in difference.columns.keys() & set(marts(self.twins.settings))
            for column in self.differing(ours, theirs, mart)
        )


@pytest.fixture(scope="module")
def known(
    new_warehouse: Callable[..., Warehouse], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Known]:
    """Two thirds of the story are built before the last third is heard."""
    settings = new_warehouse(by_pipeline=True).settings
    with open_twins(settings, tmp_path_factory.mktemp("twins"), seed=5) as twins:
        twins.open("refetched", "told")
        for rounds in (70, 35):
            twins.live(rounds)
            twins.hear("refetched", "told")
            if rounds == 35:
                twins.sync("synced")
            twins.build()
        yield Known(
            twins, {name: rows_of(twins.settings, tenant) for name, tenant in twins.tenants.items()}
        )


def test_webhooks_with_refetch_give_the_marts_of_the_admin_api(known: Known) -> None:
    listed = [*ADMIN_ALONE, *READ_BY_SYNCS_ALONE]
    assert known.unlisted("refetched", "synced", listed) == {}


def test_only_orders_that_nobody_paid_wait_for_their_agreements(known: Known) -> None:
    waiting = [row for row in known.rows["refetched"]["orders"] if row["is_provisional"]]
    assert {row["financial_status"] for row in waiting} <= {"pending"}
    assert len(waiting) < len(known.rows["refetched"]["orders"]) / 4


def test_webhooks_alone_differ_in_nothing_but_what_is_listed(known: Known) -> None:
    assert known.unlisted("told", "refetched", WEBHOOKS_ALONE) == {}


@pytest.mark.parametrize("difference", WEBHOOKS_ALONE, ids=lambda one: one.name)
def test_a_listed_difference_of_webhooks_alone_is_seen(
    known: Known, difference: Difference
) -> None:
    assert known.shows("told", "refetched", difference)


@pytest.mark.parametrize("difference", ADMIN_ALONE, ids=lambda one: one.name)
def test_a_listed_difference_of_syncs_alone_is_seen(known: Known, difference: Difference) -> None:
    assert known.shows("refetched", "synced", difference)


def test_plain_orders_have_their_exact_sales_by_webhooks_alone(known: Known) -> None:
    history = known.twins.shop.history
    changed = {fact.order_id for fact in history if isinstance(fact, Edited | Returned)}
    plain = {
        name: [row for row in rows["orders"] if row["order_id"] not in changed]
        for name, rows in known.rows.items()
    }
    assert len(plain["told"]) >= 20
    unlike = differing(known.twins.settings, "orders", plain["told"], plain["synced"])
    assert unlike.keys() <= NEVER_READ | {"amount_paid", "amount_refunded"}


def test_the_differences_stand_in_the_decisions(request: pytest.FixtureRequest) -> None:
    text = Path(request.config.rootpath, "docs", "decisions.md").read_text()
    listed = (*ADMIN_ALONE, *READ_BY_SYNCS_ALONE, *WEBHOOKS_ALONE)
    missing = [one.name for one in listed if f"| {one.name} |" not in text]
    assert missing == []


def test_what_befalls_one_tenant_moves_no_row_of_another_with_the_same_ids(known: Known) -> None:
    twins = known.twins
    twins.live(15)
    twins.hear("refetched")
    twins.build()
    after = {name: rows_of(twins.settings, tenant) for name, tenant in twins.tenants.items()}
    for name in ("synced", "told"):
        assert moved(known.rows[name], after[name]) == []
    assert {"orders", "order_lines", "customers", "products"} <= set(
        moved(known.rows["refetched"], after["refetched"])
    )
    assert {row["order_id"] for row in after["told"]["orders"]} <= {
        row["order_id"] for row in after["refetched"]["orders"]
    } | {row["order_id"] for row in known.rows["refetched"]["orders"]}


def test_a_full_refresh_of_all_three_changes_no_row(known: Known) -> None:
    before = contents(known.twins.settings)
    known.twins.build(full_refresh=True)
    assert moved(before, contents(known.twins.settings)) == []

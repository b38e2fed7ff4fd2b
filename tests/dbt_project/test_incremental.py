"""An incremental build equals a full refresh, row for row, after histories of random events.

Shops of the sandbox live on: their webhooks come doubled, shuffled and late, builds of either group
die between two models, live builds run ahead of whole ones, and what is read again by the Admin API
takes the derived rows' place.
"""

from collections.abc import Callable

import pytest
from dbt.cli.main import dbtRunner

from pipelines.build import building, run_build
from pipelines.build.project import in_environment, manifest
from sandbox.truth.answer import truth
from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.living import Living
from tests.dbt_project.test_sandbox_truth import key, readable, worth
from tests.proofs.marts import contents, moved

LIVE = ("ledger", "orders", "daily_sales", "checkout_lives")
PROVEN = (
    *("orders", "order_lines", "customers", "daily_sales"),
    *("products", "refunds", "refund_lines", "customer_cohorts", "daily_sales_by_order"),
)
# What runs before each death: the group, and the models that it still built.
DEATHS: tuple[tuple[str, list[str]], ...] = (
    ("all", []),
    ("live", ["ledger"]),
    ("all", ["ledger", "orders", "order_lines"]),
    ("live", ["ledger", "orders"]),
    ("all", ["ledger", "orders", "customer_lives"]),
)


class Killed(RuntimeError):
    """Stands for the end of the process."""


def die_after(warehouse: Warehouse, group: str, selected: list[str]) -> None:
    """Begin a build, run some of its models, and leave it as a killed process leaves it."""
    with pytest.raises(Killed), building(warehouse.settings, group=group) as build:
        assert build.group == group
        if selected:
            runner = dbtRunner(manifest=manifest(warehouse.settings))
            told = ["--select", *selected, "--vars", f"{{build_group: {group}}}"]
            with in_environment(build.env):
                assert runner.invoke(["--quiet", "run", *told]).success
        raise Killed
    warehouse.execute("update control.builds set status = 'running' where status = 'failed'")


@pytest.fixture(scope="module", params=[3])
def living(new_warehouse: Callable[[], Warehouse], request: pytest.FixtureRequest) -> Living:
    """Read once, then told by webhooks through builds that died and live builds that did not."""
    living = Living(new_warehouse(), seed=request.param)
    living.read_again()
    living.warehouse.build(tests=False)
    for group, selected in DEATHS:
        living.live(12)
        living.deliver()
        die_after(living.warehouse, group, selected)
        living.live(6)
        living.deliver()
        if group == "live":
            run_build(living.warehouse.settings, group="live", tests=False)
    living.live(12)
    living.deliver()
    return living


def test_live_and_whole_builds_in_any_order_equal_a_full_refresh(living: Living) -> None:
    warehouse = living.warehouse
    ran = run_build(warehouse.settings, group="live", tests=False)
    assert (ran.group, ran.full_refresh) == ("live", False)
    assert {name.rpartition(".")[2] for name in ran.nodes} >= set(LIVE)
    live = contents(warehouse.settings, LIVE)
    assert not warehouse.build().full_refresh
    whole = contents(warehouse.settings)
    assert {mart: whole[mart] for mart in LIVE} == live
    assert any(row[-1] == "derived" for row in whole["ledger"])
    assert [mart for mart, rows in whole.items() if not rows] == []
    assert warehouse.build(full_refresh=True, tests=False).full_refresh
    assert moved(whole, contents(warehouse.settings)) == []


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
        for mart in PROVEN if provisional else (*PROVEN, "daily_cash"):
            wanted = {key(mart, row): row for row in expected[mart]}
            rows = map(readable, living.warehouse.read(tenant, mart))
            found = {key(mart, row): row for row in rows}
            assert found.keys() == wanted.keys(), (domain, mart)
            for name, row in wanted.items():
                told = {column: found[name][column] for column in row}
                true = {column: worth(row[column], told[column]) for column in row}
                assert told == true, (domain, mart, name)
                assert provisional or None not in (told.get("amount_paid", 0),)

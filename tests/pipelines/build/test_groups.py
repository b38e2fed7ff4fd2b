"""Live builds beside whole ones: what each consumes, and what one leaves to the other."""

from datetime import date
from typing import Any

from pipelines.build import run_build, warm_up
from pipelines.build.project import incremental_models
from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.documents import webhook_line, webhook_order
from warehouse.connections import Role

NEXT = "2026-03-11T12:00:00Z"


def order(number: int = 1, **changes: object) -> dict[str, Any]:
    return webhook_order(number, [webhook_line(number, 10)], 10, **changes)


def live(warehouse: Warehouse) -> Any:  # noqa: ANN401
    return run_build(warehouse.settings, group="live", tests=False)


def owed(warehouse: Warehouse) -> set[tuple[str, str]]:
    """Which groups owe what."""
    kinds = ("orders", "buyers", "days", "products", "checkouts", "cohorts")
    return {
        (group, kind)
        for kind in kinds
        for (group,) in warehouse.rows(f"select distinct build_group from control.dirty_{kind}")
    }


def test_a_live_build_serves_its_models_and_leaves_the_rest_to_the_whole_one(
    warehouse: Warehouse,
) -> None:
    tenant = warehouse.tenant("shop")
    warm_up(warehouse.settings)
    warehouse.load((tenant, "orders", "webhook", order(email="ann@example.com")))
    assert live(warehouse).group == "all", "the first build makes all tables"

    moved = order(email="bob@example.com", processed_at=NEXT, updated_at=NEXT)
    warehouse.load((tenant, "orders", "webhook", moved))
    ran = live(warehouse)
    assert (ran.group, ran.loads, ran.dirty_orders) == ("live", 1, 1)
    assert not any("customers" in node for node in ran.nodes)
    assert [row["email"] for row in warehouse.read(tenant, "orders")] == ["bob@example.com"]
    days = [row["shop_date"] for row in warehouse.read(tenant, "daily_sales")]
    assert days == [date(2026, 3, 11)]
    assert [row["email"] for row in warehouse.read(tenant, "customers")] == ["ann@example.com"]
    assert {group for group, _ in owed(warehouse)} == {"all"}

    assert warehouse.build().loads == 1
    assert [row["email"] for row in warehouse.read(tenant, "customers")] == ["bob@example.com"]
    assert owed(warehouse) == set()
    assert live(warehouse).loads == 0, "what the whole build consumed is consumed for live"


def test_a_release_that_changes_a_tables_columns_needs_no_hand(warehouse: Warehouse) -> None:
    tenant = warehouse.tenant("shop")
    warehouse.load((tenant, "orders", "webhook", order()))
    warehouse.build(tests=False)
    warehouse.execute("alter table marts.daily_sales drop column tips", Role.DBT)
    warehouse.load((tenant, "orders", "webhook", order(2)))
    ran = live(warehouse)
    assert (ran.full_refresh, ran.group) == (True, "all")
    assert [row["order_id"] for row in warehouse.read(tenant, "orders")] == [1, 2]
    assert warehouse.read(tenant, "daily_sales")[0]["tips"] == 0
    warehouse.execute("alter table marts.customers alter column phone type varchar", Role.DBT)
    assert not live(warehouse).full_refresh, "customers are not of the live models"
    assert warehouse.build(tests=False).full_refresh
    assert not warehouse.build(tests=False).full_refresh


def test_views_that_stand_are_left_alone_where_they_are_not_asked_for(warehouse: Warehouse) -> None:
    tenant = warehouse.tenant("shop")
    warehouse.load((tenant, "orders", "webhook", order(1)))
    # A full refresh looks at everything, whatever was asked for.
    assert run_build(warehouse.settings, tests=False, views=False).full_refresh
    every = set(warehouse.build(tests=False).nodes)
    warehouse.load((tenant, "orders", "webhook", order(2)))
    ran = run_build(warehouse.settings, tests=False, views=False)
    tables = {model.relation.partition(".")[2] for model in incremental_models(warehouse.settings)}
    named = {node.rpartition(".")[2] for node in ran.nodes if node.startswith("model.")}
    assert named == tables < {node.rpartition(".")[2] for node in every}
    assert [row["order_id"] for row in warehouse.read(tenant, "customers")] != []

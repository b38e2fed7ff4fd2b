"""Checkouts that the Admin API lists by number beside those that webhooks tell by token."""

from typing import Any

import pytest

from tests.dbt_project.checkout_stories import admin_checkout, at, checkout, tell
from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.documents import webhook_line
from tests.dbt_project.test_checkouts import life, lives, order
from tests.dbt_project.test_checkouts import shop as shop
from tests.dbt_project.test_checkouts import warehouse as warehouse
from warehouse.connections import Role


def test_an_older_deletion_names_the_backfilled_checkout_by_number(
    warehouse: Warehouse, shop: int
) -> None:
    tell(warehouse, shop, ("admin", admin_checkout(77)))
    assert life(warehouse, shop)["checkout_id"] == "77"
    tell(warehouse, shop, ("checkouts/delete", {"id": 77, "cart_token": "c"}), after=60)
    assert lives(warehouse, shop) == []


def test_a_webhook_that_tells_the_number_takes_the_backfilled_ones_place(
    warehouse: Warehouse, shop: int
) -> None:
    tell(warehouse, shop, ("admin", admin_checkout(77)))
    assert [row["checkout_id"] for row in lives(warehouse, shop)] == ["77"]
    tell(warehouse, shop, ("checkouts/update", checkout(id=77)))
    assert [row["checkout_id"] for row in lives(warehouse, shop)] == ["t1"]
    # The number is not in later bodies; the Admin API still tells that it was bought.
    tell(warehouse, shop, ("checkouts/update", checkout(moved=3)))
    tell(warehouse, shop, ("admin", admin_checkout(77, moved=9, completedAt=at(9))))
    found = life(warehouse, shop)
    assert (found["checkout_id"], found["status"]) == ("t1", "COMPLETED")


def test_likeness_joins_no_backfilled_checkout_with_a_live_one(
    warehouse: Warehouse, shop: int
) -> None:
    known = {"customer": {"id": 3}, "begun": 1}
    tell(warehouse, shop, ("admin", admin_checkout(77, begun=1)))
    tell(warehouse, shop, ("checkouts/create", checkout("t1", **known)))
    tell(warehouse, shop, ("checkouts/create", checkout("t2", **known, id=78)))
    found = [(row["checkout_id"], row["source"]) for row in lives(warehouse, shop)]
    assert sorted(found) == [("77", "admin"), ("t1", "webhook"), ("t2", "webhook")]


def test_backfilled_checkouts_count_up_to_the_first_webhook(
    warehouse: Warehouse, shop: int
) -> None:
    tell(warehouse, shop, ("admin", admin_checkout(1)), ("admin", admin_checkout(2, begun=120)))
    assert [row["is_counted"] for row in lives(warehouse, shop)] == [True, True]
    warehouse.execute(
        f"update control.tenants set checkout_webhooks_from = '{at(60)}' where tenant_id = {shop}",
        Role.CONTROL,
    )
    found = [(row["is_counted"], row["uncounted_reason"]) for row in lives(warehouse, shop)]
    assert found == [(True, None), (False, "live_known")]
    (day,) = warehouse.read(shop, "checkout_funnel")
    assert (day["created"], day["abandoned"], day["abandoned_value"]) == (1, 1, 10)


def test_a_bought_backfilled_checkout_is_counted_once_by_its_orders_row(
    warehouse: Warehouse, shop: int
) -> None:
    tell(warehouse, shop, ("admin", admin_checkout(1, completedAt=at(200), moved=200)))
    assert life(warehouse, shop)["is_counted"]
    bought = order(placed=200, customer={"id": 3}, checkout_token="tok")
    warehouse.load((shop, "orders", "webhook", bought))
    backfilled, ordered = lives(warehouse, shop)
    assert (backfilled["weak_order_id"], backfilled["uncounted_reason"]) == (1, "counted_by_order")
    assert (ordered["checkout_id"], ordered["is_counted"]) == ("tok", True)
    (day,) = warehouse.read(shop, "checkout_funnel")
    assert (day["created"], day["completed"]) == (1, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"customer": {"id": 4}},
        {"placed": 60 * 24 * 8},
        {"line_items": [webhook_line(1, 10, product_id=9)]},
    ],
    ids=["another buyer", "too late", "other goods"],
)
def test_an_order_of_another_buyer_time_or_goods_is_no_match(
    warehouse: Warehouse, shop: int, change: dict[str, Any]
) -> None:
    tell(warehouse, shop, ("admin", admin_checkout(1)))
    warehouse.load((shop, "orders", "webhook", order(**{"customer": {"id": 3}, **change})))
    assert [row["weak_order_id"] for row in lives(warehouse, shop)] == [None, None]


def test_a_weak_match_changes_no_figure_of_an_open_checkout(
    warehouse: Warehouse, shop: int
) -> None:
    tell(warehouse, shop, ("checkouts/create", checkout("t1")))
    bought = order(checkout_token="t2", placed=300, email="T1@Example.com")
    warehouse.load((shop, "orders", "webhook", bought))
    first, second = lives(warehouse, shop)
    assert (first["weak_order_id"], first["order_id"], first["status"]) == (1, None, "ABANDONED")
    assert (first["is_counted"], second["is_counted"]) == (True, True)


def test_names_of_a_checkout_that_no_index_holds_or_that_collide_stop_no_build(
    warehouse: Warehouse, shop: int
) -> None:
    tell(warehouse, shop, ("admin", admin_checkout(77)), ("checkouts/create", checkout("77")))
    warehouse.load((shop, "orders", "webhook", order(checkout_token="x" * 4000)))
    warehouse.load((shop, "orders", "webhook", order(2, checkout_token="77")))
    found = life(warehouse, shop)
    assert (found["checkout_id"], found["source"], found["order_id"]) == ("77", "webhook", 2)

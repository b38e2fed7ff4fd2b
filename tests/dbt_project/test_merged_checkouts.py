"""Checkouts of a customer who was merged into another stand with the one that was kept."""

from typing import Any

from tests.dbt_project.checkout_stories import admin_checkout, at, tell
from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.test_checkouts import lives, order
from tests.dbt_project.test_checkouts import shop as shop
from tests.dbt_project.test_checkouts import warehouse as warehouse


def merge(deleted: int, kept: int) -> dict[str, Any]:
    return {
        "admin_graphql_api_customer_kept_id": f"gid://shopify/Customer/{kept}",
        "admin_graphql_api_customer_deleted_id": f"gid://shopify/Customer/{deleted}",
        "status": "completed",
    }


def test_a_merge_hands_checkouts_over_and_their_weak_match_stays(
    warehouse: Warehouse, shop: int
) -> None:
    bought = admin_checkout(1, completedAt=at(200), moved=200)
    tell(warehouse, shop, ("admin", bought), ("admin", admin_checkout(2, begun=60 * 24 * 30)))
    warehouse.load(
        (shop, "orders", "webhook", order(placed=200, customer={"id": 3}, checkout_token="tok"))
    )
    assert {row["customer_id"] for row in lives(warehouse, shop)} == {3}
    tell(warehouse, shop, ("customers/merge", merge(3, 4)), after=300)
    found = {row["checkout_id"]: row for row in lives(warehouse, shop)}
    assert {row["customer_id"] for row in found.values()} == {4}
    assert found["1"]["uncounted_reason"] == "counted_by_order"
    tell(warehouse, shop, ("customers/merge", merge(4, 5)), after=400)
    assert {row["customer_id"] for row in lives(warehouse, shop)} == {5}

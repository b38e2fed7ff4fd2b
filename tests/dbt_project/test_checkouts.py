"""What becomes of a checkout: open, abandoned, recovered, bought, deleted; what it counts for."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from pipelines.build import run_build
from tests.dbt_project.checkout_stories import NOON, at, checkout, tell
from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.documents import webhook_line, webhook_order
from warehouse.connections import Role

_SERIAL = count(1)


@pytest.fixture(scope="module")
def warehouse(new_warehouse: Callable[[], Warehouse]) -> Warehouse:
    """One for all stories: each has shops of its own, and the live models are built for each."""
    made = new_warehouse()
    made.build(tests=False)
    return made


@pytest.fixture
def shop(warehouse: Warehouse) -> int:
    return warehouse.tenant(f"shop-{next(_SERIAL)}")


def order(number: int = 1, *, placed: float = 5, **changes: object) -> dict[str, Any]:
    changes = {
        "checkout_token": "t1",
        "processed_at": at(placed),
        "created_at": at(placed),
        **changes,
    }
    return webhook_order(number, [webhook_line(1, 10)], 12, **changes)


def lives(warehouse: Warehouse, tenant: int) -> list[dict[str, Any]]:
    """The checkouts after a build."""
    run_build(warehouse.settings, group="live", tests=False)
    return warehouse.read(tenant, "checkouts")


def life(warehouse: Warehouse, tenant: int) -> dict[str, Any]:
    """The only one."""
    (found,) = lives(warehouse, tenant)
    return found


def test_an_open_checkout_is_abandoned_a_threshold_after_its_or_its_carts_last_move(
    warehouse: Warehouse, shop: int
) -> None:
    cart = {"token": "cart-of-t1", "updated_at": at(45), "created_at": at(-90)}
    tell(warehouse, shop, ("checkouts/create", checkout()), ("carts/update", cart))
    found = life(warehouse, shop)
    assert (found["checkout_id"], found["source"]) == ("t1", "webhook")
    assert found["last_activity_at"].isoformat() == at(45)
    assert found["abandons_at"].isoformat() == at(105)
    assert (found["status"], found["abandoned_at"]) == ("ABANDONED", found["abandons_at"])
    assert (found["was_abandoned"], found["is_recovered"]) == (True, False)
    assert found["first_abandoned_at"] is None
    assert (found["shop_date"], found["is_contactable"]) == (date(2026, 3, 10), True)


def test_a_checkout_that_moved_within_its_threshold_is_pending(
    warehouse: Warehouse, shop: int
) -> None:
    ago = (datetime.now(UTC) - NOON).total_seconds() / 60 - 10
    tell(warehouse, shop, ("checkouts/create", checkout(begun=ago)))
    found = life(warehouse, shop)
    assert (found["status"], found["was_abandoned"], found["abandoned_at"]) == (
        "PENDING",
        False,
        None,
    )


def test_a_late_event_without_completion_turns_no_completed_checkout_back(
    warehouse: Warehouse, shop: int
) -> None:
    bought = checkout(moved=20, completed_at=at(20))
    late = checkout(moved=30, completed_at=None)
    tell(warehouse, shop, ("checkouts/update", bought))
    assert life(warehouse, shop)["status"] == "COMPLETED"
    tell(warehouse, shop, ("checkouts/update", late), after=1)
    found = life(warehouse, shop)
    assert (found["status"], found["completed_at"].isoformat()) == ("COMPLETED", at(20))
    assert (found["abandons_at"], found["was_abandoned"]) == (None, False)


def test_an_order_completes_the_checkout_whose_token_it_names_and_not_the_one_of_its_number(
    warehouse: Warehouse, shop: int
) -> None:
    tell(warehouse, shop, ("checkouts/create", checkout("t1", id=77)))
    tell(warehouse, shop, ("checkouts/create", checkout("t2", id=88)))
    warehouse.load((shop, "orders", "webhook", order(checkout_token="t1", checkout_id=88)))
    first, second = lives(warehouse, shop)
    assert (first["status"], first["order_id"]) == ("COMPLETED", 1)
    assert first["completed_at"].isoformat() == at(5)
    assert (second["status"], second["order_id"]) == ("ABANDONED", None)


def test_a_deleted_order_gives_its_checkout_back(warehouse: Warehouse, shop: int) -> None:
    tell(warehouse, shop, ("checkouts/create", checkout()))
    warehouse.load((shop, "orders", "webhook", order()))
    assert life(warehouse, shop)["status"] == "COMPLETED"
    warehouse.load((shop, "orders", "webhook", {"id": 1, "deleted_at": at(99)}))
    assert life(warehouse, shop)["status"] == "ABANDONED"


def test_an_order_whose_checkout_nobody_told_of_is_a_completed_one(
    warehouse: Warehouse, shop: int
) -> None:
    warehouse.load((shop, "orders", "webhook", order(customer={"id": 3})))
    warehouse.load((shop, "orders", "webhook", order(2, checkout_token="t2", test=True)))
    warehouse.load((shop, "orders", "webhook", order(3, checkout_token=None)))
    found = life(warehouse, shop)
    assert (found["checkout_id"], found["source"], found["status"]) == ("t1", "order", "COMPLETED")
    assert (found["total_price"], found["order_id"], found["is_counted"]) == (12, 1, True)
    assert found["created_at"] == found["completed_at"] == found["last_activity_at"]
    tell(warehouse, shop, ("checkouts/update", checkout()))
    assert life(warehouse, shop)["source"] == "webhook"


def test_a_checkout_bought_after_an_idle_hour_is_recovered(warehouse: Warehouse, shop: int) -> None:
    tell(
        warehouse,
        shop,
        ("checkouts/create", checkout()),
        ("checkouts/update", checkout(moved=30)),
        ("checkouts/update", checkout(moved=150, completed_at=at(150))),
    )
    warehouse.load((shop, "orders", "webhook", order(placed=150)))
    found = life(warehouse, shop)
    assert (found["status"], found["was_abandoned"], found["is_recovered"]) == (
        "COMPLETED",
        True,
        True,
    )
    assert found["first_abandoned_at"].isoformat() == at(90)
    assert (found["minutes_to_recover"], found["recovered_value"]) == (60, Decimal(12))
    assert found["recovered_at"].isoformat() == at(150)


def test_the_threshold_and_the_zone_of_a_shop_recompute_its_checkouts(
    warehouse: Warehouse, shop: int
) -> None:
    other = warehouse.tenant(f"shop-{next(_SERIAL)}")
    for tenant in (shop, other):
        tell(warehouse, tenant, ("checkouts/create", checkout(begun=700)))
    lives(warehouse, shop)
    warehouse.execute(
        f"update control.tenants set abandonment_minutes = 10 where tenant_id = {shop}",
        Role.CONTROL,
    )
    assert life(warehouse, shop)["abandons_at"].isoformat() == at(710)
    assert life(warehouse, other)["abandons_at"].isoformat() == at(760)
    warehouse.move(shop, timezone="Europe/Berlin")
    assert life(warehouse, shop)["shop_date"] == date(2026, 3, 11)


def test_a_deleted_checkout_vanishes_unless_it_was_bought(warehouse: Warehouse, shop: int) -> None:
    tell(
        warehouse, shop, ("checkouts/create", checkout("t1")), ("checkouts/create", checkout("t2"))
    )
    tell(warehouse, shop, ("checkouts/update", checkout("t3", moved=5, completed_at=at(5))))
    assert len(lives(warehouse, shop)) == 3
    for token in ("t1", "t3"):
        gone = {"cart_token": f"cart-of-{token}", "total_price": "10.00"}
        tell(warehouse, shop, ("checkouts/delete", gone), after=60)
    assert [row["checkout_id"] for row in lives(warehouse, shop)] == ["t2", "t3"]
    tell(warehouse, shop, ("checkouts/update", checkout("t1", moved=10)), after=99)
    assert [row["checkout_id"] for row in lives(warehouse, shop)] == ["t2", "t3"]


def test_two_shops_with_the_same_tokens_keep_their_own(warehouse: Warehouse, shop: int) -> None:
    other = warehouse.tenant(f"shop-{next(_SERIAL)}")
    tell(warehouse, shop, ("checkouts/create", checkout()))
    tell(warehouse, other, ("checkouts/create", checkout(total_price="99.00")))
    warehouse.load((other, "orders", "webhook", order()))
    assert (life(warehouse, shop)["status"], life(warehouse, other)["status"]) == (
        "ABANDONED",
        "COMPLETED",
    )
    assert [row["created_value"] for row in warehouse.read(other, "checkout_funnel")] == [99]


def test_a_reader_without_a_tenant_sees_no_checkout(warehouse: Warehouse, shop: int) -> None:
    tell(warehouse, shop, ("checkouts/create", checkout()))
    assert len(lives(warehouse, shop)) == 1
    for view in ("checkouts", "checkout_funnel"):
        assert warehouse.rows(f"select * from marts.{view}", role=Role.READER) == []

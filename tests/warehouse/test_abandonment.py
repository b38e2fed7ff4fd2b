"""A checkout that turned abandoned is counted once, for its own shop, and only if it counts."""

from collections.abc import Callable

import pytest

from tests.dbt_project.checkout_stories import admin_checkout, at, checkout, tell
from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.conftest import new_warehouse as new_warehouse
from tests.dbt_project.conftest import warehouse as warehouse
from warehouse.abandonment import detect, detect_all
from warehouse.connections import Role
from warehouse.errors import UnknownTenant


def test_each_abandoned_checkout_is_counted_once_for_its_own_shop(
    new_warehouse: Callable[[], Warehouse],
) -> None:
    shops = new_warehouse()
    shop, other = shops.tenant("shop"), shops.tenant("other")
    assert detect_all(shops.settings).counts == {shop: 0, other: 0}
    bought = checkout("t2", moved=5, completed_at=at(5))
    for topic, body in (("checkouts/create", checkout("t1")), ("checkouts/update", bought)):
        tell(shops, shop, (topic, body))
    tell(shops, shop, ("admin", admin_checkout(7)))
    shops.execute(
        f"update control.tenants set checkout_webhooks_from = '{at(0)}' where tenant_id = {shop}",
        Role.CONTROL,
    )
    tell(shops, other, ("checkouts/create", checkout("t1")))
    shops.build(tests=False)
    assert detect(shops.settings, shop) == 1
    assert detect_all(shops.settings).counts == {shop: 0, other: 1}
    tell(shops, shop, ("checkouts/create", checkout("t3")))
    shops.build(tests=False)
    assert detect_all(shops.settings).counts == {shop: 1, other: 0}


def test_a_tenant_that_nobody_knows_is_named(warehouse: Warehouse) -> None:
    with pytest.raises(UnknownTenant, match="999"):
        detect(warehouse.settings, 999)


def test_a_shop_that_cannot_be_counted_keeps_no_other_from_it(warehouse: Warehouse) -> None:
    broken, sound = warehouse.tenant("broken"), warehouse.tenant("sound")
    for shop in (broken, sound):
        tell(warehouse, shop, ("checkouts/create", checkout("t1")))
    warehouse.build(tests=False)
    warehouse.execute(
        "alter table control.detected_checkouts"
        f" add constraint refused check (tenant_id <> {broken})",
        Role.OWNER,
    )
    detected = detect_all(warehouse.settings)
    assert detected.counts == {sound: 1}
    assert "refused" in detected.failures[broken]
    assert "Failing row" not in detected.failures[broken]
    warehouse.execute("alter table control.detected_checkouts drop constraint refused", Role.OWNER)
    assert detect_all(warehouse.settings).counts == {broken: 1, sound: 0}

"""The points of our own house: days, landed webhooks, loads, the last sync."""

import pytest

from pipelines.sync import sync_tenant
from tests.pipelines.conftest import land
from tests.pipelines.doctor.conftest import execute, findings
from warehouse.settings import Settings


def test_a_zone_that_postgres_does_not_know_is_told_for_it_counts_as_utc(
    sandboxed: Settings, tenants: list[int]
) -> None:
    assert findings(sandboxed, tenants[0])["time zone"].state == "warning"
    zone = "update control.tenants set iana_timezone = %s where tenant_id = %s"
    execute(sandboxed, zone, "Mars/Olympus_Mons", tenants[0])
    found = findings(sandboxed, tenants[0])["time zone"]
    assert found.state == "failed"
    assert "Mars/Olympus_Mons" in found.found and "UTC" in found.found
    execute(sandboxed, zone, "Europe/Rome", tenants[0])
    assert findings(sandboxed, tenants[0])["time zone"].state == "ok"


@pytest.mark.parametrize(
    ("age", "state"), [("10 seconds", "ok"), ("3 minutes", "warning"), ("2 hours", "failed")]
)
def test_webhooks_that_wait_too_long_are_told_with_who_loads_them(
    sandboxed: Settings, tenants: list[int], age: str, state: str
) -> None:
    land(sandboxed, tenants[0], "orders/create", b"{}")
    execute(sandboxed, "update landing.webhook_events set received_at = now() - %s::interval", age)
    found = findings(sandboxed, tenants[0])["landed webhooks"]
    assert found.state == state
    assert state == "ok" or "shopmart live" in str(found.cure)


def test_topics_that_arrive_without_a_subscription_of_ours_are_not_missing(
    sandboxed: Settings, tenants: list[int]
) -> None:
    """The app's configuration may subscribe; the API does not tell of that."""
    before = findings(sandboxed, tenants[0])["webhooks"]
    assert before.found.startswith("none")
    land(sandboxed, tenants[0], "orders/create", b"{}")
    after = findings(sandboxed, tenants[0])["webhooks"]
    assert "missing" in after.found and "orders/create" not in after.found


def test_rows_of_a_load_that_is_on_no_record_are_counted(
    sandboxed: Settings, tenants: list[int]
) -> None:
    sync_tenant(sandboxed, tenants[0], trigger="test")
    lost = "update raw.orders set _dlt_load_id = '1700000001.5' where id in (%s)"
    execute(sandboxed, lost.replace("%s", "select id from raw.orders limit 3"))
    execute(sandboxed, "update raw._dlt_loads set load_id = '1700000000.5'")
    found = findings(sandboxed, tenants[0])["loads"]
    assert found.state == "failed"
    assert "3 orders" in found.found


def test_a_load_older_than_any_that_is_kept_is_no_fault(
    sandboxed: Settings, tenants: list[int]
) -> None:
    sync_tenant(sandboxed, tenants[0], trigger="test")
    execute(sandboxed, "update raw.orders set _dlt_load_id = '1600000000.5'")
    assert findings(sandboxed, tenants[0])["loads"].state == "ok"


def test_a_failed_sync_is_told_with_its_cure(sandboxed: Settings, tenants: list[int]) -> None:
    execute(
        sandboxed,
        "insert into control.syncs (tenant_id, trigger, status, error, hint)"
        " values (%s, 'test', 'failed', 'Shopify said no', 'say please')",
        tenants[0],
    )
    found = findings(sandboxed, tenants[0])["last sync"]
    assert (found.state, found.found, found.cure) == ("failed", "Shopify said no", "say please")

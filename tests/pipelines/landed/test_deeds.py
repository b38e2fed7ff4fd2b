"""What is done about events that become no document: payments, an uninstalled app, receipts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.webhooks import load_webhooks
from tests.pipelines.conftest import land, make_tenant, rows
from tests.pipelines.landed.test_forms import checkout
from warehouse.connections import Role, connect
from warehouse.settings import Settings
from warehouse.tenants import resume_tenant

PRIVACY = ("customers/data_request", "customers/redact", "shop/redact")
STATUS = "select status, pause_reason from control.tenants where tenant_id = %s"


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"home": tmp_path})


@pytest.fixture
def shop(settings: Settings) -> int:
    return make_tenant(settings, "first.myshopify.com")


def test_a_payment_marks_its_order_and_is_only_kept(settings: Settings, shop: int) -> None:
    land(settings, shop, "order_transactions/create", {"id": 1, "order_id": 7})
    land(settings, shop, "order_transactions/create", {"id": 2, "order_id": None})
    land(settings, shop, "order_transactions/create", {"id": 3, "order_id": "seven"})
    done = load_webhooks(settings)
    assert (done.kept, done.quarantined, done.marked, done.documents) == (2, 1, 1, 0)
    marks = rows(settings, "select tenant_id, order_id, reason from control.refetch_orders")
    assert marks == [(shop, 7, "payment")]
    ((reason,),) = rows(settings, "select reason from landing.quarantine")
    assert reason.startswith("order_id:")


def test_an_uninstalled_app_lets_its_shop_rest_and_gets_a_receipt(
    settings: Settings, shop: int
) -> None:
    other = make_tenant(settings, "second.myshopify.com")
    land(settings, shop, "app/uninstalled", b"no json at all", webhook_id="w")
    load_webhooks(settings)
    assert rows(settings, STATUS, shop) == [("paused", "app uninstalled")]
    assert rows(settings, STATUS, other) == [("active", None)]
    receipt = "select webhook_id, acted_at is not null, deed from control.receipts"
    assert rows(settings, receipt) == [("w", True, "paused")]


def test_an_uninstallation_of_before_the_present_credentials_lets_nothing_rest(
    settings: Settings, shop: int
) -> None:
    earlier = datetime.now(UTC) - timedelta(hours=1)
    land(settings, shop, "app/uninstalled", {}, triggered_at=earlier)
    load_webhooks(settings)
    assert rows(settings, STATUS, shop) == [("active", None)]
    ((deed,),) = rows(settings, "select deed from control.receipts")
    assert deed.startswith("nothing")


def test_a_batch_that_is_done_again_pauses_no_resumed_shop(settings: Settings, shop: int) -> None:
    land(settings, shop, "app/uninstalled", {})
    load_webhooks(settings)
    with connect(settings, Role.CONTROL) as connection:
        resume_tenant(connection, shop)
    with connect(settings, Role.OWNER) as connection:
        connection.execute("update control.load_batches set loaded_at = null")
    load_webhooks(settings)
    assert rows(settings, STATUS, shop) == [("active", None)]


def test_mandatory_topics_get_receipts_that_wait_for_their_deed(
    settings: Settings, shop: int
) -> None:
    for topic in PRIVACY:
        land(settings, shop, topic, {"shop_domain": "first.myshopify.com"})
    assert load_webhooks(settings).kept == 3
    found = rows(settings, "select topic, acted_at, deed from control.receipts order by topic")
    assert found == [(topic, None, None) for topic in sorted(PRIVACY)]
    arrived = "select count(*) from control.receipts inner join landing.webhook_events using"
    assert rows(settings, f"{arrived} (tenant_id, topic, webhook_id, received_at)") == [(3,)]


def test_the_first_checkout_webhook_says_since_when_checkouts_are_told(
    settings: Settings, shop: int
) -> None:
    first = datetime(2026, 3, 1, 12, tzinfo=UTC)
    since = "select checkout_webhooks_from from control.tenants"
    land(settings, shop, "carts/create", {"token": "c", "updated_at": "2026-03-01T10:00:00Z"})
    load_webhooks(settings)
    assert rows(settings, since) == [(None,)]
    for hours in (2, 5):
        at = first + timedelta(hours=hours, microseconds=5)
        land(settings, shop, "checkouts/update", checkout(), triggered_at=at)
    load_webhooks(settings)
    assert rows(settings, since) == [(first + timedelta(hours=2),)]
    for hours in (0, 9):
        at = first + timedelta(hours=hours)
        land(settings, shop, "checkouts/create", checkout(), triggered_at=at)
        load_webhooks(settings)
    assert rows(settings, since) == [(first,)]


def test_what_postgres_refuses_of_a_checkout_leaves_no_row_of_a_load_that_never_completed(
    settings: Settings, shop: int
) -> None:
    tiny = b'{"token":"t2","updated_at":"2026-03-01T10:00:00Z","currency":"USD","total_price":"1",'
    land(settings, shop, "checkouts/create", tiny + b'"x":1e-20000}')
    land(settings, shop, "checkouts/create", checkout())
    done = load_webhooks(settings)
    assert (done.quarantined, done.documents) == (1, 3)
    assert rows(settings, "select id from raw.checkouts") == [("t1",)]
    loads = rows(settings, "select distinct _dlt_load_id from raw.checkout_activity")
    assert loads == rows(settings, "select load_id from raw._dlt_loads where status = 0")

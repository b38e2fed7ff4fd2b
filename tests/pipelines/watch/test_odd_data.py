"""Data that is late, few or of another form: each look goes red for it, and green again."""

from datetime import timedelta

import pytest

from pipelines.build import run_build
from pipelines.sync import sync_tenants
from pipelines.watch.drift import ENOUGH, NEWS_DAYS, drifted
from pipelines.watch.freshness import OLDEST_SYNC, stale
from pipelines.watch.volume import Day, unusual
from pipelines.webhooks import load_webhooks
from tests.pipelines.conftest import land, make_tenant, rows
from tests.pipelines.landed.test_shapes import order
from warehouse.connections import Role, connect
from warehouse.settings import Settings
from warehouse.tenants import pause_tenant


def change(settings: Settings, statement: str, *values: object) -> None:
    with connect(settings, Role.OWNER) as owner:
        owner.execute(statement.encode(), values)


def test_a_shop_that_no_sync_has_read_for_two_turns_is_stale_until_it_is_read(
    sandboxed: Settings, tenants: list[int]
) -> None:
    assert stale(sandboxed) == [], "connected just now"
    change(sandboxed, "update control.tenants set created_at = created_at - interval '2 days'")
    assert [one.told for one in stale(sandboxed)] == ["never read", "never read"]
    sync_tenants(sandboxed, trigger="test")
    assert [one for one in stale(sandboxed) if one.shop] == []
    change(
        sandboxed,
        "update control.syncs set finished_at = finished_at - %s where tenant_id = %s",
        OLDEST_SYNC + timedelta(minutes=1),
        tenants[1],
    )
    change(
        sandboxed,
        "insert into control.syncs (tenant_id, trigger, status, finished_at, error, hint)"
        " values (%s, 'test', 'failed', now(), 'Shopify said no', 'ask it nicely')",
        tenants[1],
    )
    (late,) = [one for one in stale(sandboxed) if one.shop]
    assert "Shopify said no" in late.told
    assert str(late).endswith("Cure: ask it nicely.")
    with connect(sandboxed, Role.CONTROL) as control:
        pause_tenant(control, tenants[1], reason="by hand")
    assert [one for one in stale(sandboxed) if one.shop] == []


def test_webhooks_and_loads_that_wait_for_minutes_are_told(settings: Settings) -> None:
    tenant = make_tenant(settings, "first.myshopify.com")
    land(settings, tenant, "orders/create", order(id=1))
    assert stale(settings) == []
    change(
        settings,
        "update landing.webhook_events set received_at = received_at - interval '11 minutes'",
    )
    (waits,) = stale(settings)
    assert "11 minutes to be loaded" in waits.told
    load_webhooks(settings)
    assert stale(settings) == []
    change(settings, "update raw._dlt_loads set inserted_at = inserted_at - interval '1 hour'")
    (waits,) = stale(settings)
    assert "1 loads wait for 60 minutes to be built" in waits.told


@pytest.mark.parametrize(
    ("orders", "usual", "odd"),
    [
        (0, 9.0, False),
        (0, 20.0, True),
        (6, 20.0, False),
        (20, 100.0, True),
        (26, 100.0, False),
        (100, 100.0, False),
        (390, 100.0, False),
        (410, 100.0, True),
        (39, 0.0, False),
        (41, 0.0, True),
        (1, 16.0, False),
    ],
)
def test_a_day_is_odd_when_neither_chance_nor_a_busy_week_explains_it(
    orders: int, usual: float, odd: bool
) -> None:
    assert Day(orders, usual).is_odd is odd


def test_a_day_without_orders_is_told_of_the_shop_that_had_them_and_no_other(
    settings: Settings,
) -> None:
    first = make_tenant(settings, "first.myshopify.com")
    make_tenant(settings, "second.myshopify.com")
    assert unusual(settings) == [], "nothing is built yet"
    land(settings, first, "shop/update", {"id": 1, "iana_timezone": "UTC", "currency": "EUR"})
    land(settings, first, "orders/create", order(id=1))
    load_webhooks(settings)
    run_build(settings, tests=False)
    for days, orders in ((0, 50), (1, 48), (8, 50), (15, 60), (22, 40), (29, 50)):
        change(
            settings,
            "insert into marts.daily_sales select (jsonb_populate_record(days,"
            " jsonb_build_object('shop_date', (now() at time zone 'UTC')::date - %s,"
            " 'orders', %s))).* from marts.daily_sales as days limit 1"
            " on conflict (tenant_id, shop_date, currency) do update set orders = excluded.orders",
            days,
            orders,
        )
    assert unusual(settings) == []
    yesterday = "where shop_date = (now() at time zone 'UTC')::date - 1"
    change(settings, f"delete from marts.daily_sales {yesterday}")
    (odd,) = unusual(settings)
    assert (odd.shop, odd.told) == (
        "first.myshopify.com",
        "0 orders yesterday, where 50 are usual on that weekday",
    )


def test_a_field_that_comes_or_goes_is_told_of_its_shop_until_it_is_known(
    settings: Settings,
) -> None:
    first = make_tenant(settings, "first.myshopify.com")
    second = make_tenant(settings, "second.myshopify.com")
    assert drifted(settings) == [], "nothing is loaded yet"
    for tenant in (first, second):
        for number in range(1, 4):
            land(settings, tenant, "orders/create", {**order(id=number), "phone": None})
    load_webhooks(settings)
    assert drifted(settings) == [], "the first look knows nothing yet"
    body = order(id=9)
    body["line_items"][0]["blessing"] = "new within"
    land(settings, first, "orders/create", {**body, "phone": None, "surprise": {"inner": 1}})
    load_webhooks(settings)
    (odd,) = drifted(settings)
    assert odd.shop == "first.myshopify.com"
    assert odd.told.endswith(
        "have fields that were not there: line_items.blessing, surprise, surprise.inner"
    )
    change(
        settings,
        "update control.payload_fields set first_seen_at ="
        " first_seen_at - make_interval(days => %s)",
        NEWS_DAYS + 1,
    )
    assert drifted(settings) == []


def test_a_field_that_every_document_had_and_enough_have_no_longer_is_gone(
    settings: Settings,
) -> None:
    tenant = make_tenant(settings, "first.myshopify.com")
    for number in range(1, 4):
        optional = {"seldom": 1} if number == 1 else {}
        land(settings, tenant, "orders/create", {**order(id=number), "note": None, **optional})
    load_webhooks(settings)
    assert drifted(settings) == []
    change(settings, "update raw._dlt_loads set inserted_at = inserted_at - interval '3 days'")
    for number in range(10, 9 + ENOUGH):
        land(settings, tenant, "orders/create", order(id=number))
    load_webhooks(settings)
    assert drifted(settings) == [], "too few to say so"
    land(settings, tenant, "orders/create", order(id=99))
    load_webhooks(settings)
    (odd,) = drifted(settings)
    assert odd.told == "orders by webhooks no longer have: note"
    land(settings, tenant, "orders/create", {**order(id=100), "note": None})
    load_webhooks(settings)
    assert drifted(settings) == []


def test_what_we_ask_the_admin_api_for_is_no_news(sandboxed: Settings, tenants: list[int]) -> None:
    sync_tenants(sandboxed, trigger="test")
    assert drifted(sandboxed) == []
    change(
        sandboxed,
        "update raw.orders set payload = payload || '{\"askedForSince\": 1}'",
    )
    assert drifted(sandboxed) == []
    seen = "select count(*) from control.payload_fields where field = 'askedForSince'"
    assert rows(sandboxed, seen) == [(len(tenants),)]

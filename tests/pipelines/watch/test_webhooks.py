"""The watch over webhooks: orders that nobody was told of, subscriptions that vanish, silence."""

from datetime import UTC, datetime, timedelta

import httpx
import orjson
import pytest

from pipelines.subscription_topics import WANTED
from pipelines.subscriptions import register
from pipelines.sync import sync_tenant
from pipelines.watch.orders import GRACE
from pipelines.watch.webhooks import Watched, watch_webhooks
from pipelines.webhooks import load_webhooks
from tests.pipelines.conftest import Delivery, LocalShopify, land, land_deliveries, rows
from warehouse.connections import Role, connect
from warehouse.settings import Settings
from warehouse.webhook_watch import WebhookWatch, read_watch

DELETE = """mutation Delete($id: ID!) {
  webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { message } } }"""


def later() -> datetime:
    """When every order of this moment has had its time to be told."""
    return datetime.now(UTC) + GRACE + timedelta(minutes=1)


def ordered(shopify: LocalShopify, domain: str) -> tuple[int, list[Delivery]]:
    """A new order and the webhooks that tell of it."""
    (*_, placed) = shopify.happen(domain, "order", test=False)
    about = [one for one in shopify.delivered() if one.topic.startswith("orders/")]
    return int(placed["order_id"]), about


def untold(settings: Settings) -> list[int]:
    return [row[0] for row in rows(settings, "select order_id from control.untold_orders")]


def watched(settings: Settings, now: datetime | None = None) -> Watched:
    (only,) = watch_webhooks(settings, now=now)
    return only


def standing(settings: Settings, tenant: int) -> WebhookWatch:
    with connect(settings, Role.CONTROL) as control:
        return read_watch(control)[tenant]


def delete_subscription(shopify: LocalShopify, domain: str, topic: str) -> None:
    """Take a subscription away as Shopify does after a day of failed deliveries."""
    found = httpx.get(f"{shopify.url}/_sandbox/shops/{domain}/subscriptions").json()
    (gid,) = [one["id"] for one in found if one["topic"] == topic]
    answer = httpx.post(
        f"{shopify.url}/{domain}/admin/api/2026-10/graphql.json",
        json={"query": DELETE, "variables": {"id": gid}},
        headers={"X-Shopify-Access-Token": shopify.shops[0]["accessToken"]},
    ).json()
    assert answer["data"]["webhookSubscriptionDelete"]["userErrors"] == [], answer


def test_an_order_that_only_the_sync_told_of_is_found_and_forgotten_once_it_is_told(
    sandboxed: Settings, shop: int, shopify: LocalShopify, domain: str
) -> None:
    _, told = ordered(shopify, domain)
    lost, deliveries = ordered(shopify, domain)
    land_deliveries(sandboxed, told, {domain: shop})
    load_webhooks(sandboxed)
    sync_tenant(sandboxed, shop, trigger="test")
    assert watched(sandboxed).untold_orders == 0, "a delivery may still be on its way"
    assert watched(sandboxed, later()).untold_orders == 1
    assert untold(sandboxed) == [lost]
    assert standing(sandboxed, shop).untold_orders == 1
    land_deliveries(sandboxed, deliveries, {domain: shop})
    load_webhooks(sandboxed)
    assert watched(sandboxed, later()).untold_orders == 0


def test_what_waits_in_landing_or_was_put_aside_was_delivered(
    sandboxed: Settings, shop: int, shopify: LocalShopify, domain: str
) -> None:
    waiting, deliveries = ordered(shopify, domain)
    sync_tenant(sandboxed, shop, trigger="test")
    land_deliveries(sandboxed, deliveries, {domain: shop})
    assert watched(sandboxed, later()).untold_orders == 0, waiting
    load_webhooks(sandboxed)
    aside, _ = ordered(shopify, domain)
    sync_tenant(sandboxed, shop, trigger="test")
    assert watched(sandboxed, later()).untold_orders == 1
    with connect(sandboxed, Role.OWNER) as owner:
        owner.execute("delete from control.untold_orders")
    land(sandboxed, shop, "orders/create", orjson.dumps({"id": aside, "total_price": "much"}))
    assert load_webhooks(sandboxed).quarantined == 1
    assert watched(sandboxed, later()).untold_orders == 0


def test_orders_of_a_time_without_a_subscription_are_not_asked_after(
    sandboxed: Settings, shop: int, shopify: LocalShopify, domain: str
) -> None:
    delete_subscription(shopify, domain, "ORDERS_CREATE")
    ordered(shopify, domain)
    sync_tenant(sandboxed, shop, trigger="test")
    found = watched(sandboxed, later())
    assert (found.repaired, found.untold_orders) == (("orders/create",), 0)


def test_a_shop_whose_app_subscribes_by_itself_is_asked_since_its_first_webhook(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify, domain: str
) -> None:
    sync_tenant(sandboxed, tenants[0], trigger="test")
    assert [one.untold_orders for one in watch_webhooks(sandboxed, now=later())] == [0, 0]
    _, deliveries = ordered(shopify, domain)
    land_deliveries(sandboxed, deliveries, {domain: tenants[0]})
    load_webhooks(sandboxed)
    watch_webhooks(sandboxed)
    with connect(sandboxed, Role.OWNER) as owner:
        owner.execute(
            "update control.webhook_watch set orders_told_from = orders_told_from"
            " - interval '1 minute'"
        )
    lost, _ = ordered(shopify, domain)
    sync_tenant(sandboxed, tenants[0], trigger="test")
    watch_webhooks(sandboxed, now=later())
    assert untold(sandboxed) == [lost]


def test_a_subscription_that_vanished_is_made_again_and_told_of(
    sandboxed: Settings,
    shop: int,
    shopify: LocalShopify,
    domain: str,
    address: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for topic in ("REFUNDS_CREATE", "CARTS_UPDATE"):
        delete_subscription(shopify, domain, topic)
    assert set(watched(sandboxed).repaired) == {"refunds/create", "carts/update"}
    assert "the subscription to refunds/create was gone; made again" in caplog.text
    found = httpx.get(f"{shopify.url}/_sandbox/shops/{domain}/subscriptions").json()
    assert {one["topic"] for one in found} == {one.enum for one in WANTED}
    assert {one["uri"] for one in found} == {address}
    first = standing(sandboxed, shop)
    assert set(first.repaired_topics) == {"refunds/create", "carts/update"}
    assert watched(sandboxed).repaired == ()
    assert standing(sandboxed, shop).repaired_at == first.repaired_at


def test_all_of_them_gone_are_made_again_where_they_were(
    sandboxed: Settings, shop: int, shopify: LocalShopify, domain: str, address: str
) -> None:
    for one in WANTED:
        delete_subscription(shopify, domain, one.enum)
    assert len(watched(sandboxed).repaired) == len(WANTED)
    found = httpx.get(f"{shopify.url}/_sandbox/shops/{domain}/subscriptions").json()
    assert {one["uri"] for one in found} == {address}


def test_subscriptions_that_somebody_points_elsewhere_are_told_and_left(
    sandboxed: Settings, shop: int, shopify: LocalShopify, domain: str, address: str
) -> None:
    elsewhere = address.replace("/api/", "/staging/api/")
    register(sandboxed, shop, address=elsewhere)
    with connect(sandboxed, Role.OWNER) as owner:
        owner.execute("update control.webhook_watch set address = %s", [address])
    found = watched(sandboxed)
    assert (len(found.missing), found.repaired) == (len(WANTED), ())
    subscriptions = httpx.get(f"{shopify.url}/_sandbox/shops/{domain}/subscriptions").json()
    assert {one["uri"] for one in subscriptions} == {elsewhere}
    assert standing(sandboxed, shop).missing_topics == list(found.missing)


def test_a_shop_that_was_never_registered_gets_no_subscription(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify, domain: str
) -> None:
    assert [one.repaired + one.missing for one in watch_webhooks(sandboxed)] == [(), ()]
    assert httpx.get(f"{shopify.url}/_sandbox/shops/{domain}/subscriptions").json() == []


def habit(settings: Settings, tenant: int, *, an_hour: int, until: datetime) -> None:
    """Fifteen days of deliveries at an even rate."""
    with connect(settings, Role.OWNER) as owner:
        owner.execute(
            "insert into control.delivery_hours (tenant_id, hour, deliveries, last_received_at)"
            " select %s, hour, %s, %s from generate_series(date_trunc('hour', %s, 'UTC')"
            " - interval '15 days', date_trunc('hour', %s, 'UTC'), '1 hour') as hours (hour)",
            [tenant, an_hour, until, until, until],
        )


@pytest.mark.parametrize(
    ("an_hour", "hours", "silent"), [(10, 3, True), (10, 1, False), (1, 9, False)]
)
def test_a_shop_is_silent_when_more_would_be_usual_than_chance_holds_back(
    sandboxed: Settings, shop: int, an_hour: int, hours: int, silent: bool
) -> None:
    last = datetime.now(UTC) - timedelta(hours=hours)
    habit(sandboxed, shop, an_hour=an_hour, until=last)
    found = watched(sandboxed)
    assert found.silence.since == (last if silent else None)
    assert found.silence.expected == pytest.approx(an_hour * hours, rel=0.05)
    assert standing(sandboxed, shop).silent_since == (last if silent else None)
    if silent:
        land(sandboxed, shop, "shop/update", {})
        assert watched(sandboxed).silence.since is None


def test_deliveries_are_counted_once_whatever_is_handed_out_again(
    sandboxed: Settings, shop: int
) -> None:
    for _ in range(3):
        land(sandboxed, shop, "themes/publish", {})
    load_webhooks(sandboxed)
    counted = "select sum(deliveries)::int from control.delivery_hours"
    for _ in range(2):
        watched(sandboxed)
        assert rows(sandboxed, counted) == [(3,)]
    with connect(sandboxed, Role.OWNER) as owner:
        owner.execute("update landing.webhook_events set load_batch = null, replayed_at = now()")
    load_webhooks(sandboxed)
    watched(sandboxed)
    assert rows(sandboxed, counted) == [(3,)]


def test_a_shop_that_refuses_us_is_told_and_stops_no_other(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify, domain: str
) -> None:
    shopify.control(f"shops/{domain}/tokens", revoke=True)
    first, second = watch_webhooks(sandboxed)
    assert first.error
    assert second.error is None

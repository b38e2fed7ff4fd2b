"""Marked orders: what marks them, what the reading brings, and when a mark goes away."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from pipelines.refetch import refetch_marked
from pipelines.sync import sync_tenant, sync_tenants
from pipelines.webhooks import load_webhooks
from tests.pipelines.conftest import LocalShopify, land, land_deliveries, make_tenant, rows
from warehouse.connections import Role, connect
from warehouse.secrets import Sealer
from warehouse.settings import Settings
from warehouse.tenants import update_tenant

MARKS = "select order_id, reason from control.refetch_orders order by order_id"
ADMIN = "select payload from raw.orders where tenant_id = %s and id = %s and origin = 'admin'"


@pytest.fixture
def by_domain(sandboxed: Settings, tenants: list[int], shopify: LocalShopify) -> dict[str, int]:
    """Both tenants synced; domain -> tenant id."""
    assert all(outcome.result for outcome in sync_tenants(sandboxed, trigger="test"))
    return dict(zip([shop["shopDomain"] for shop in shopify.shops], tenants, strict=True))


def live(
    settings: Settings, shopify: LocalShopify, by_domain: dict[str, int]
) -> list[tuple[Any, ...]]:
    """Land and load what the sandbox sent; returns the marks."""
    land_deliveries(settings, shopify.delivered(), by_domain)
    load_webhooks(settings)
    return rows(settings, MARKS)


def admin(settings: Settings, tenant_id: int, order_id: int) -> dict[str, Any]:
    ((payload,),) = rows(settings, ADMIN, tenant_id, order_id)
    return dict(payload)


@pytest.mark.parametrize(("kind", "reasons"), [("refund", {"refund"}), ("cancel", None)])
def test_a_refund_and_a_cancellation_mark_their_order_and_the_reading_makes_it_exact(
    sandboxed: Settings,
    shopify: LocalShopify,
    by_domain: dict[str, int],
    kind: str,
    reasons: set[str] | None,
) -> None:
    domain, tenant_id = next(iter(by_domain.items()))
    (happened, *_) = shopify.happen(domain, kind)
    order_id = happened["order_id"]
    marks = live(sandboxed, shopify, by_domain)
    assert [mark[0] for mark in marks] == [order_id]
    assert reasons is None or {mark[1] for mark in marks} <= reasons
    before = admin(sandboxed, tenant_id, order_id)
    done = refetch_marked(sandboxed)
    after = admin(sandboxed, tenant_id, order_id)
    assert (done.orders, done.gone, done.failures) == (1, 0, {})
    assert len(after["agreements"]) > len(before["agreements"])
    assert rows(sandboxed, MARKS) == []
    assert (
        len(after["refunds"])
        == rows(
            sandboxed,
            "select count(*) from raw.refunds where tenant_id = %s and parent_id = %s"
            " and origin = 'admin'",
            tenant_id,
            order_id,
        )[0][0]
    )


def test_a_read_order_is_the_same_document_as_an_exported_one(
    sandboxed: Settings, shopify: LocalShopify, by_domain: dict[str, int]
) -> None:
    tenant_id = next(iter(by_domain.values()))
    query = "select id, payload from raw.{} where tenant_id = %s order by id"
    exported = [rows(sandboxed, query.format(table), tenant_id) for table in ("orders", "refunds")]
    with connect(sandboxed, Role.OWNER) as connection:
        connection.execute(
            "insert into control.refetch_orders (tenant_id, order_id, reason)"
            " select tenant_id, id, 'test' from raw.orders where tenant_id = %s",
            [tenant_id],
        )
        connection.execute("update raw.orders set payload = '{}' where tenant_id = %s", [tenant_id])
    done = refetch_marked(sandboxed)
    read = [rows(sandboxed, query.format(table), tenant_id) for table in ("orders", "refunds")]
    assert done.orders == len(exported[0])
    assert [comparable(table) for table in read] == [comparable(table) for table in exported]


def test_a_change_of_tags_or_address_marks_nothing(
    sandboxed: Settings, shopify: LocalShopify, by_domain: dict[str, int]
) -> None:
    domain, tenant_id = next(iter(by_domain.items()))
    shopify.happen(domain, "refund")
    (mark,) = live(sandboxed, shopify, by_domain)
    refetch_marked(sandboxed)
    ((body,),) = rows(
        sandboxed,
        "select body from landing.webhook_events where topic = 'orders/updated'"
        " and tenant_id = %s order by event_seq desc limit 1",
        tenant_id,
    )
    changed = orjson.loads(body)
    assert changed["id"] == mark[0]
    changed.update(tags="vip, seen", note="call first", updated_at=soon())
    land(sandboxed, tenant_id, "orders/updated", changed)
    assert load_webhooks(sandboxed).marked == 0


def test_a_new_order_marks_nothing_but_a_later_edit_of_it_does(
    sandboxed: Settings, shopify: LocalShopify, by_domain: dict[str, int]
) -> None:
    domain, tenant_id = next(iter(by_domain.items()))
    placed = shopify.happen(domain, "order", foreign=False, tip=False)[-1]
    deliveries = shopify.delivered()
    land_deliveries(sandboxed, deliveries, by_domain)
    load_webhooks(sandboxed)
    assert rows(sandboxed, MARKS) == []
    (created,) = [one.body for one in deliveries if one.topic == "orders/create"]
    edited = orjson.loads(created)
    edited["line_items"].append({**edited["line_items"][0], "id": 77})
    edited.update(updated_at=soon())
    land(sandboxed, tenant_id, "orders/updated", edited)
    load_webhooks(sandboxed)
    assert rows(sandboxed, MARKS) == [(placed["order_id"], "edit or return")]


def test_a_webhook_older_than_what_is_known_marks_nothing(
    sandboxed: Settings, shopify: LocalShopify, by_domain: dict[str, int]
) -> None:
    domain, tenant_id = next(iter(by_domain.items()))
    shopify.happen(domain, "refund")
    deliveries = shopify.delivered()
    sync_tenant(sandboxed, tenant_id, trigger="test")
    land_deliveries(sandboxed, deliveries, by_domain)
    assert load_webhooks(sandboxed).marked == 0


def test_a_mark_renewed_during_the_reading_stays(
    sandboxed: Settings, shopify: LocalShopify, by_domain: dict[str, int]
) -> None:
    domain = next(iter(by_domain))
    shopify.happen(domain, "refund")
    ((order_id, _),) = live(sandboxed, shopify, by_domain)
    with connect(sandboxed, Role.OWNER) as connection:
        # Renews the mark at the moment at which the reading is loaded.
        connection.execute(
            "create function raw.renew() returns trigger language plpgsql security definer as"
            " 'begin update control.refetch_orders set marked_at = clock_timestamp();"
            " return null; end'"
        )
        connection.execute(
            "create trigger renew after insert on raw.orders for each statement"
            " execute function raw.renew()"
        )
    assert refetch_marked(sandboxed).orders == 1
    assert [mark[0] for mark in rows(sandboxed, MARKS)] == [order_id]
    with connect(sandboxed, Role.OWNER) as connection:
        connection.execute("drop trigger renew on raw.orders")
    assert refetch_marked(sandboxed).orders == 1
    assert rows(sandboxed, MARKS) == []


def test_an_order_that_is_gone_loses_its_mark_and_a_tenant_without_token_keeps_its_own(
    sandboxed: Settings, by_domain: dict[str, int]
) -> None:
    tokenless = make_tenant(sandboxed, "tokenless.myshopify.com")
    tenant_id = next(iter(by_domain.values()))
    for tenant in (tenant_id, tokenless):
        mark(sandboxed, tenant, 404)
    done = refetch_marked(sandboxed)
    assert (done.orders, done.gone, done.load_ids) == (0, 1, ())
    assert rows(sandboxed, "select tenant_id from control.refetch_orders") == [(tokenless,)]


def test_two_tenants_with_the_same_order_id_mark_their_own(
    sandboxed: Settings, shopify: LocalShopify, by_domain: dict[str, int]
) -> None:
    domain, tenant_id = list(by_domain.items())[1]
    shopify.happen(domain, "refund")
    live(sandboxed, shopify, by_domain)
    assert rows(sandboxed, "select distinct tenant_id from control.refetch_orders") == [
        (tenant_id,)
    ]


def test_an_order_longer_than_a_page_is_read_whole(
    sandboxed: Settings, shopify: LocalShopify, by_domain: dict[str, int]
) -> None:
    domain, tenant_id = next(iter(by_domain.items()))
    order_id = shopify.happen(domain, "order", lines=15)[-1]["order_id"]
    mark(sandboxed, tenant_id, order_id)
    done = refetch_marked(sandboxed)
    assert (done.orders, done.failures) == (1, {})
    order = admin(sandboxed, tenant_id, order_id)
    assert len(order["lineItems"]) >= 15
    sold = [sale["lineItem"] for sale in order["agreements"][0]["sales"] if "lineItem" in sale]
    assert {line["id"] for line in order["lineItems"]} == {line["id"] for line in sold}


def test_a_tenant_that_fails_keeps_its_marks_and_stops_no_other(
    sandboxed: Settings, shopify: LocalShopify, by_domain: dict[str, int]
) -> None:
    broken, whole = by_domain.values()
    with connect(sandboxed, Role.CONTROL) as connection:
        sealer = Sealer.from_settings(sandboxed)
        update_tenant(connection, sealer, broken, credentials={"access_token": "wrong"})
    for tenant_id in (broken, whole):
        ((order_id,),) = rows(
            sandboxed, "select max(id) from raw.orders where tenant_id = %s", tenant_id
        )
        mark(sandboxed, tenant_id, order_id)
    done = refetch_marked(sandboxed)
    assert done.orders == 1
    assert "Invalid API key" in done.failures[broken]
    assert rows(sandboxed, "select tenant_id from control.refetch_orders") == [(broken,)]


def mark(settings: Settings, tenant_id: int, order_id: int) -> None:
    with connect(settings, Role.OWNER) as connection:
        connection.execute(
            "insert into control.refetch_orders (tenant_id, order_id, reason)"
            " values (%s, %s, 'test')",
            [tenant_id, order_id],
        )


def soon() -> str:
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="seconds")


def comparable(table: list[tuple[Any, ...]]) -> list[tuple[int, object]]:
    """Documents without what exports do not promise: the lists' order and the types in ids."""
    return [(number, _sorted(payload)) for number, payload in table]


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return {
            name: inner.rpartition("/")[2] if name == "id" else _sorted(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return sorted((_sorted(inner) for inner in value), key=repr)
    return value

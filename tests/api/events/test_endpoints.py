"""The deliveries over HTTP: listed, shown, handed back, each tenant's own only."""

import base64
from pathlib import Path
from typing import Any

import httpx
import orjson
import psycopg
import pytest

from pipelines.webhooks import load_webhooks
from tests.api.shops import Shop, rows
from tests.pipelines.landed.test_shapes import order
from warehouse.connections import Role, dsn
from warehouse.settings import Settings


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"home": tmp_path})


def deliver(api: httpx.Client, shop: Shop, name: str, body: bytes = b"{}") -> None:
    # Of one moment, a later delivery would be handed back with the earlier.
    assert shop.deliver(api, body, Webhook_Id=name, Triggered_At=None).status_code == 200


def listed(api: httpx.Client, shop: Shop, **query: str | int) -> dict[str, Any]:
    answer = api.get(f"{shop.path}/events", params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def names(api: httpx.Client, shop: Shop, **query: str | int) -> list[str]:
    return [event["webhookId"] for event in listed(api, shop, **query)["events"]]


def test_deliveries_stand_newest_first_and_pages_neither_overlap_nor_skip(
    api: httpx.Client, shop: Shop
) -> None:
    for number in range(5):
        deliver(api, shop, f"event {number}")
    first = listed(api, shop, limit=3)
    second = listed(api, shop, limit=3, before=first["next"])
    told = [event["webhookId"] for page in (first, second) for event in page["events"]]
    assert told == [f"event {number}" for number in (4, 3, 2, 1, 0)]
    assert second["next"] is None


def test_each_tenant_sees_its_own_deliveries_only(
    api: httpx.Client, shop: Shop, other_shop: Shop
) -> None:
    deliver(api, shop, "same")
    deliver(api, other_shop, "same")
    deliver(api, other_shop, "theirs")
    assert names(api, shop) == ["same"]
    ((theirs, *_),) = [
        [e["eventId"] for e in listed(api, other_shop, webhookId="theirs")["events"]]
    ]
    assert api.get(f"{shop.path}/events/{theirs}").status_code == 404
    assert api.get(f"{other_shop.path}/events/{theirs}").status_code == 200
    answer = api.post(f"{shop.path}/events/replay", json={"eventId": theirs})
    assert answer.status_code == 404


def test_a_delivery_is_shown_with_its_headers_and_only_when_asked_with_its_body(
    api: httpx.Client, shop: Shop
) -> None:
    bodies = {"text": b'{"note": "Gr\xc3\xbc\xc3\x9fe"}', "bytes": b"\x00\xff"}
    for name, body in bodies.items():
        deliver(api, shop, name, body)
        deliver(api, shop, name, body)
    plain = api.get(f"{shop.path}/events/text").json()
    assert (plain["body"], plain["bodyBase64"], plain["deliveries"]) == (None, None, 2)
    assert plain["headers"]["x-shopify-topic"] == "orders/updated"
    for name, body in bodies.items():
        shown = api.get(f"{shop.path}/events/{name}?body=true").json()
        assert base64.b64decode(shown["bodyBase64"]) == body
        assert shown["body"] == (body.decode() if name == "text" else None)


def test_a_replay_hands_back_what_was_loaded_and_wakes_the_loader(
    api: httpx.Client, settings: Settings, shop: Shop
) -> None:
    for number in range(1, 4):
        deliver(api, shop, f"order {number}", orjson.dumps(order(id=number)))
    deliver(api, shop, "bad", b"no json")
    load_webhooks(settings)
    assert set(names(api, shop, state="loaded")) == {"order 1", "order 2", "order 3"}
    with psycopg.connect(dsn(settings, Role.LOADER), autocommit=True) as listener:
        listener.execute("listen shopmart_landed")
        answer = api.post(f"{shop.path}/events/replay", json={"webhookId": "order 2"})
        assert (answer.status_code, answer.json()["deliveries"]) == (202, 1)
        assert list(listener.notifies(timeout=10, stop_after=1))
    assert names(api, shop, state="waiting") == ["order 2"]
    assert api.post(f"{shop.path}/events/replay", json={"all": True}).json()["deliveries"] == 2
    assert len(names(api, shop, state="waiting")) == 3
    load_webhooks(settings)
    assert len(names(api, shop, state="loaded")) == 3


def test_a_release_hands_back_what_was_put_aside(
    api: httpx.Client, settings: Settings, shop: Shop
) -> None:
    deliver(api, shop, "bad", b"no json")
    load_webhooks(settings)
    (aside,) = listed(api, shop, state="quarantined")["events"]
    assert "no JSON" in aside["reason"]
    answer = api.post(f"{shop.path}/events/release", json={"eventId": aside["eventId"]})
    assert answer.json() == {"deliveries": 1, "remaining": 0, "last": aside["eventId"]}
    assert names(api, shop, state="quarantined") == []
    load_webhooks(settings)
    assert names(api, shop, state="quarantined") == ["bad"]


@pytest.mark.parametrize("kind", ["replay", "release"])
@pytest.mark.parametrize(
    "chosen", [{}, {"all": False}, {"topic": None}, {"topic": ""}, {"after": "1"}, {"all": "yes"}]
)
def test_without_a_choice_nothing_is_handed_back(
    api: httpx.Client, settings: Settings, shop: Shop, kind: str, chosen: dict[str, object]
) -> None:
    deliver(api, shop, "order", orjson.dumps(order(id=1)))
    deliver(api, shop, "bad", b"no json")
    load_webhooks(settings)
    answer = api.post(f"{shop.path}/events/{kind}", json=chosen)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "all"
    assert names(api, shop, state="waiting") == []


def test_more_than_one_call_hands_back_is_told_and_taken_up_behind_the_last(
    api: httpx.Client, settings: Settings, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.events.endpoints.MOST_AT_ONCE", 2)
    for number in range(1, 4):
        deliver(api, shop, f"order {number}", orjson.dumps(order(id=number)))
    load_webhooks(settings)
    path = f"{shop.path}/events/replay"
    first = api.post(path, json={"until": "2999-01-01"}).json()
    assert (first["deliveries"], first["remaining"]) == (2, 1)
    second = api.post(path, json={"until": "2999-01-01", "after": first["last"]}).json()
    assert (second["deliveries"], second["remaining"]) == (1, 0)
    assert len(names(api, shop, state="waiting")) == 3
    assert rows(settings, "select count(*) from landing.webhook_events") == [(3,)]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/tenants/999/events", 404),
        ("GET", "/api/v1/tenants/999/events/1", 404),
        ("POST", "/api/v1/tenants/999/events/replay", 404),
        ("GET", "{shop}/events/4711", 404),
        ("GET", "{shop}/events?limit=0", 422),
        ("GET", "{shop}/events?state=lost", 422),
        ("GET", "{shop}/events?since=yesterday", 422),
        ("GET", "{shop}/events?before=x", 422),
        ("GET", "/api/v1/refusals?days=0", 422),
    ],
)
def test_what_cannot_be_is_a_problem_with_its_cause(
    api: httpx.Client, shop: Shop, method: str, path: str, status: int
) -> None:
    content = {"json": {"all": True}} if method == "POST" else {}
    answer = api.request(method, path.format(shop=shop.path), **content)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert answer.json()["error"]


def test_what_was_refused_is_counted_by_cause(api: httpx.Client, shop: Shop) -> None:
    assert api.get("/api/v1/refusals").json() == {"refusals": []}

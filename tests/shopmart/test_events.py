"""``shopmart events``: what an operator sees of deliveries, and what one command does again."""

import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from pipelines.build import run_build
from pipelines.webhooks import load_webhooks
from tests.api.shops import LANDING, Shop, add_shop, rows, serving
from tests.pipelines.landed.test_shapes import order
from tests.shopmart.commands import shopmart
from warehouse.settings import Settings


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"home": tmp_path})


@pytest.fixture
def shop(settings: Settings) -> Shop:
    return add_shop(settings, "alpine-tea")


def delivered(settings: Settings, shop: Shop, **bodies: bytes) -> None:
    """Deliver bodies over HTTP, each under its own webhook id."""
    with serving(settings) as api:
        for name, body in bodies.items():
            assert shop.deliver(api, body, Webhook_Id=name).status_code == 200


def events(settings: Settings, *arguments: str) -> Any:  # noqa: ANN401
    done = shopmart("events", *arguments, "--json", settings=settings)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def body_of(number: int) -> bytes:
    return orjson.dumps(order(id=number))


@pytest.mark.slow
def test_a_delivery_is_followed_from_its_landing_to_the_figures(
    settings: Settings, shop: Shop
) -> None:
    delivered(settings, shop, one=body_of(1))
    delivered(settings, shop, one=body_of(1))
    (landed,) = events(settings, "list", "alpine-tea")
    assert (landed["state"], landed["deliveries"], landed["webhookId"]) == ("waiting", 2, "one")
    assert landed["lastReceivedAt"] >= landed["receivedAt"]
    load = load_webhooks(settings)
    (loaded,) = events(settings, "list", "--state", "loaded")
    assert [loaded["loadId"]] == list(load.load_ids)
    assert loaded["receivedAt"] <= loaded["claimedAt"] <= loaded["loadedAt"]
    run_build(settings, group="live", tests=False)
    run_build(settings, tests=False)
    built = events(settings, "show", landed["eventId"])
    assert built["state"] == "built"
    assert built["loadedAt"] <= built["liveBuiltAt"] <= built["wholeBuiltAt"]
    assert built["headers"]["x-shopify-topic"] == "orders/updated"
    assert events(settings, "replay", "--event", "one") == {"deliveries": 1, "quarantined": 0}
    again = events(settings, "show", "one", "--tenant", "alpine-tea")
    assert again["state"] == "loaded" and again["replayedAt"] > built["wholeBuiltAt"]


def test_what_was_put_aside_is_shown_with_its_reason_and_released_by_one_command(
    settings: Settings, shop: Shop
) -> None:
    delivered(settings, shop, good=body_of(1), bad=b"no json")
    load_webhooks(settings)
    (aside,) = events(settings, "quarantine")
    assert (aside["webhookId"], aside["state"]) == ("bad", "quarantined")
    assert "the body is no JSON" in aside["reason"]
    assert (aside["batchId"], aside["loadId"]) == ("1", None)
    table = shopmart("events", "quarantine", "alpine-tea", settings=settings)
    assert "the body is no JSON" in table.stdout
    status = shopmart("status", settings=settings)
    assert f"shopmart events quarantine {shop.tenant_id}" in status.stdout
    released = shopmart("events", "release", "alpine-tea", settings=settings)
    assert "1 deliveries released and loaded, 1 put aside" in released.stdout
    assert events(settings, "release", "--topic", "no/such") == {"deliveries": 0, "quarantined": 0}
    told = shopmart("events", "replay", "--event", "bad", settings=settings).stdout
    assert "none of these was loaded before" in told


def test_deliveries_are_chosen_by_tenant_topic_state_and_time(
    settings: Settings, shop: Shop
) -> None:
    other = add_shop(settings, "baltic-rye")
    delivered(settings, shop, one=body_of(1), two=body_of(2))
    delivered(settings, other, three=body_of(3))

    def names(*arguments: str) -> list[str]:
        return [event["webhookId"] for event in events(settings, "list", *arguments)]

    assert names() == ["three", "two", "one"]
    assert names("alpine-tea") == ["two", "one"]
    assert names("--limit", "1") == ["three"]
    assert names("--topic", "orders/create") == []
    assert names("--state", "waiting", "--webhook-id", "two") == ["two"]
    assert names("--since", "1h") == ["three", "two", "one"]
    assert names("--until", "1h") == []
    ((at,),) = rows(
        settings, "select received_at from landing.webhook_events where webhook_id = 'two'"
    )
    assert names("--since", str(at)) == ["three", "two"]
    assert names("--until", str(at)) == ["one"]


@pytest.mark.parametrize("body", [b"\x00\xff\xfe bytes\n", b"", '{"note": "Grüße"}'.encode()])
def test_a_body_is_printed_as_the_bytes_that_came(
    settings: Settings, shop: Shop, tmp_path: Path, body: bytes
) -> None:
    delivered(settings, shop, raw=body)
    done = shopmart("events", "show", "raw", "--body", settings=settings, errors="surrogateescape")
    assert done.returncode == 0, done.stderr
    assert done.stdout.encode(errors="surrogateescape") == body


def test_what_was_refused_is_shown_by_cause(settings: Settings, shop: Shop) -> None:
    with serving(settings) as api:
        assert shop.deliver(api, b"{}", Hmac_Sha256="wrong").status_code == 401
        assert api.post(LANDING, content=b"{}").status_code == 400
    found = {(one["cause"], one["shopDomain"]): one for one in events(settings, "refused")}
    assert set(found) == {("bad signature", shop.domain), ("header missing", "")}
    assert "bad signature" in shopmart("events", "refused", settings=settings).stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "4711"), "no delivery has the id '4711'"),
        (("show", "'; drop table x; --"), "no delivery has the id"),
        (("show", "9" * 40), "no delivery has the id"),
        (("list", "nobody"), "no tenant has the shop domain nobody"),
        (("list", "--state", "lost"), "waiting, loading, loaded, built, kept, quarantined"),
        (("list", "--since", "yesterday"), "--since: must be an ISO time"),
        (("list", "--until", "0001-01-01T00:00:00+14:00"), "--until: must be an ISO time"),
        (("replay",), "--all means every delivery that is kept"),
        (("release",), "--all means every delivery that is kept"),
        (("replay", "--event", "no such"), "no delivery has the id 'no such'"),
    ],
)
def test_what_cannot_be_is_refused_with_the_cause_and_the_cure(
    settings: Settings, shop: Shop, arguments: tuple[str, ...], words: str
) -> None:
    done = shopmart("events", *arguments, settings=settings)
    assert done.returncode == 1
    assert words in done.stderr and "Traceback" not in done.stderr


def test_nothing_to_show_is_said_so(settings: Settings) -> None:
    assert "no delivery fits" in shopmart("events", "list", settings=settings).stdout
    assert "nothing was refused" in shopmart("events", "refused", settings=settings).stdout
    assert events(settings, "list") == []
    assert events(settings, "replay", "--all") == {"deliveries": 0, "quarantined": 0}

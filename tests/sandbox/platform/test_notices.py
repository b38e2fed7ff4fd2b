"""The app is removed and taken again, and privacy law asks what it asks."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.endpoint import Endpoint, listening

# The client of conftest, which tests cannot import.
App = Any
CREATE = """mutation C($uri: String!) { webhookSubscriptionCreate(topic: APP_UNINSTALLED,
  webhookSubscription: {uri: $uri}) { userErrors { message } } }"""


@pytest.fixture
def endpoint(app: App) -> Iterator[Endpoint]:
    """The app's server, set as the target of every topic."""
    with listening(app.control("shops")) as made:
        app.control("webhooks", {"url": made.url, "enabled": True})
        yield made


def post(app: App, name: str, **body: object) -> Any:  # noqa: ANN401 - any JSON
    return app.control(f"shops/{app.domain}/{name}", body)


def captured(shared: Path, name: str) -> dict[str, Any]:
    path = shared / "shopify" / "webhooks" / f"{name}.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def test_a_removed_app_is_told_and_shut_out(app: App, endpoint: Endpoint, shared: Path) -> None:
    app.data(CREATE, uri=endpoint.url + "/own")
    assert post(app, "uninstall") == {"installed": False, "deliveries": 2}
    app.control("webhooks/flush", {})
    assert endpoint.topics() == ["app/uninstalled"] * 2
    body = json.loads(endpoint.received[0][1])
    assert set(captured(shared, "app_uninstalled")) <= set(body)
    assert body["myshopify_domain"] == app.domain
    assert app.client.post(app.endpoint, json={"query": "{ shop { id } }"}).status_code == 401
    assert app.control(f"shops/{app.domain}/subscriptions") == []
    assert app.respond(f"shops/{app.domain}/uninstall", {}).status_code == 409


def test_a_removed_app_hears_no_more_than_the_law_asks(app: App, endpoint: Endpoint) -> None:
    post(app, "uninstall")
    app.control("webhooks/flush", {})
    assert app.happen("order", buyer="guest_email")["deliveries"] == 0
    assert post(app, "compliance", topic="shop/redact")["deliveries"] == 1
    app.control("webhooks/flush", {})
    assert endpoint.topics() == ["app/uninstalled", "shop/redact"]


def test_an_app_that_is_taken_again_has_new_tokens(app: App) -> None:
    old = app.control("shops")[0]
    post(app, "uninstall")
    new = post(app, "install")
    for name in ("accessToken", "refreshToken"):
        assert new[name] != old[name]
    assert new["clientId"] == old["clientId"]
    app.client.headers["X-Shopify-Access-Token"] = new["accessToken"]
    assert app.data("{ shop { myshopifyDomain } }")["shop"]["myshopifyDomain"] == app.domain
    assert post(app, "install")["accessToken"] == new["accessToken"]


@pytest.mark.parametrize("topic", ["customers/data_request", "customers/redact", "shop/redact"])
def test_the_mandatory_topics_look_as_captured(
    app: App, endpoint: Endpoint, shared: Path, topic: str
) -> None:
    sent = post(app, "compliance", topic=topic)
    app.control("webhooks/flush", {})
    ((headers, body),) = endpoint.received
    assert headers["X-Shopify-Topic"] == topic
    assert json.loads(body) == sent["sent"]
    theirs = captured(shared, topic.replace("/", "_"))
    assert set(sent["sent"]) == set(theirs)
    if "customer" in theirs:
        assert set(sent["sent"]["customer"]) == set(theirs["customer"])


def test_a_customer_can_be_named_with_orders(app: App, endpoint: Endpoint) -> None:
    known = next(row for row in app.truth()["customers"] if row["customer_id"])
    number = known["customer_id"]
    asked = {"topic": "customers/redact", "customer_id": str(number), "orders": [1, 2]}
    sent = post(app, "compliance", **asked)["sent"]
    assert (sent["customer"]["id"], sent["orders_to_redact"]) == (number, [1, 2])


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({"topic": "orders/create"}, 400, "topic"),
        ({}, 400, "topic"),
        ({"topic": "customers/redact", "customer_id": 1}, 409, "customer 1"),
        ({"topic": "customers/redact", "orders": "all"}, 400, "orders"),
        ({"topic": "customers/redact", "who": 1}, 400, "who"),
    ],
)
def test_a_request_that_cannot_be_is_refused(
    app: App, body: dict[str, object], status: int, word: str
) -> None:
    response = app.respond(f"shops/{app.domain}/compliance", body)
    assert response.status_code == status
    assert word in response.json()["error"]


def test_another_version_may_be_served(app: App) -> None:
    app.control("version", {"served": "2027-01"})
    answer = app.client.post(app.endpoint, json={"query": "{ shop { id } }"})
    assert answer.headers["X-Shopify-API-Version"] == "2027-01"
    assert app.respond("version", {"served": "1999-01"}).status_code == 400

"""Webhook subscriptions: made, listed and refused as recorded, delivered to, and lost."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.sandbox.endpoint import Endpoint, listening

# The client of conftest, which tests cannot import.
App = Any
LIST = "../graphql/2026-04__webhook-subscription-list-connection.json"
CREATE = """mutation C($topic: WebhookSubscriptionTopic!, $webhookSubscription:
  WebhookSubscriptionInput!) { webhookSubscriptionCreate(topic: $topic, webhookSubscription:
  $webhookSubscription) { webhookSubscription { id topic format includeFields metafieldNamespaces
  filter createdAt updatedAt endpoint { __typename ... on WebhookHttpEndpoint { callbackUrl } } }
  userErrors { field message } } }"""
UPDATE = """mutation U($id: ID!, $webhookSubscription: WebhookSubscriptionInput!) {
  webhookSubscriptionUpdate(id: $id, webhookSubscription: $webhookSubscription) {
  webhookSubscription { id topic uri name format updatedAt } userErrors { field message } } }"""
DELETE = """mutation D($id: ID!) { webhookSubscriptionDelete(id: $id) {
  deletedWebhookSubscriptionId userErrors { field message } } }"""
READ = """query R($first: Int, $last: Int, $after: String, $before: String, $query: String,
  $reverse: Boolean, $sortKey: WebhookSubscriptionSortKeys) { webhookSubscriptions(first: $first,
  last: $last, after: $after, before: $before, query: $query, reverse: $reverse,
  sortKey: $sortKey) { nodes { id topic format createdAt updatedAt endpoint { __typename
  ... on WebhookHttpEndpoint { callbackUrl } } } edges { cursor node { id topic } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
WRONG = """query InvalidWebhookSubscriptionSortKey {
  webhookSubscriptions(first: 1, sortKey: TOPIC) { nodes { id } } }"""


@pytest.fixture
def endpoint(app: App) -> Iterator[Endpoint]:
    """The app's server."""
    with listening(app.control("shops")) as made:
        yield made


def create(app: App, topic: str, uri: str, **more: object) -> dict[str, Any]:
    given = {"uri": uri, **more}
    answer = app.data(CREATE, topic=topic, webhookSubscription=given)["webhookSubscriptionCreate"]
    return dict(answer)


def kept(app: App) -> list[dict[str, Any]]:
    return list(app.control(f"shops/{app.domain}/subscriptions"))


def without(value: Any, *names: str) -> Any:  # noqa: ANN401 - any JSON
    """A value without the parts that two shops cannot share."""
    if isinstance(value, dict):
        return {k: without(v, *names) for k, v in value.items() if k not in names}
    return [without(item, *names) for item in value] if isinstance(value, list) else value


def test_the_recorded_exchange_can_be_replayed(app: App, recorded: Callable[[str], Any]) -> None:
    exchange = recorded(LIST)
    unlike: tuple[str, ...] = ("id", "createdAt", "updatedAt")
    ours: dict[str, str] = {}
    for step in exchange["setup"].values():
        answer, theirs = app.ask(CREATE, **step["variables"]), step["response"]["payload"]
        made, real = (one["data"]["webhookSubscriptionCreate"] for one in (answer, theirs))
        assert without(made, *unlike) == without(real, *unlike)
        ours[real["webhookSubscription"]["id"]] = made["webhookSubscription"]["id"]
    unlike += ("cursor", "startCursor", "endCursor")
    cursors: dict[str, str] = {}
    for name, step in exchange["reads"].items():
        given = {k: cursors.get(v, v) if v else v for k, v in step["variables"].items()}
        answer, theirs = app.ask(READ, **given), step["response"]["payload"]
        found, real = (one["data"]["webhookSubscriptions"] for one in (answer, theirs))
        assert [node["id"] for node in found["nodes"]] == [ours[n["id"]] for n in real["nodes"]]
        assert without(found, *unlike) == without(real, *unlike), name
        pairs = zip(real["edges"], found["edges"], strict=True)
        cursors |= {their["cursor"]: mine["cursor"] for their, mine in pairs}
        cost, real_cost = (one["extensions"]["cost"] for one in (answer, theirs))
        for price in ("requestedQueryCost", "actualQueryCost"):
            assert cost[price] == real_cost[price], name
    for step in exchange["cleanup"]:
        number = ours[step["variables"]["id"]]
        gone = app.data(DELETE, id=number)["webhookSubscriptionDelete"]
        assert gone == {"deletedWebhookSubscriptionId": number, "userErrors": []}
    assert kept(app) == []


def test_a_wrong_sort_key_is_refused_as_recorded(app: App, recorded: Callable[[str], Any]) -> None:
    recorded_ = recorded(LIST)["validation"]["invalidSortKey"]["response"]["payload"]
    assert app.ask(WRONG) == recorded_


def test_an_update_changes_what_it_names(app: App) -> None:
    number = create(app, "ORDERS_PAID", "https://a.example/hook")["webhookSubscription"]["id"]
    given = {"uri": "https://b.example/hook", "name": "figures", "format": None}
    answer = app.data(UPDATE, id=number, webhookSubscription=given)["webhookSubscriptionUpdate"]
    changed = answer["webhookSubscription"]
    assert (changed["uri"], changed["name"], changed["format"]) == (
        "https://b.example/hook",
        "figures",
        "JSON",
    )
    assert changed["topic"] == "ORDERS_PAID"


def test_a_list_can_be_narrowed(app: App) -> None:
    create(app, "ORDERS_PAID", "https://a.example/hook")
    create(app, "ORDERS_CREATE", "https://b.example/hook")
    query = """{ byTopic: webhookSubscriptions(first: 9, topics: [ORDERS_PAID]) { nodes { topic } }
      byUri: webhookSubscriptions(first: 9, uri: "https://b.example/hook") { nodes { topic } }
      webhookSubscriptionsCount { count } }"""
    found = app.data(query)
    assert found["byTopic"]["nodes"] == [{"topic": "ORDERS_PAID"}]
    assert found["byUri"]["nodes"] == [{"topic": "ORDERS_CREATE"}]
    assert found["webhookSubscriptionsCount"]["count"] == 2


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("", "Address can't be blank"),
        ("hook", "Address is invalid"),
        ("ftp://a.example", "Address is invalid"),
        ("https://[", "Address is invalid"),
        ("http://a.example/hook", "Address protocol http:// is not supported"),
    ],
)
def test_an_address_that_shopify_does_not_take_is_refused(app: App, uri: str, message: str) -> None:
    answer = create(app, "ORDERS_PAID", uri)
    assert answer["webhookSubscription"] is None
    (error,) = answer["userErrors"]
    assert error == {"field": ["webhookSubscription", "callbackUrl"], "message": message}
    assert kept(app) == []


def test_one_address_is_taken_once_for_a_topic(app: App) -> None:
    create(app, "ORDERS_PAID", "https://a.example/hook")
    (error,) = create(app, "ORDERS_PAID", "https://a.example/hook")["userErrors"]
    assert error["message"] == "Address for this topic has already been taken"
    assert create(app, "ORDERS_CREATE", "https://a.example/hook")["userErrors"] == []


def test_a_topic_needs_its_scope(app: App) -> None:
    app.control(f"shops/{app.domain}/access", {"scopes": ["read_products"]})
    (error,) = create(app, "ORDERS_PAID", "https://a.example/hook")["userErrors"]
    assert error["field"] == ["topic"] and "read_orders" in error["message"]
    assert create(app, "PRODUCTS_UPDATE", "https://a.example/hook")["userErrors"] == []
    assert create(app, "APP_UNINSTALLED", "https://a.example/hook")["userErrors"] == []


def test_a_compliance_topic_is_none_that_an_app_can_subscribe_to(app: App) -> None:
    given = {"uri": "https://a.example/hook"}
    answer = app.ask(CREATE, topic="CUSTOMERS_REDACT", webhookSubscription=given)
    assert "CUSTOMERS_REDACT" in answer["errors"][0]["message"]


def test_what_is_not_there_cannot_be_changed_or_deleted(app: App) -> None:
    ghost = "gid://shopify/WebhookSubscription/1"
    deleted = app.data(DELETE, id=ghost)["webhookSubscriptionDelete"]
    changed = app.data(UPDATE, id=ghost, webhookSubscription={})["webhookSubscriptionUpdate"]
    for answer in (deleted, changed):
        assert answer["userErrors"] == [
            {"field": ["id"], "message": "Webhook subscription does not exist"}
        ]
    wrong = app.ask(DELETE, id="gid://shopify/Order/1")
    assert wrong["errors"][0]["extensions"]["code"] == "RESOURCE_NOT_FOUND"


def test_a_subscribed_address_gets_its_topics_and_no_others(app: App, endpoint: Endpoint) -> None:
    create(app, "ORDERS_CREATE", endpoint.url, name="figures")
    assert app.happen("order", buyer="customer")["deliveries"] == 1
    app.control("webhooks/flush", {})
    ((headers, body),) = endpoint.received
    assert (headers["X-Shopify-Topic"], headers["X-Shopify-Name"]) == ("orders/create", "figures")
    assert json.loads(body)["name"].startswith("#")


def test_two_subscriptions_share_the_event_and_not_the_webhook(
    app: App, endpoint: Endpoint
) -> None:
    create(app, "ORDERS_CREATE", endpoint.url)
    create(app, "ORDERS_CREATE", endpoint.url + "/second")
    app.happen("order", buyer="guest_email")
    app.control("webhooks/flush", {})
    one, two = (headers for headers, _ in endpoint.received)
    assert one["X-Shopify-Event-Id"] == two["X-Shopify-Event-Id"]
    assert one["X-Shopify-Webhook-Id"] != two["X-Shopify-Webhook-Id"]


def test_included_fields_are_all_that_is_sent(app: App, endpoint: Endpoint) -> None:
    fields = ["id", "updated_at", "customer.id", "line_items.sku", "nothing"]
    create(app, "ORDERS_CREATE", endpoint.url, includeFields=fields)
    app.happen("order", buyer="customer")
    app.control("webhooks/flush", {})
    ((_, body),) = endpoint.received
    sent = json.loads(body)
    assert set(sent) == {"id", "updated_at", "customer", "line_items"}
    assert set(sent["customer"]) == {"id"}
    assert all(set(line) == {"sku"} for line in sent["line_items"])


def test_another_host_is_kept_and_not_delivered_to(app: App) -> None:
    create(app, "ORDERS_CREATE", "https://shop.example/hook")
    create(app, "ORDERS_CREATE", "pubsub://project:topic")
    assert [one["delivered"] for one in kept(app)] == [False, False]
    assert app.happen("order", buyer="guest_email")["deliveries"] == 0
    counts = app.control("webhooks/flush", {})
    assert (counts["sent"], counts["undeliverable"]) == (0, 2)


def test_a_subscription_that_reaches_nobody_is_deleted(app: App, endpoint: Endpoint) -> None:
    create(app, "ORDERS_CREATE", endpoint.url)
    create(app, "ORDERS_CREATE", "http://127.0.0.1:9/nobody")
    app.control("webhooks", {"time_factor": 1_000_000})
    app.happen("order", buyer="guest_email", count=3)
    counts = app.control("webhooks/flush", {"timeout": 30})
    assert (counts["unsubscribed"], counts["pending"]) == (1, 0)
    assert [one["uri"] for one in kept(app)] == [endpoint.url]
    assert len(endpoint.received) == 3


def test_a_subscription_outlives_failures_between_successes(app: App, endpoint: Endpoint) -> None:
    create(app, "ORDERS_CREATE", endpoint.url)
    app.control("webhooks", {"time_factor": 1_000_000, "tries": 3})
    app.happen("order", buyer="guest_email")
    endpoint.refuse = 2
    app.happen("order", buyer="guest_email")
    counts = app.control("webhooks/flush", {"timeout": 30})
    assert (counts["unsubscribed"], counts["acknowledged"]) == (0, 2)
    assert len(kept(app)) == 1


def test_the_end_of_a_bulk_run_is_announced(app: App, endpoint: Endpoint) -> None:
    create(app, "BULK_OPERATIONS_FINISH", endpoint.url)
    operation, _ = app.bulk("{ orders { edges { node { id } } } }")
    app.control("faults", {"fail_bulk": "TIMEOUT"})
    failed, _ = app.bulk("{ orders { edges { node { id } } } }")
    app.control("webhooks/flush", {})
    told = [json.loads(body) for _, body in endpoint.received]
    assert [one["admin_graphql_api_id"] for one in told] == [operation["id"], failed["id"]]
    assert [(one["status"], one["error_code"]) for one in told] == [
        ("completed", None),
        ("failed", "timeout"),
    ]


def test_the_versions_are_told(app: App) -> None:
    versions = app.data("{ publicApiVersions { handle displayName supported } }")
    latest = {"handle": "2026-10", "displayName": "2026-10 (Latest)", "supported": True}
    assert latest in versions["publicApiVersions"]

"""Subscriptions of a shop: made once, repaired where they are wrong, others left alone."""

from collections import Counter
from typing import Any

import httpx
import pytest

from pipelines.errors import BadAddress
from pipelines.resources import BY_TOPIC
from pipelines.subscription_topics import COMPLIANCE, WANTED
from pipelines.subscriptions import Registered, check, checked_address, register
from tests.pipelines.conftest import LocalShopify
from warehouse.settings import Settings

ADDRESS = "https://shopmart.example/api/v1/webhook/shopify"
CREATE = """mutation Create($topic: WebhookSubscriptionTopic!, $wanted: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $wanted) {
    webhookSubscription { id } userErrors { message } } }"""


class Shop:
    """One shop as another program of the same app reaches it."""

    def __init__(self, shopify: LocalShopify) -> None:
        self._shopify = shopify
        self._shop = shopify.shops[0]
        self.domain = str(self._shop["shopDomain"])

    @property
    def subscriptions(self) -> list[dict[str, Any]]:
        path = f"{self._shopify.url}/_sandbox/shops/{self.domain}/subscriptions"
        return list(httpx.get(path).json())

    def subscribe(self, topic: str, uri: str, **wanted: object) -> None:
        """Make a subscription by hand."""
        variables = {"topic": topic, "wanted": {"uri": uri, "format": "JSON", **wanted}}
        answer = httpx.post(
            f"{self._shopify.url}/{self.domain}/admin/api/2026-10/graphql.json",
            json={"query": CREATE, "variables": variables},
            headers={"X-Shopify-Access-Token": self._shop["accessToken"]},
        ).json()
        assert answer["data"]["webhookSubscriptionCreate"]["userErrors"] == [], answer

    def grant(self, scopes: list[str]) -> None:
        self._shopify.control(f"shops/{self.domain}/access", scopes=scopes)


@pytest.fixture
def shop(shopify: LocalShopify) -> Shop:
    return Shop(shopify)


def deeds(done: list[Registered]) -> Counter[str]:
    return Counter(one.deed for one in done)


def test_every_topic_that_becomes_a_document_is_wanted() -> None:
    wanted = {one.topic for one in WANTED}
    assert set(BY_TOPIC) <= wanted
    assert not wanted & set(COMPLIANCE)


def test_every_name_of_a_subscription_is_its_own_and_short_enough() -> None:
    names = [one.name for one in WANTED]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 50


def test_a_shop_without_subscriptions_gets_all_and_a_second_time_changes_nothing(
    sandboxed: Settings, tenants: list[int], shop: Shop
) -> None:
    assert {one.state for one in check(sandboxed, tenants[0])} == {"missing"}
    assert deeds(register(sandboxed, tenants[0], address=ADDRESS)) == {"created": len(WANTED)}
    made = shop.subscriptions
    assert {one["topic"] for one in made} == {one.enum for one in WANTED}
    assert {(one["uri"], one["format"]) for one in made} == {(ADDRESS, "JSON")}
    assert deeds(register(sandboxed, tenants[0], address=ADDRESS)) == {"kept": len(WANTED)}
    assert shop.subscriptions == made
    assert {one.state for one in check(sandboxed, tenants[0], address=ADDRESS)} == {"right"}


def test_a_moved_endpoint_moves_every_subscription(
    sandboxed: Settings, tenants: list[int], shop: Shop
) -> None:
    register(sandboxed, tenants[0], address="https://before.example/in/api/v1/webhook/shopify")
    ids = {one["id"] for one in shop.subscriptions}
    done = register(sandboxed, tenants[0], address=ADDRESS)
    assert deeds(done) == {"repaired": len(WANTED)}
    assert "goes to https://before.example" in done[0].told
    assert {one["uri"] for one in shop.subscriptions} == {ADDRESS}
    assert {one["id"] for one in shop.subscriptions} == ids


def test_a_subscription_of_another_form_is_repaired(
    sandboxed: Settings, tenants: list[int], shop: Shop
) -> None:
    shop.subscribe("ORDERS_CREATE", ADDRESS, format="XML")
    shop.subscribe("ORDERS_PAID", ADDRESS, includeFields=["id", "updated_at"])
    shop.subscribe("CARTS_CREATE", ADDRESS, filter="line_items.quantity:>1")
    told = {one.topic: one.told for one in check(sandboxed, tenants[0], address=ADDRESS)}
    assert told["orders/create"] == "is sent as XML"
    assert told["orders/paid"] == "leaves fields out"
    assert told["carts/create"] == "is filtered"
    done = register(sandboxed, tenants[0], address=ADDRESS)
    assert deeds(done) == {"created": len(WANTED) - 3, "repaired": 3}
    assert {one.state for one in check(sandboxed, tenants[0], address=ADDRESS)} == {"right"}


def test_a_second_subscription_to_one_topic_is_taken_away(
    sandboxed: Settings, tenants: list[int], shop: Shop
) -> None:
    register(sandboxed, tenants[0], address=ADDRESS)
    shop.subscribe("ORDERS_CREATE", "https://old.example/api/v1/webhook/shopify")
    doubled = [one for one in check(sandboxed, tenants[0], address=ADDRESS) if one.state != "right"]
    assert [(one.topic, one.state) for one in doubled] == [("orders/create", "double")]
    done = register(sandboxed, tenants[0], address=ADDRESS)
    assert deeds(done) == {"kept": len(WANTED) - 1, "deleted": 1}
    uris = [one["uri"] for one in shop.subscriptions if one["topic"] == "ORDERS_CREATE"]
    assert uris == [ADDRESS]


def test_other_endpoints_of_the_same_app_are_left_alone(
    sandboxed: Settings, tenants: list[int], shop: Shop
) -> None:
    shop.subscribe("ORDERS_CREATE", "https://mailer.example/hooks")
    shop.subscribe("ORDERS_CREATE", "pubsub://project:topic")
    register(sandboxed, tenants[0], address=ADDRESS)
    uris = {one["uri"] for one in shop.subscriptions if one["topic"] == "ORDERS_CREATE"}
    assert uris == {"https://mailer.example/hooks", "pubsub://project:topic", ADDRESS}


def test_a_topic_whose_scope_is_missing_is_left_out_and_told(
    sandboxed: Settings, tenants: list[int], shop: Shop
) -> None:
    shop.grant(["read_orders", "write_products"])
    done = register(sandboxed, tenants[0], address=ADDRESS)
    left = {one.topic: one.told for one in done if one.deed == "left out"}
    assert left["customers/create"] == "needs the scope read_customers"
    assert left["customers/merge"] == "needs the scope read_customer_merge"
    assert "orders/create" not in left
    assert {one.deed for one in done if one.topic == "shop/update"} == {"created"}


def test_what_shopify_refuses_is_told_in_its_words_and_the_rest_is_made(
    sandboxed: Settings, tenants: list[int], shop: Shop
) -> None:
    """A right to write orders does not give their webhooks."""
    shop.grant(["write_orders", "read_products"])
    done = register(sandboxed, tenants[0], address=ADDRESS)
    refused = {one.topic: one.told for one in done if one.deed == "refused"}
    assert "permission" in refused["orders/create"]
    assert {one.deed for one in done if one.topic == "products/create"} == {"created"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "no web address"),
        ("shopmart.example/api/v1/webhook/shopify", "no web address"),
        ("ftp://shopmart.example/x", "no web address"),
        ("https:///api/v1/webhook/shopify", "no web address"),
        ("https://[::1/x", "no web address"),
        ("https://host:port/x", "no web address"),
        ("http://shopmart.example/api/v1/webhook/shopify", "https addresses only"),
        ("https://shopmart.example", "not the endpoint"),
        ("https://shopmart.example/", "not the endpoint"),
        ("https://me:secret@shopmart.example/x", "neither a user nor"),
        ("https://shopmart.example/x#y", "nor a fragment"),
        ("https://shopmart.example/a b", "without spaces"),
        ("https://shöpmart.example/x", "ASCII"),
        (f"https://shopmart.example/{'x' * 2000}", "at most 2000"),
    ],
)
def test_an_address_that_shopify_cannot_deliver_to_is_refused(given: str, words: str) -> None:
    with pytest.raises(BadAddress, match=words) as refused:
        checked_address(given)
    assert "https://shopmart.example/api/v1/webhook/shopify" in str(refused.value.hint)


def test_a_plain_address_on_this_machine_is_taken_for_the_sandbox() -> None:
    assert checked_address(" http://127.0.0.1:8000/api/v1/webhook/shopify ").startswith("http://")


def test_a_subscription_to_our_very_address_is_ours_whatever_its_path(
    sandboxed: Settings, tenants: list[int], shop: Shop
) -> None:
    address = "https://shopmart.example/behind/a/proxy"
    shop.subscribe("ORDERS_CREATE", address)
    assert deeds(register(sandboxed, tenants[0], address=address)) == {
        "created": len(WANTED) - 1,
        "kept": 1,
    }

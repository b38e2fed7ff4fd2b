"""What each topic becomes in the raw tables: its own documents, tombstones, moments of activity."""

from typing import Any

import orjson
import pytest

from pipelines.errors import BadDocument
from pipelines.landed.parse import parse
from tests.pipelines.landed.test_shapes import NOW, landed

AT = "2026-03-01T12:00:00+02:00"
UTC_AT = "2026-03-01T10:00:00.000000+00:00"


def checkout(**changes: object) -> dict[str, Any]:
    return {
        "token": "t1",
        "cart_token": "c1",
        "created_at": AT,
        "updated_at": AT,
        "currency": "USD",
        "total_price": "10.00",
        "line_items": [],
        **changes,
    }


def made(topic: str, body: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Table, id and parent of each document."""
    found = parse(landed(topic, body))
    return [(one.table, one.document.id, one.document.parent_id) for one in found]


def test_a_checkout_is_known_by_its_token_and_leaves_the_moment_of_its_change() -> None:
    moment = ("checkout_activity", f"checkout:t1:{UTC_AT}", "checkout:t1")
    assert made("checkouts/update", checkout()) == [("checkouts", "t1", "c1"), moment]


def test_an_older_body_leaves_the_checkouts_number_and_a_bought_one_its_completion() -> None:
    body = checkout(id=77, completed_at="2026-03-01T09:00:00Z")
    _, _, number, completion = parse(landed("checkouts/update", body))
    assert (number.document.id, number.document.parent_id) == ("number:77", "checkout:t1")
    assert orjson.loads(number.document.payload) == {"token": "t1", "number": 77}
    assert completion.document.id == "completed:checkout:t1:2026-03-01T09:00:00.000000+00:00"
    known = {"token": "t1", "completed_at": "2026-03-01T09:00:00.000000+00:00"}
    assert orjson.loads(completion.document.payload) == known


def test_equal_moments_have_one_key_in_whatever_zone_they_are_told() -> None:
    keys = {
        made("carts/update", {"token": "c1", "updated_at": at})[1]
        for at in (AT, "2026-03-01T10:00:00Z", "2026-03-01T10:00:00.000Z")
    }
    assert keys == {("checkout_activity", f"cart:c1:{UTC_AT}", "cart:c1")}


def test_a_cart_without_a_token_goes_by_its_id() -> None:
    assert made("carts/create", {"id": "c9", "updated_at": AT})[0] == ("carts", "c9", None)


def test_a_deleted_checkout_is_noted_under_every_name_that_is_told() -> None:
    body = {"id": 77, "cart_token": "c1", "total_price": "1.00"}
    names = [key for _, key, _ in made("checkouts/delete", body)]
    assert names == ["c1", "77"]


def test_a_level_is_known_by_item_and_place_and_a_disconnected_one_is_a_tombstone() -> None:
    place = {"inventory_item_id": 5, "location_id": 6}
    level = {**place, "available": None, "updated_at": AT}
    assert made("inventory_levels/connect", level) == [("inventory_levels", "5:6", "5")]
    (gone,) = parse(landed("inventory_levels/disconnect", place))
    assert gone.document.id == "5:6"
    assert orjson.loads(gone.document.payload) == {**place, "deleted_at": NOW.isoformat()}


@pytest.mark.parametrize("topic", ["orders/delete", "products/delete", "customers/delete"])
def test_what_was_deleted_leaves_a_tombstone(topic: str) -> None:
    (stone,) = parse(landed(topic, {"id": 7}))
    assert stone.table == topic.partition("/")[0]
    assert orjson.loads(stone.document.payload) == {"id": 7, "deleted_at": NOW.isoformat()}


def merge(status: str, kept: str = "gid://shopify/Customer/1") -> dict[str, Any]:
    return {
        "admin_graphql_api_customer_kept_id": kept,
        "admin_graphql_api_customer_deleted_id": "gid://shopify/Customer/2",
        "status": status,
    }


def test_only_a_completed_merge_joins_two_customers() -> None:
    assert made("customers/merge", merge("completed")) == [("customer_merges", 2, 1)]
    assert made("customers/merge", merge("failed")) == []
    with pytest.raises(BadDocument, match="admin_graphql_api_customer_kept_id"):
        parse(landed("customers/merge", merge("completed", kept="Customer 1")))


POISON: dict[str, tuple[str, dict[str, Any], str]] = {
    "a checkout without a token": ("checkouts/create", checkout(token=None), "token"),
    "a token that no index holds": ("checkouts/create", checkout(token="x" * 300), "token"),
    "a cart token with a line break": (
        "checkouts/create",
        checkout(cart_token="a\nb"),
        "cart_token",
    ),
    "a checkout bought in the far future": (
        "checkouts/update",
        checkout(completed_at="2099-01-01T00:00:00Z"),
        "completed_at",
    ),
    "a checkout begun in the far future": (
        "checkouts/update",
        checkout(created_at="2099-01-01T00:00:00Z"),
        "created_at",
    ),
    "a checkout of no currency": ("checkouts/create", checkout(currency="dollars"), "currency"),
    "a checkout of no price": ("checkouts/create", checkout(total_price="ten"), "total_price"),
    "a customer that is a number": ("checkouts/create", checkout(customer=5), "customer"),
    "a product id that is text": (
        "checkouts/create",
        checkout(line_items=[{"product_id": "x"}]),
        "line_items[0].product_id",
    ),
    "lines of the Admin API": ("checkouts/create", checkout(lineItems=[]), "lineItems"),
    "a nameless deletion": ("checkouts/delete", {"total_price": "1.00"}, "cart_token"),
    "a nameless cart": ("carts/create", {"updated_at": AT}, "token"),
    "a cart without a time": ("carts/create", {"token": "c"}, "updated_at"),
    "a product without a time": ("products/update", {"id": 1}, "updated_at"),
    "a variant of no price": (
        "products/update",
        {"id": 1, "updated_at": AT, "variants": [{"id": 2, "price": "free"}]},
        "variants[0].price",
    ),
    "a level of half a piece": (
        "inventory_levels/update",
        {"inventory_item_id": 1, "location_id": 2, "available": 0.5, "updated_at": AT},
        "available",
    ),
    "a level without a place": (
        "inventory_levels/update",
        {"inventory_item_id": 1, "updated_at": AT},
        "location_id",
    ),
    "a merge without a status": ("customers/merge", {}, "status"),
}


@pytest.mark.parametrize("name", POISON)
def test_a_body_that_a_model_could_not_cast_is_put_aside_with_the_field(name: str) -> None:
    topic, body, field = POISON[name]
    with pytest.raises(BadDocument) as told:
        parse(landed(topic, body))
    assert str(told.value).startswith(f"{field}:"), told.value

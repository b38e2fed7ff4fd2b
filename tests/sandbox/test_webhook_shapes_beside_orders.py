"""Bodies about carts, checkouts, goods, customers and the shop have the captured keys and types."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from sandbox.announcements import Announcement
from sandbox.facts import CheckoutSaved
from sandbox.world import World

Document = dict[str, Any]
# Counters that customers no longer carry, and what the documentation's example of stock has beside.
GONE = {"last_order_id", "last_order_name", "orders_count", "total_spent"}
KNOWN: dict[str, Any] = {
    "contact": True,
    "buyer": "new_customer",
    "shipping": True,
    "cart": True,
    "discount": "none",
    "gift_card": False,
}


@pytest.fixture(scope="module")
def captured(shared: Path) -> Callable[[str], Document]:
    def read(name: str) -> Document:
        path = shared / "shopify" / "webhooks" / name
        found: Document = json.loads(path.read_text(encoding="utf-8"))
        return found

    return read


def told(world: World, kind: str, **wishes: object) -> dict[str, Document]:
    """The webhooks of one event by topic."""
    heard: list[Announcement] = []
    world.listener = lambda shop, announced: heard.extend(announced)
    world.happen(next(iter(world.shops)), kind, wishes)
    world.listener = None
    return {one.topic: orjson.loads(one.body) for one in heard}


def odd(ours: object, theirs: object, path: str = "") -> list[str]:
    """Where two documents differ in keys or JSON types; null and empty lists say nothing."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        found = [f"{path}.{key}" for key in ours.keys() ^ (theirs.keys() - GONE)]
        for key in ours.keys() & theirs.keys():
            found += odd(ours[key], theirs[key], f"{path}.{key}")
        return found
    if isinstance(ours, list) and isinstance(theirs, list):
        return [d for one in ours[:1] for d in odd(one, [*theirs, one][0], f"{path}[]")]
    number = isinstance(ours, int | float) and isinstance(theirs, int | float)
    same = type(ours) is type(theirs) or number or ours is None or theirs is None
    return [] if same else [f"{path}: {type(ours).__name__} is not {type(theirs).__name__}"]


def test_carts_have_the_captured_shape(fresh: World, captured: Callable[[str], Document]) -> None:
    body = told(fresh, "cart")["carts/create"]
    assert odd(body, captured("carts_create.json")) == []
    assert body["id"] == body["token"]
    again = told(fresh, "cart", cart_token=body["token"])["carts/update"]
    assert odd(again, captured("carts_update.json")) == []


def test_checkouts_have_the_shape_of_2026_04(
    fresh: World, captured: Callable[[str], Document]
) -> None:
    body = told(fresh, "checkout", **KNOWN)["checkouts/create"]
    assert odd(body, captured("2026-04/checkouts_create.json")) == []
    again = told(fresh, "checkout_update", checkout_token=body["token"])["checkouts/update"]
    theirs = captured("2026-04/checkouts_update.json")
    discounted = captured("variants/checkouts_update__abandoned_rest.json")
    assert odd(again, theirs | {"discount_codes": discounted["discount_codes"]}) == []
    assert body["created_at"].endswith("+00:00")
    assert not body["updated_at"].endswith("+00:00")


def test_the_older_generation_has_its_own_shape(
    fresh: World, captured: Callable[[str], Document]
) -> None:
    wishes = {**KNOWN, "generation": "2024-10"}
    body = told(fresh, "checkout", **wishes)["checkouts/create"]
    assert odd(body, captured("checkouts_create.json")) == []
    assert body["name"] == f"#{body['id']}"
    wishes = {"checkout_token": body["token"], "payment": "paid", "generation": "2024-10"}
    order = told(fresh, "checkout_complete", **wishes)["orders/create"]
    assert odd(order, captured("orders_create.json")) == []
    assert order["checkout_id"] == body["id"]


def test_discounts_and_delivery_of_a_checkout_have_the_documented_shape(
    fresh: World, captured: Callable[[str], Document]
) -> None:
    wishes = {**KNOWN, "discount": "order", "lines": 3, "quantity": 3}
    body = told(fresh, "checkout", **wishes)["checkouts/create"]
    theirs = captured("variants/checkouts_update__abandoned_rest.json")
    ours = [a for line in body["line_items"] for a in line["discount_allocations"]]
    real = [a for line in theirs["line_items"] for a in line["discount_allocations"]]
    assert ours
    assert odd(ours, real) == []
    assert {d.split(".")[-1] for d in odd(body["shipping_lines"], theirs["shipping_lines"])} == {
        *("original_shop_price", "original_rate_price", "original_shop_markup", "markup"),
        *("presentment_title", "custom_tax_lines", "delivery_category", "carrier_service_id"),
        *("api_client_id", "delivery_option_group_type", "delivery_expectation_range"),
        *("delivery_expectation_type", "estimated_delivery_time_range", "validation_context"),
    }


def test_a_checkout_without_an_address_has_a_list_in_its_place(fresh: World) -> None:
    body = told(fresh, "checkout", **{**KNOWN, "shipping": False})["checkouts/create"]
    assert body["shipping_address"] == []


@pytest.mark.parametrize("generation", ["2026-04", "2024-10"])
def test_a_deleted_checkout_is_a_stub(
    fresh: World, captured: Callable[[str], Document], generation: str
) -> None:
    token = told(fresh, "checkout", **KNOWN)["checkouts/create"]["token"]
    wishes = {"checkout_token": token, "generation": generation}
    body = told(fresh, "checkout_delete", **wishes)["checkouts/delete"]
    expected = [] if generation == "2024-10" else [".id"]
    assert odd(body, captured("checkouts_delete.json")) == expected
    assert "token" not in body


def test_products_have_the_captured_shape(
    fresh: World, captured: Callable[[str], Document]
) -> None:
    body = told(fresh, "product_create", variants=2)["products/create"]
    assert odd(body, captured("products_create.json")) == []
    changed = told(fresh, "product_update", product_id=body["id"])["products/update"]
    assert odd(changed, captured("products_update.json")) == []
    option = captured("variants/products_update__four_variants.json")["options"]
    assert odd(body["options"], option) == []
    gone = told(fresh, "product_delete", product_id=body["id"])
    assert gone == {"products/delete": {"id": body["id"]}}


def test_stock_has_the_captured_shape(fresh: World, captured: Callable[[str], Document]) -> None:
    said = told(fresh, "inventory_update")
    assert set(said) == {"inventory_levels/update", "products/update"}
    body = said["inventory_levels/update"]
    assert odd(body, captured("inventory_levels_update.json")) == []
    assert odd(body, captured("variants/inventory_levels_update__rest.json")) == []
    made = told(fresh, "product_create", variants=1)
    assert odd(made["inventory_levels/connect"], captured("inventory_levels_connect.json")) == []
    gone = told(fresh, "inventory_disconnect")["inventory_levels/disconnect"]
    assert odd(gone, captured("inventory_levels_disconnect.json")) == []


def test_customers_vanish_and_merge_in_the_captured_shape(
    fresh: World, captured: Callable[[str], Document]
) -> None:
    number = told(fresh, "customer_create")["customers/create"]["id"]
    gone = told(fresh, "customer_delete", customer_id=number)["customers/delete"]
    assert odd(gone, captured("customers_delete.json")) == []
    said = told(fresh, "customer_merge")
    assert set(said) == {"customers/merge", "customers/update"}
    body = said["customers/merge"]
    assert odd(body, captured("customers_merge.json")) == []
    assert body["status"] == "completed"
    kept = body["admin_graphql_api_customer_kept_id"]
    assert kept == said["customers/update"]["admin_graphql_api_id"]


def test_the_shop_has_the_captured_shape(fresh: World, captured: Callable[[str], Document]) -> None:
    body = told(fresh, "shop_update", timezone="Asia/Tokyo")["shop/update"]
    assert odd(body, captured("shop_update.json")) == []
    assert odd(body, captured("variants/shop_update__rest.json")) == []
    assert body["iana_timezone"] == "Asia/Tokyo"


def test_what_was_told_is_remembered_in_the_facts(fresh: World) -> None:
    shop = next(iter(fresh.shops.values()))
    fresh.happen(shop.profile.domain, "checkout", {})
    told(fresh, "checkout", generation="2024-10")
    marks = [fact.told for fact in shop.history if isinstance(fact, CheckoutSaved)]
    assert marks[-2:] == [None, "2024-10"]

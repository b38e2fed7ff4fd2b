"""The catalogue, the stock, the customers and the shop itself move, and documents follow."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.catalogue import LAST_SEASON, LOCATIONS
from sandbox.documents.library import Library
from sandbox.documents.parts import Ref
from sandbox.documents.webhook_order import order_body
from sandbox.errors import BadParameter, NothingSuitable
from sandbox.facts import CustomersMerged, Fact, ProductSaved, ShopChanged
from sandbox.state.shop import Shop
from sandbox.world import World

AT = datetime(2026, 11, 1, 13, tzinfo=UTC)
Json = Any


class Counter:
    """The first shop and its documents."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.shop: Shop = next(iter(world.shops.values()))
        self.library = Library(self.shop, lambda: self.at)
        self.at = AT

    def happen(self, kind: str, **wishes: Json) -> list[Fact]:
        self.at += timedelta(minutes=1)
        return self.world.happen(self.shop.profile.domain, kind, wishes, self.at)

    def read(self, kind: str, number: int) -> dict[str, Any]:
        document = self.library.find(Ref(kind, number))
        assert document is not None
        return document


@pytest.fixture
def counter(fresh: World) -> Counter:
    return Counter(fresh)


def product(facts: list[Fact]) -> ProductSaved:
    (saved,) = (fact for fact in facts if isinstance(fact, ProductSaved))
    return saved


def test_a_new_product_has_variants_prices_and_stock(counter: Counter) -> None:
    saved = product(counter.happen("product_create", variants=3, price=1234, status="ACTIVE"))
    document = counter.read("Product", saved.product_id)
    variants = [counter.read("ProductVariant", ref.number) for ref in document["variants"]]
    assert [variant["price"] for variant in variants] == ["12.34"] * 3
    assert [variant["position"] for variant in variants] == [1, 2, 3]
    levels = [counter.shop.goods.available(v.inventory_item_id) for v in saved.variants]
    assert [variant["inventoryQuantity"] for variant in variants] == levels
    assert document["totalInventory"] == sum(levels)


def test_an_updated_product_keeps_id_and_creation(counter: Counter) -> None:
    saved = product(counter.happen("product_create", price=1000))
    after = product(counter.happen("product_update", product_id=saved.product_id, price=1100))
    assert (after.product_id, after.created_at) == (saved.product_id, saved.created_at)
    assert {variant.price for variant in after.variants} == {1100}
    assert counter.shop.goods.touched[saved.product_id] == counter.at


def test_a_count_moves_level_item_and_product(counter: Counter) -> None:
    item = counter.shop.goods.items()[0]
    place = counter.shop.goods.levels_of(item)[0].location_id
    counter.happen("inventory_update", inventory_item_id=item, location_id=place, available=7)
    document = counter.read("InventoryItem", item)
    level = next(one for one in document["inventoryLevels"] if one["location"].number == place)
    assert level["quantities"][0] | {"id": "", "updatedAt": ""} == {
        "__typename": "InventoryQuantity",
        "id": "",
        "updatedAt": "",
        "name": "available",
        "quantity": 7,
    }
    owner, _ = counter.shop.goods.item(item)
    assert counter.shop.goods.touched[owner.product_id] == counter.at


def test_a_location_stops_stocking_an_item(counter: Counter) -> None:
    before = dict(counter.shop.goods.levels)
    counter.happen("inventory_disconnect")
    assert len(counter.shop.goods.levels) == len(before) - 1


def test_a_place_that_is_none_is_refused(counter: Counter) -> None:
    with pytest.raises(BadParameter, match=f"location_id is 1; give one of .*{LOCATIONS[0]}"):
        counter.happen("inventory_update", location_id=1)


@pytest.mark.parametrize(
    ("kind", "wish"),
    [
        ("product_update", {"product_id": 1}),
        ("inventory_update", {"inventory_item_id": 1}),
        ("customer_delete", {"customer_id": 1}),
        ("customer_merge", {"kept_id": 1}),
        ("cart", {"cart_token": "x"}),
        ("checkout_update", {"checkout_token": "x"}),
    ],
)
def test_what_is_unknown_is_named_with_the_cure(
    counter: Counter, kind: str, wish: dict[str, Json]
) -> None:
    with pytest.raises(NothingSuitable, match=r"; (name|give|post|leave) "):
        counter.happen(kind, **wish)


def test_lines_name_a_deleted_product_no_more(counter: Counter) -> None:
    order = next(o for o in counter.shop.orders.values() if not o.placed.lines[0].gift_card)
    sold = next(
        line
        for line in order.placed.lines
        if not line.gift_card and line.product_id in counter.shop.goods.products
    )
    counter.happen("product_delete", product_id=sold.product_id)
    line = next(
        one
        for one in counter.read("Order", order.order_id)["lineItems"]
        if one["id"].endswith(f"/{sold.line_id}")
    )
    assert counter.library.find(line["product"]) is None
    body = order_body(counter.shop, counter.shop.orders[order.order_id])
    told = next(one for one in body["line_items"] if one["id"] == sold.line_id)
    assert (told["product_id"], told["variant_id"], told["product_exists"]) == (None, None, False)


def test_by_chance_only_what_nobody_bought_is_deleted(counter: Counter) -> None:
    saved = product(counter.happen("product_create", status="DRAFT"))
    for _ in range(3):
        counter.happen("product_create", status="DRAFT")
    (deleted,) = counter.happen("product_delete")
    named = {n.product_id for o in counter.shop.orders.values() for n in o.placed.lines}
    assert getattr(deleted, "product_id", None) not in named
    assert saved.product_id not in named


def test_every_history_forgot_a_product_that_it_had_sold(world: World) -> None:
    for shop in world.shops.values():
        assert not any(LAST_SEASON in saved.tags for saved in shop.goods.products.values())
        gone = {f.product_id for f in shop.history if isinstance(f, ProductSaved) and f.tags}
        gone -= shop.goods.products.keys()
        assert any(n.product_id in gone for o in shop.orders.values() for n in o.placed.lines)


def test_a_merge_moves_orders_and_checkouts_to_the_kept_record(counter: Counter) -> None:
    shop = counter.shop
    kept, gone = sorted(n for n in shop.customers if shop.orders_of(n))[:2]
    moved = {order.order_id for order in shop.orders_of(gone)}
    touched = {number: shop.orders[number].updated_at for number in moved}
    counter.happen("customer_merge", kept_id=kept, deleted_id=gone)
    assert moved <= {order.order_id for order in shop.orders_of(kept)}
    assert counter.library.find(Ref("Customer", gone)) is None
    for number in moved:
        assert counter.read("Order", number)["customer"] == Ref("Customer", kept)
        assert order_body(shop, shop.orders[number])["customer"]["id"] == kept
        assert shop.orders[number].updated_at == touched[number]
    assert shop.checkouts.of_customer(gone) == []


def test_a_customer_who_ordered_is_not_deleted(counter: Counter) -> None:
    shop = counter.shop
    owner = next(number for number in shop.customers if shop.orders_of(number))
    with pytest.raises(NothingSuitable, match="without orders"):
        counter.happen("customer_delete", customer_id=owner)
    (made,) = counter.happen("customer_create")
    counter.happen("customer_delete", customer_id=getattr(made, "customer_id", 0))
    assert getattr(made, "customer_id", 0) not in shop.customers


def test_merges_happened_in_every_past(world: World) -> None:
    for shop in world.shops.values():
        merged = [fact for fact in shop.history if isinstance(fact, CustomersMerged)]
        assert merged
        assert not {fact.deleted_id for fact in merged} & shop.customers.keys()


def test_the_shop_moves_and_is_renamed(counter: Counter) -> None:
    (moved,) = counter.happen("shop_update", timezone="Asia/Tokyo")
    assert isinstance(moved, ShopChanged)
    document = counter.library.shop()
    assert (document["ianaTimezone"], document["name"]) == ("Asia/Tokyo", moved.name)
    counter.happen("shop_update", name="Another name")
    assert counter.library.shop()["name"] == "Another name"
    with pytest.raises(BadParameter, match="timezone is 'Mars/One'; give an IANA name"):
        counter.happen("shop_update", timezone="Mars/One")

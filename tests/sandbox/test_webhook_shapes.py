"""Webhook bodies have the keys and the JSON types of the captured ones."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from sandbox.announcements import Announcement, Before, announcements
from sandbox.facts import CustomerSaved
from sandbox.state.shop import Shop
from sandbox.world import World

Document = dict[str, Any]
# The sample sender's customer is older than the removal of the order counters.
GONE = {"last_order_id", "last_order_name", "orders_count", "total_spent"}


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


def differences(ours: object, theirs: object, path: str = "") -> list[str]:
    """Where two documents differ in keys or JSON types; null and empty lists say nothing."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        found = [f"{path}.{key}" for key in ours.keys() ^ theirs.keys() - GONE]
        for key in ours.keys() & theirs.keys():
            found += differences(ours[key], theirs[key], f"{path}.{key}")
        return found
    if isinstance(ours, list) and isinstance(theirs, list):
        return [d for one in ours[:1] for d in differences(one, [*theirs, one][0], f"{path}[]")]
    number = isinstance(ours, int | float) and isinstance(theirs, int | float)
    same = type(ours) is type(theirs) or number or ours is None or theirs is None
    return [] if same else [f"{path}: {type(ours).__name__} is not {type(theirs).__name__}"]


def test_order_bodies_have_the_shape_of_2026_04(
    fresh: World, captured: Callable[[str], Document]
) -> None:
    wishes = {"buyer": "new_customer", "discount": "none", "shipping": True, "payment": "paid"}
    body = told(fresh, "order", **wishes)["orders/create"]
    assert differences(body, captured("2026-04/orders_create.json")) == []
    refunded = told(fresh, "refund", order_id=body["id"], share="part")
    assert differences(refunded["orders/updated"], captured("2026-04/orders_updated.json")) == []
    cancelled = told(fresh, "cancel", order_id=body["id"]).get("orders/cancelled")
    if cancelled:
        assert differences(cancelled, captured("2026-04/orders_cancelled.json")) == []
        assert cancelled["cancelled_at"] and cancelled["cancel_reason"].islower()


def test_discounts_and_taxes_have_their_documented_shape(
    fresh: World, captured: Callable[[str], Document]
) -> None:
    body = told(fresh, "order", discount="both", lines=3, quantity=3, shipping=True)
    theirs = captured("variants/orders_updated__partially_refunded.json")
    line = next(item for item in body["orders/create"]["line_items"] if item["tax_lines"])
    real = next(item for item in theirs["line_items"] if item["tax_lines"])
    assert differences(line["tax_lines"], real["tax_lines"]) == []
    allocated = [a for item in theirs["line_items"] for a in item["discount_allocations"]]
    ours = [a for i in body["orders/create"]["line_items"] for a in i["discount_allocations"]]
    assert ours and differences(ours, allocated) == []


def test_a_refund_body_has_the_captured_shape(
    fresh: World, captured: Callable[[str], Document]
) -> None:
    placed = told(fresh, "order", buyer="guest_email", lines=2, payment="paid")["orders/create"]
    body = told(fresh, "refund", order_id=placed["id"], share="full", pending=False)
    assert differences(body["refunds/create"], captured("refunds_create.json")) == []
    (transaction,) = body["refunds/create"]["transactions"]
    real = captured("order_transactions_create.json")
    assert differences(transaction, real) == [".payment_details"]


def test_a_refund_s_line_money_is_a_number_and_all_other_money_text(fresh: World) -> None:
    placed = told(fresh, "order", buyer="guest_email", payment="paid")["orders/create"]
    refund = told(fresh, "refund", order_id=placed["id"], share="full")["refunds/create"]
    for line in refund["refund_line_items"]:
        assert isinstance(line["subtotal"], int | float)
        assert isinstance(line["total_tax"], int | float)
        assert isinstance(line["subtotal_set"]["shop_money"]["amount"], str)
        assert float(line["subtotal_set"]["shop_money"]["amount"]) == line["subtotal"]


def test_customer_bodies_count_no_orders(fresh: World, captured: Callable[[str], Document]) -> None:
    body = told(fresh, "customer_create")["customers/create"]
    assert differences(body, captured("customers_create.json")) == []
    assert body.keys() & GONE == set()


def test_delivery_money_is_named_twice_in_a_refund(fresh: World) -> None:
    wishes = {"buyer": "guest_email", "payment": "paid", "shipping": True}
    for _ in range(5):
        placed = told(fresh, "order", **wishes)["orders/create"]
        if placed["shipping_lines"][0]["price"] != "0.00":
            break
    again = {"order_id": placed["id"], "share": "full", "shipping": True}
    refund = told(fresh, "refund", **again)["refunds/create"]
    (line,) = refund["refund_shipping_lines"]
    (adjustment,) = refund["order_adjustments"]
    assert adjustment["kind"] == "shipping_refund"
    assert f"-{line['subtotal_amount_set']['shop_money']['amount']}" == adjustment["amount"]


def test_times_stand_in_the_shop_s_offset(world: World) -> None:
    for shop in world.shops.values():
        saved = next(fact for fact in shop.history if isinstance(fact, CustomerSaved))
        (one,) = announcements(shop, saved, Before(is_new=True))
        at = saved.created_at.astimezone(shop.profile.zone)
        assert orjson.loads(one.body)["created_at"] == at.isoformat(timespec="seconds")


EXPECTED = {
    "order": {"orders/create", "customers/create", "customers/update"},
    "refund": {"refunds/create", "orders/updated"},
    "cancel": {"refunds/create", "orders/cancelled", "orders/updated"},
    "customer_update": {"customers/update"},
    "customer_create": {"customers/create"},
}


@pytest.mark.parametrize("kind", EXPECTED)
def test_each_kind_sets_off_its_topics(fresh: World, kind: str) -> None:
    wishes = {"buyer": "new_customer"} if kind == "order" else {}
    assert set(told(fresh, kind, **wishes)) == EXPECTED[kind]


def test_payments_and_deletions_are_told(fresh: World) -> None:
    wishes = {"payment": "authorized", "test": True, "buyer": "guest_email"}
    first = told(fresh, "order", **wishes)["orders/create"]
    paid = told(fresh, "capture", order_id=first["id"])
    assert set(paid) == {"orders/paid", "orders/updated"}
    assert paid["orders/paid"]["financial_status"] == "paid"
    assert told(fresh, "delete", order_id=first["id"]) == {"orders/delete": {"id": first["id"]}}


def test_an_order_lists_all_refunds_so_far(fresh: World) -> None:
    wishes = {"lines": 1, "quantity": 7, "payment": "paid", "buyer": "guest_email"}
    number = told(fresh, "order", **wishes)["orders/create"]["id"]
    told(fresh, "refund", order_id=number, share="part")
    shop: Shop = next(iter(fresh.shops.values()))
    if shop.orders[number].returned.total() < 7:
        body = told(fresh, "refund", order_id=number, share="full")["orders/updated"]
        assert len(body["refunds"]) == 2
    assert len(shop.orders[number].refunds) >= 1

"""Webhook bodies of edits, returns, exchanges and parts of payments."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from sandbox.announcements import Announcement
from sandbox.truth.answer import truth
from sandbox.world import World

Document = dict[str, Any]
PLAIN: dict[str, Any] = {"buyer": "guest_email", "payment": "paid", "test": False}
PLAIN |= {"gift_card": False, "discount": "none", "lines": 1}


def told(world: World, kind: str, **wishes: object) -> dict[str, Document]:
    """The webhooks of one event by topic."""
    heard: list[Announcement] = []
    world.listener = lambda shop, announced: heard.extend(announced)
    world.happen(next(iter(world.shops)), kind, wishes)
    world.listener = None
    return {one.topic: orjson.loads(one.body) for one in heard}


def ordered(world: World, **wishes: object) -> int:
    number: int = told(world, "order", **{**PLAIN, **wishes})["orders/create"]["id"]
    return number


def test_an_edit_tells_what_came_and_went_and_nothing_of_the_order(
    fresh: World, shared: Path
) -> None:
    number = ordered(fresh, quantity=3)
    heard = told(fresh, "order_edit", order_id=number, change="remove", units=2)
    assert list(heard) == ["orders/edited", "orders/updated"]
    edit = heard["orders/edited"]["order_edit"]
    path = shared / "shopify" / "webhooks" / "orders_edited.json"
    captured = json.loads(path.read_text(encoding="utf-8"))["order_edit"]
    assert edit.keys() == captured.keys()
    assert edit["line_items"].keys() == captured["line_items"].keys()
    (line,) = heard["orders/updated"]["line_items"]
    assert edit["line_items"]["removals"] == [{"id": line["id"], "delta": 2}]
    assert (edit["order_id"], edit["line_items"]["additions"]) == (number, [])
    assert (line["quantity"], line["current_quantity"]) == (3, 1)


def test_an_added_line_stands_in_the_order_with_its_price(fresh: World) -> None:
    number = ordered(fresh)
    heard = told(fresh, "order_edit", order_id=number, change="add", paid=False, quantity=2)
    (added,) = heard["orders/edited"]["order_edit"]["line_items"]["additions"]
    body = heard["orders/updated"]
    line = body["line_items"][-1]
    assert added == {"id": line["id"], "delta": 2}
    assert body["financial_status"] == "partially_paid"
    assert Decimal(body["total_outstanding"]) > 0


def test_a_later_discount_stands_in_the_line_s_allocations(fresh: World) -> None:
    number = ordered(fresh, quantity=2)
    heard = told(fresh, "order_edit", order_id=number, change="discount", cents=100)
    edit, body = heard["orders/edited"]["order_edit"], heard["orders/updated"]
    (line,) = body["line_items"]
    assert edit["discounts"]["line_item"]["additions"] == [{"id": line["id"]}]
    assert [part["amount"] for part in line["discount_allocations"]] == ["1.00"]
    assert body["total_discounts"] == "1.00"


def test_a_return_without_its_money_is_told_by_the_order_alone(fresh: World) -> None:
    number = ordered(fresh, quantity=2)
    heard = told(fresh, "return", order_id=number, units=1, refund=False)
    assert list(heard) == ["orders/updated"]
    assert heard["orders/updated"]["line_items"][0]["current_quantity"] == 1


def test_a_refund_of_a_return_names_it(fresh: World) -> None:
    number = ordered(fresh, quantity=2)
    heard = told(fresh, "return", order_id=number, units=1, refund=True, fee=True)
    assert list(heard) == ["refunds/create", "orders/updated"]
    refund = heard["refunds/create"]
    assert refund["return"]["admin_graphql_api_id"].endswith(f"/{refund['return']['id']}")
    (line,) = refund["refund_line_items"]
    (payment,) = refund["transactions"]
    goods = Decimal(str(line["subtotal"])) + Decimal(str(line["total_tax"]))
    assert Decimal(payment["amount"]) < goods


def test_an_exchange_is_told_by_its_order_and_its_refund_if_there_is_one(fresh: World) -> None:
    for _ in range(4):
        number = ordered(fresh)
        heard = told(fresh, "exchange", order_id=number, paid=True)
        body = heard["orders/updated"]
        assert len(body["line_items"]) == 2
        assert bool(body["refunds"]) == ("refunds/create" in heard)
        assert "orders/edited" not in heard


@pytest.mark.parametrize("kind", ["order_edit", "return", "exchange"])
def test_the_body_s_totals_are_those_of_the_truth(fresh: World, kind: str) -> None:
    number = ordered(fresh, quantity=3, tip=True, duty=True, handling=True)
    body = told(fresh, kind, order_id=number)["orders/updated"]
    rows = truth(next(iter(fresh.shops.values())))["orders"]
    (row,) = (row for row in rows if row["order_id"] == number)
    assert body["current_total_price"] == row["current_total_price"]
    assert body["total_price"] == row["total_price"]


def test_an_order_is_called_paid_when_the_last_part_is_taken(fresh: World) -> None:
    number = ordered(fresh, payment="authorized")
    assert list(told(fresh, "capture", order_id=number, cents=1)) == ["orders/updated"]
    rest = told(fresh, "capture", order_id=number)
    assert list(rest) == ["orders/paid", "orders/updated"]
    assert rest["orders/paid"]["financial_status"] == "paid"


def test_what_was_paid_at_another_rate_is_told_in_the_buyer_s_money(fresh: World) -> None:
    number = ordered(fresh, payment="drifted", foreign=True)
    wishes = {"share": "full", "pending": False, "failed": False}
    heard = told(fresh, "refund", order_id=number, **wishes)
    (payment,) = heard["refunds/create"]["transactions"]
    body = heard["orders/updated"]
    assert payment["currency"] == body["presentment_currency"] != body["currency"]
    set_ = body["total_price_set"]
    assert Decimal(payment["amount"]) <= Decimal(set_["presentment_money"]["amount"])

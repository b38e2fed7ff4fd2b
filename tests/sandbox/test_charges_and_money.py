"""Tips, duties, fees, and money that comes in parts, as house money or at another day's rate."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.documents.library import Library
from sandbox.documents.parts import Ref
from sandbox.documents.webhook_order import order_body
from sandbox.documents.webhook_refund import refund_body
from sandbox.errors import BadParameter, NothingSuitable
from sandbox.facts import Placed
from sandbox.state.order import Order
from sandbox.truth.answer import truth
from sandbox.world import World

AT = datetime(2026, 11, 1, 13, tzinfo=UTC)
Document = dict[str, Any]
Json = Any


class Till:
    """One shop without a past, whose orders are paid in odd ways."""

    def __init__(self, index: int = 0) -> None:
        self.world = World.generate(shops=4, orders=0, seed=1, now=AT)
        self.shop = list(self.world.shops.values())[index]
        self.at = AT

    def happen(self, kind: str, **wishes: Json) -> Json:
        self.at += timedelta(days=1)
        return self.world.happen(self.shop.profile.domain, kind, wishes, self.at)[-1]

    def order(self, **wishes: Json) -> Order:
        plain = {"buyer": "guest_email", "test": False, "gift_card": False, "payment": "paid"}
        plain |= {"discount": "none", "shipping": False, "foreign": False, "lines": 1}
        placed = self.happen("order", **{**plain, **wishes})
        assert isinstance(placed, Placed)
        return self.shop.orders[placed.order_id]

    def document(self, order: Order) -> Document:
        found = Library(self.shop, self.world.moment).find(Ref("Order", order.order_id))
        assert found is not None
        return found

    def rows(self, mart: str) -> list[Document]:
        return truth(self.shop)[mart]


def money(bag: Document) -> Decimal:
    return Decimal(bag["shopMoney"]["amount"])


def test_a_tip_is_a_line_of_its_own_and_no_sale() -> None:
    till = Till()
    order = till.order(tip=True, tip_cents=450)
    document = till.document(order)
    line = document["lineItems"][-1]
    assert (line["title"], line["quantity"], line["sku"], line["taxable"]) == (
        *("Tip", 1, None),
        False,
    )
    assert Library(till.shop, till.world.moment).find(line["product"]) is None
    sale = document["agreements"][0]["sales"][-1]
    assert (sale["__typename"], sale["lineType"]) == ("TipSale", "TIP")
    assert money(document["totalTipReceivedSet"]) == Decimal("4.5")
    (row,) = till.rows("orders")
    assert Decimal(row["tips"]) == Decimal("4.5")
    total = Decimal(row["total_sales"]) + Decimal(row["tips"])
    assert total == Decimal(row["current_total_price"])


def test_a_webhook_s_tip_is_in_no_sum_of_lines() -> None:
    till = Till()
    order = till.order(tip=True, quantity=1)
    body = order_body(till.shop, order)
    goods, tip = body["line_items"]
    assert (tip["tip_payment_gateway"], tip["product_id"], tip["gift_card"]) == (
        *("bogus", None),
        False,
    )
    assert "tip_payment_gateway" not in goods
    assert body["total_line_items_price"] == goods["price"]
    assert body["total_tip_received"] == tip["price"]


def test_duties_stand_on_a_line_and_fees_on_the_order() -> None:
    till = Till()
    order = till.order(duty=True, handling=True)
    document = till.document(order)
    (duty,) = document["lineItems"][0]["duties"]
    sold, customs, fee = document["agreements"][0]["sales"]
    assert customs["duty"]["id"] == duty["id"]
    assert [customs["lineType"], fee["lineType"]] == ["DUTY", "ADDITIONAL_FEE"]
    assert document["currentTotalDutiesSet"] == duty["price"] == customs["totalAmount"]
    assert document["currentTotalAdditionalFeesSet"] == fee["totalAmount"]
    assert sold["duty"] is None
    (row,) = till.rows("orders")
    assert Decimal(row["duties"]) == money(customs["totalAmount"])
    assert Decimal(row["additional_fees"]) == money(fee["totalAmount"])


def test_a_webhook_names_charges_only_where_there_are_any() -> None:
    till = Till()
    plain, charged = till.order(), till.order(duty=True, handling=True)
    names = ("original_total_duties_set", "original_total_additional_fees_set")
    assert [order_body(till.shop, plain)[name] for name in names] == [None, None]
    body = order_body(till.shop, charged)
    assert [body[name]["shop_money"]["amount"] for name in names] == ["12.34", "2.50"]
    assert [len(line["duties"]) for line in body["line_items"]] == [1]


def test_charges_go_back_with_the_whole_order_once() -> None:
    till = Till()
    order = till.order(duty=True, handling=True)
    refund = till.happen(
        "refund", order_id=order.order_id, share="full", pending=False, failed=False
    )
    assert order.charges_left() == ()
    body = refund_body(till.shop, order, refund)
    assert body["total_duties_set"]["shop_money"]["amount"] == "12.34"
    assert body["total_additional_fees_set"]["shop_money"]["amount"] == "2.50"
    (document,) = till.document(order)["refunds"]
    (duty,) = document["duties"]
    assert duty["originalDuty"] == till.document(order)["lineItems"][0]["duties"][0]
    (row,) = till.rows("refunds")
    assert Decimal(row["adjustment_amount"]) == Decimal("14.84")
    assert (row["discrepancy"], row["is_full"]) == ("0.00", True)
    assert order.current_total == 0


@pytest.mark.parametrize("gateway", ["gift_card", "store_credit"])
def test_house_money_pays_an_order_and_reaches_no_bank(gateway: str) -> None:
    till = Till()
    order = till.order(payment=gateway)
    assert order.financial_status == "PAID"
    assert Decimal(till.rows("orders")[0]["amount_paid"]) == order.total / Decimal(100)
    assert till.rows("daily_cash") == []


def test_cash_is_counted_on_its_own_day_less_change() -> None:
    till = Till()
    order = till.order(payment="cash")
    till.happen("refund", order_id=order.order_id, share="full", pending=False, failed=False)
    came, went = till.rows("daily_cash")
    total = order.total / Decimal(100)
    assert (Decimal(came["paid"]), Decimal(came["net_cash"])) == (total, total)
    assert (Decimal(went["refunded"]), Decimal(went["net_cash"])) == (total, -total)
    assert came["shop_date"] < went["shop_date"]


def test_what_is_paid_too_much_stays_received() -> None:
    till = Till()
    order = till.order(payment="overpaid")
    assert (order.financial_status, order.outstanding) == ("PAID", 0)
    assert Decimal(till.rows("orders")[0]["amount_paid"]) == (order.total + 100) / Decimal(100)


def test_paid_is_judged_in_what_the_buyer_sees() -> None:
    till = Till()
    order = till.order(payment="drifted", foreign=True)
    assert order.received < order.total
    assert (order.financial_status, order.outstanding) == ("PAID", 0)
    document = till.document(order)
    (payment,) = document["transactions"]
    assert payment["amountSet"]["presentmentMoney"] == document["totalPriceSet"]["presentmentMoney"]
    till.happen("refund", order_id=order.order_id, share="full", pending=False, failed=False)
    back = till.document(order)["transactions"][-1]
    assert back["amountSet"] == payment["amountSet"]
    (row,) = till.rows("refunds")
    assert row["is_full"] is True
    assert Decimal(row["discrepancy"]) < 0


def test_an_authorization_is_taken_in_parts_and_the_rest_given_up() -> None:
    till = Till()
    order = till.order(payment="authorized")
    till.happen("capture", order_id=order.order_id, cents=100)
    assert (order.received, order.financial_status) == (100, "PARTIALLY_PAID")
    void = till.happen("void", order_id=order.order_id)
    assert void.payments[0].amount == order.total - 100
    with pytest.raises(NothingSuitable, match="uncaptured"):
        till.happen("capture", order_id=order.order_id)


def test_more_than_was_authorized_is_not_taken() -> None:
    till = Till()
    order = till.order(payment="authorized")
    with pytest.raises(BadParameter, match="cents"):
        till.happen("capture", order_id=order.order_id, cents=order.total + 1)


@pytest.mark.parametrize(("share", "sign"), [("short", -1), ("extra", 1)])
def test_a_discrepancy_has_either_sign(share: str, sign: int) -> None:
    till = Till()
    order = till.order(quantity=4)
    refund = till.happen(
        "refund", order_id=order.order_id, share=share, cents=25, pending=False, failed=False
    )
    assert refund.adjustment.amount == 25 * sign
    *_, sale = till.document(order)["agreements"][-1]["sales"]
    assert sale["lineType"] == "ADJUSTMENT"
    assert money(sale["totalAmount"]) == Decimal("-0.25") * sign
    (row,) = till.rows("refunds")
    assert Decimal(row["adjustment_amount"]) == Decimal("0.25") * sign
    assert Decimal(row["discrepancy"]) == 0
    assert order.received - order.refunded == order.current_total


def test_a_failed_refund_moved_no_money() -> None:
    till = Till()
    order = till.order()
    till.happen("refund", order_id=order.order_id, share="full", failed=True, pending=False)
    (row,) = till.rows("refunds")
    assert (row["amount"], row["pending_amount"]) == ("0.00", "0.00")
    assert Decimal(row["discrepancy"]) < 0
    assert order.financial_status == "PAID"

"""Amounts, ids and links of Admin API documents, on orders whose figures can be done by hand."""

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.documents.library import Library
from sandbox.documents.parts import Ref
from sandbox.facts import Placed
from sandbox.state.shop import Shop
from sandbox.world import World

AT = datetime(2026, 11, 1, 13, tzinfo=UTC)
Document = dict[str, Any]
Json = Any


class Desk:
    """A shop by its place in the turn, and its documents."""

    def __init__(self, index: int) -> None:
        self.world = World.generate(shops=4, orders=0, seed=1, now=AT)
        self.shop: Shop = list(self.world.shops.values())[index]
        self.library = Library(self.shop, self.world.moment)

    def order(self, **wishes: Json) -> Document:
        wished = {"buyer": "guest_email", "test": False, "gift_card": False, **wishes}
        *_, placed = self.world.happen(self.shop.profile.domain, "order", wished, AT)
        assert isinstance(placed, Placed)
        return self.read("Order", placed.order_id)

    def read(self, kind: str, number: int) -> Document:
        found = self.library.find(Ref(kind, number))
        assert found is not None
        return found

    def again(self, document: Document, kind: str, **wishes: Json) -> Document:
        number = int(document["legacyResourceId"])
        domain = self.shop.profile.domain
        self.world.happen(domain, kind, {"order_id": number, **wishes}, AT)
        return self.read("Order", number)


def money(bag: Document) -> float:
    return float(bag["shopMoney"]["amount"])


@pytest.mark.parametrize("index", range(4))
def test_subtotal_delivery_and_tax_make_the_total(index: int) -> None:
    desk = Desk(index)
    order = desk.order(lines=3, discount="both", shipping=True)
    whole = money(order["subtotalPriceSet"]) + money(order["totalShippingPriceSet"])
    if not order["taxesIncluded"]:
        whole += money(order["totalTaxSet"])
    assert whole == pytest.approx(money(order["totalPriceSet"]))


@pytest.mark.parametrize("index", range(4))
def test_lines_less_discounts_make_the_subtotal(index: int) -> None:
    order = Desk(index).order(lines=3, discount="both", quantity=2)
    listed = sum(money(line["originalTotalSet"]) for line in order["lineItems"])
    assert listed - money(order["totalDiscountsSet"]) == pytest.approx(
        money(order["subtotalPriceSet"])
    )
    allocated = sum(
        money(part["allocatedAmountSet"])
        for line in order["lineItems"]
        for part in line["discountAllocations"]
    )
    assert allocated == pytest.approx(money(order["totalDiscountsSet"]))


def test_order_discounts_are_not_in_a_line_s_own_discount() -> None:
    order = Desk(0).order(lines=2, discount="order")
    assert [money(line["totalDiscountSet"]) for line in order["lineItems"]] == [0, 0]
    assert order["discountCodes"] == [order["discountCode"]]


def test_an_inclusive_sale_carries_its_tax() -> None:
    order = Desk(1).order(lines=1, quantity=1, discount="none", shipping=False)
    ((sale,),) = [agreement["sales"] for agreement in order["agreements"]]
    (line,) = order["lineItems"]
    assert money(sale["totalAmount"]) == money(line["originalUnitPriceSet"])
    tax = money(sale["totalTaxAmount"])
    assert tax == pytest.approx(money(sale["totalAmount"]) * 19 / 119, abs=0.006)


def test_an_inclusive_discount_comes_with_and_without_tax() -> None:
    order = Desk(1).order(lines=1, quantity=3, discount="line", shipping=False)
    ((sale,),) = [agreement["sales"] for agreement in order["agreements"]]
    after = money(sale["totalDiscountAmountAfterTaxes"])
    before = money(sale["totalDiscountAmountBeforeTaxes"])
    assert after == money(order["totalDiscountsSet"])
    assert before == pytest.approx(after / 1.19, abs=0.006)


def test_yen_have_no_decimals() -> None:
    order = Desk(3).order(discount="none")
    assert "." not in order["totalPriceSet"]["shopMoney"]["amount"]
    assert order["totalPriceSet"]["shopMoney"]["currencyCode"] == "JPY"
    number = int(order["lineItems"][0]["variant"].number)
    assert "." not in Desk(3).read("ProductVariant", number)["price"]


def test_the_buyer_s_currency_stands_beside_the_shop_s() -> None:
    order = Desk(0).order(foreign=True)
    bag = order["totalPriceSet"]
    assert bag["presentmentMoney"]["currencyCode"] == "CAD"
    rate = float(bag["presentmentMoney"]["amount"]) / money(bag)
    assert rate == pytest.approx(1.37, abs=0.01)
    assert order["presentmentCurrencyCode"] == "CAD"


def test_a_refund_links_lines_payments_and_agreement() -> None:
    desk = Desk(0)
    order = desk.order(lines=2, payment="paid", shipping=True, discount="none")
    order = desk.again(order, "refund", share="full", shipping=True, pending=False)
    (refund,) = order["refunds"]
    lines = {line["id"] for line in order["lineItems"]}
    assert {back["lineItem"]["id"] for back in refund["refundLineItems"]} == lines
    (payment,) = refund["transactions"]
    assert payment in order["transactions"]
    assert payment["parentTransaction"]["kind"] == "SALE"
    agreement = order["agreements"][1]
    assert agreement["__typename"] == "RefundAgreement"
    assert agreement["refund"]["id"] == refund["id"]
    assert all(sale["actionType"] == "RETURN" for sale in agreement["sales"])
    total = sum(money(sale["totalAmount"]) for sale in agreement["sales"])
    assert -total == pytest.approx(money(refund["totalRefundedSet"]))


def test_quantities_fall_as_units_go_back() -> None:
    desk = Desk(0)
    order = desk.order(lines=1, quantity=5)
    order = desk.again(order, "refund", share="part")
    (line,) = order["lineItems"]
    (back,) = order["refunds"][0]["refundLineItems"]
    assert line["quantity"] == 5
    assert line["currentQuantity"] == line["refundableQuantity"] == 5 - back["quantity"]
    assert order["currentSubtotalLineItemsQuantity"] == line["currentQuantity"]
    sale = order["agreements"][1]["sales"][0]
    assert sale["quantity"] == -back["quantity"]


def test_a_cancelled_order_says_when_and_why() -> None:
    desk = Desk(0)
    order = desk.again(desk.order(), "cancel", reason="INVENTORY")
    assert order["cancelledAt"] == order["closedAt"] == "2026-11-01T13:00:00Z"
    assert (order["closed"], order["cancelReason"]) == (True, "INVENTORY")
    assert money(order["currentTotalPriceSet"]) == 0


def test_an_authorized_order_is_outstanding() -> None:
    order = Desk(0).order(payment="authorized", discount="none")
    assert order["unpaid"] and not order["fullyPaid"]
    assert money(order["totalOutstandingSet"]) == money(order["totalPriceSet"])


def test_a_customer_s_orders_and_spending_are_counted() -> None:
    desk = Desk(0)
    first = desk.order(buyer="new_customer", payment="paid")
    number = first["customer"].number
    second = desk.order(buyer="customer", payment="paid")
    assert second["customer"].number == number
    desk.order(buyer="customer", test=True)
    customer = desk.read("Customer", number)
    assert customer["numberOfOrders"] == "2"
    spent = money(first["totalPriceSet"]) + money(second["totalPriceSet"])
    assert float(customer["amountSpent"]["amount"]) == pytest.approx(spent)
    assert customer["lastOrder"].number == int(second["legacyResourceId"])


def test_a_document_is_made_anew_when_its_order_moves_and_only_then() -> None:
    desk = Desk(0)
    order = desk.order(payment="paid")
    number = int(order["legacyResourceId"])
    assert desk.read("Order", number) is order
    assert desk.again(order, "refund") is not order


def test_what_does_not_exist_is_none() -> None:
    library = Desk(0).library
    for kind in ("Order", "Customer", "Product", "ProductVariant", "Shop", "Unicorn"):
        assert library.find(Ref(kind, 1)) is None

"""Edits, returns and exchanges: what they book, what they pay, and when they are refused."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.documents.library import Library
from sandbox.documents.parts import Ref
from sandbox.errors import BadParameter, NothingSuitable
from sandbox.facts import Edited, Placed, Returned
from sandbox.state.order import Order
from sandbox.truth.answer import truth
from sandbox.world import World

AT = datetime(2026, 11, 1, 13, tzinfo=UTC)
Document = dict[str, Any]
Json = Any


class Desk:
    """One shop without a past, in which orders change; the first adds tax, the second has it in."""

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

    def row(self, mart: str = "orders") -> Document:
        *_, row = truth(self.shop)[mart]
        return row


def money(bag: Document) -> Decimal:
    return Decimal(bag["shopMoney"]["amount"])


def last_sales(document: Document) -> list[Document]:
    sales: list[Document] = document["agreements"][-1]["sales"]
    return sales


def test_an_edit_adds_a_line_that_is_paid_and_raises_the_price() -> None:
    desk = Desk()
    order = desk.order()
    edit = desk.happen("order_edit", order_id=order.order_id, change="add", paid=True)
    document = desk.document(order)
    assert (document["edited"], len(document["lineItems"])) == (True, 2)
    assert document["agreements"][-1]["reason"] == "ORDER_EDIT"
    (sale,) = last_sales(document)
    assert (sale["actionType"], sale["__typename"]) == ("ORDER", "ProductSale")
    assert sale["lineItem"]["id"].endswith(str(edit.added[0].line_id))
    before, after = money(document["originalTotalPriceSet"]), money(document["totalPriceSet"])
    assert after - before == money(sale["totalAmount"])
    assert (order.financial_status, order.received) == ("PAID", order.total)


def test_an_unpaid_addition_leaves_the_order_partly_paid() -> None:
    desk = Desk()
    order = desk.order()
    desk.happen("order_edit", order_id=order.order_id, change="add", paid=False)
    assert order.financial_status == "PARTIALLY_PAID"
    assert order.outstanding == order.total - order.received


def test_an_edit_takes_units_out_that_stay_in_the_line_s_quantity() -> None:
    desk = Desk()
    order = desk.order(quantity=5)
    desk.happen("order_edit", order_id=order.order_id, change="remove", units=2)
    (line,) = desk.document(order)["lineItems"]
    assert (line["quantity"], line["currentQuantity"]) == (5, 3)
    (sale,) = last_sales(desk.document(order))
    assert (sale["actionType"], sale["quantity"]) == ("RETURN", -2)
    row = desk.row()
    assert Decimal(row["returns"]) == Decimal(row["gross_sales"]) * 2 / 5
    assert order.financial_status == "PAID"


@pytest.mark.parametrize("index", [0, 1])
def test_a_later_discount_is_an_update_and_no_return(index: int) -> None:
    desk = Desk(index)
    order = desk.order(quantity=2)
    gross = Decimal(desk.row()["gross_sales"])
    desk.happen("order_edit", order_id=order.order_id, change="discount", cents=500)
    (sale,) = last_sales(desk.document(order))
    assert (sale["actionType"], sale["quantity"]) == ("UPDATE", 0)
    assert money(sale["totalDiscountAmountAfterTaxes"]) >= 5
    row = desk.row()
    assert abs(Decimal(row["gross_sales"]) - gross) <= Decimal("0.01")
    assert Decimal(row["discounts"]) == money(sale["totalDiscountAmountBeforeTaxes"])
    assert Decimal(row["returns"]) == 0
    assert Decimal(row["current_total_price"]) == order.current_total / Decimal(100)


@pytest.mark.parametrize("index", range(4))
@pytest.mark.parametrize("change", ["add", "remove", "discount"])
def test_an_edited_order_still_sums_to_nothing_when_it_is_cancelled(
    index: int, change: str
) -> None:
    desk = Desk(index)
    order = desk.order(lines=2, quantity=3, discount="both", shipping=True, tip=True, duty=True)
    desk.happen("order_edit", order_id=order.order_id, change=change)
    desk.happen("cancel", order_id=order.order_id, pending=False, failed=False)
    assert order.current_total == 0
    for figure in ("net_sales", "shipping", "taxes", "duties", "tips", "total_sales"):
        assert Decimal(desk.row()[figure]) == 0, figure


def test_a_return_keeps_its_fee_and_names_its_refund() -> None:
    desk = Desk()
    order = desk.order(quantity=1)
    back = desk.happen("return", order_id=order.order_id, fee=True, refund=True, pending=False)
    assert isinstance(back, Returned) and back.fee and back.refund
    document = desk.document(order)
    agreement = document["agreements"][-1]
    assert (agreement["reason"], agreement["__typename"]) == ("RETURN", "ReturnAgreement")
    assert "refund" not in agreement
    (refund,) = document["refunds"]
    assert refund["return"]["id"] == agreement["return"]["id"]
    goods, fee = agreement["sales"]
    assert (fee["__typename"], fee["actionType"]) == ("FeeSale", "ORDER")
    given = -money(goods["totalAmount"]) - money(fee["totalAmount"])
    assert money(refund["totalRefundedSet"]) == given
    row, refunded = desk.row(), desk.row("refunds")
    assert Decimal(row["return_fees"]) == Decimal(row["total_sales"]) == money(fee["totalAmount"])
    assert Decimal(refunded["adjustment_amount"]) == -money(fee["totalAmount"])
    assert Decimal(refunded["discrepancy"]) == 0


def test_a_return_without_its_money_is_no_refund() -> None:
    desk = Desk()
    order = desk.order(quantity=1)
    desk.happen("return", order_id=order.order_id, fee=False, refund=False)
    assert (order.current_total, order.refunds, order.refunded) == (0, [], 0)
    assert truth(desk.shop)["refunds"] == []
    assert Decimal(desk.row()["net_sales"]) == 0


def test_an_exchange_is_one_agreement_and_moves_the_balance_only() -> None:
    desk = Desk()
    for _ in range(12):
        order = desk.order(lines=1)
        back = desk.happen("exchange", order_id=order.order_id, paid=True, pending=False)
        came, went = last_sales(desk.document(order))
        assert (came["actionType"], went["actionType"]) == ("RETURN", "ORDER")
        balance = money(came["totalAmount"]) + money(went["totalAmount"])
        assert order.received - order.refunded == order.current_total
        assert bool(back.refund) == (balance < 0)


def test_goods_sent_out_in_an_exchange_are_no_part_of_its_refund() -> None:
    desk = Desk()
    order = desk.order(quantity=50)
    desk.happen("exchange", order_id=order.order_id, units=50, pending=False)
    row = desk.row("refunds")
    came, went = last_sales(desk.document(order))
    assert Decimal(row["goods_amount"]) + Decimal(row["tax_amount"]) == -money(came["totalAmount"])
    assert Decimal(row["discrepancy"]) == -money(went["totalAmount"])


@pytest.mark.parametrize("kind", ["order_edit", "return", "exchange"])
def test_what_was_cancelled_is_not_changed_any_more(kind: str) -> None:
    desk = Desk()
    order = desk.order()
    desk.happen("cancel", order_id=order.order_id)
    with pytest.raises(NothingSuitable, match="name another order_id"):
        desk.happen(kind, order_id=order.order_id)


def test_an_order_with_a_return_is_not_cancelled() -> None:
    desk = Desk()
    order = desk.order(quantity=3)
    desk.happen("return", order_id=order.order_id, units=1)
    with pytest.raises(NothingSuitable, match="without returns"):
        desk.happen("cancel", order_id=order.order_id)


def test_a_discount_beyond_the_price_is_refused_by_name() -> None:
    desk = Desk()
    order = desk.order()
    with pytest.raises(BadParameter, match="cents"):
        desk.happen("order_edit", order_id=order.order_id, change="discount", cents=order.total + 1)


def test_units_that_are_not_there_are_refused_by_name() -> None:
    desk = Desk()
    order = desk.order(quantity=2)
    for kind, wishes in (("return", {}), ("exchange", {}), ("order_edit", {"change": "remove"})):
        with pytest.raises(BadParameter, match="units"):
            desk.happen(kind, order_id=order.order_id, units=3, **wishes)


def test_a_gift_card_has_no_goods_to_edit_or_return() -> None:
    desk = Desk()
    order = desk.order(gift_card="only")
    with pytest.raises(NothingSuitable, match="with goods to remove"):
        desk.happen("order_edit", order_id=order.order_id, change="remove")
    with pytest.raises(NothingSuitable, match="with goods to return"):
        desk.happen("return", order_id=order.order_id)


def test_a_refused_change_leaves_no_trace() -> None:
    desk = Desk()
    order = desk.order()
    facts, ids = len(desk.shop.history), desk.shop.ids.mark()
    with pytest.raises(BadParameter):
        desk.happen("order_edit", order_id=order.order_id, change="remove", units=99)
    assert (len(desk.shop.history), desk.shop.ids.mark()) == (facts, ids)


def test_an_edit_is_one_fact_of_the_order_s_own_history() -> None:
    desk = Desk()
    order = desk.order()
    edit = desk.happen("order_edit", order_id=order.order_id)
    assert isinstance(edit, Edited)
    assert order.updated_at == edit.at

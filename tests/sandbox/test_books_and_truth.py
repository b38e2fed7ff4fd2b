"""The shop's own books, its documents, its webhooks and the truth tell one story."""

import json
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest

from sandbox.documents.library import Library
from sandbox.documents.parts import Ref
from sandbox.documents.webhook_order import order_body
from sandbox.state.shop import Shop
from sandbox.truth.answer import truth
from sandbox.truth.figures import SALES_FIGURES
from sandbox.world import World

Document = dict[str, Any]
HELD = {"GIFT_CARD": "gift_card_sales", "TIP": "tips"}
NAMED = {
    "SHIPPING": "shipping",
    "DUTY": "duties",
    "ADDITIONAL_FEE": "additional_fees",
    "FEE": "return_fees",
}
OTHERS = (*HELD.values(), *NAMED.values())


@pytest.fixture(params=range(4), ids=["added", "included", "southern", "yen"])
def shop(world: World, request: pytest.FixtureRequest) -> Shop:
    return list(world.shops.values())[request.param]


@pytest.fixture
def rows(shop: Shop) -> dict[str, list[Document]]:
    return truth(shop)


def documents(shop: Shop, world: World) -> list[Document]:
    library = Library(shop, world.moment)
    return [found for ref in library.all("Order") if (found := library.find(ref))]


def amount(bag: Document) -> Decimal:
    return Decimal(bag["shopMoney"]["amount"])


def sales(document: Document) -> list[Document]:
    return [sale for agreement in document["agreements"] for sale in agreement["sales"]]


def test_agreements_add_up_to_the_current_total(shop: Shop, world: World) -> None:
    for document in documents(shop, world):
        total = sum(amount(sale["totalAmount"]) for sale in sales(document))
        assert total == amount(document["currentTotalPriceSet"]), document["name"]
        first = sum(amount(s["totalAmount"]) for s in document["agreements"][0]["sales"])
        assert first == amount(document["originalTotalPriceSet"])
        charged = [s for s in sales(document) if s["actionType"] != "RETURN"]
        ordered = sum(amount(s["totalAmount"]) for s in charged if s["lineType"] != "FEE")
        assert ordered == amount(document["totalPriceSet"])


def test_the_truth_s_totals_are_those_of_the_documents(
    shop: Shop, world: World, rows: dict[str, list[Document]]
) -> None:
    found = {int(d["legacyResourceId"]): d for d in documents(shop, world) if not d["test"]}
    assert found.keys() == {row["order_id"] for row in rows["orders"]}
    for row in rows["orders"]:
        document = found[row["order_id"]]
        assert Decimal(row["current_total_price"]) == amount(document["currentTotalPriceSet"])
        assert Decimal(row["total_price"]) == amount(document["totalPriceSet"])
        assert Decimal(row["amount_refunded"]) == amount(document["totalRefundedSet"])
        assert Decimal(row["amount_paid"]) == amount(document["totalReceivedSet"])
        assert row["is_cancelled"] == (document["cancelledAt"] is not None)


def test_figures_read_from_sales_are_the_true_figures(
    shop: Shop, world: World, rows: dict[str, list[Document]]
) -> None:
    """The metric definitions applied to what Shopify shows, sale by sale."""
    true = {row["order_id"]: row for row in rows["orders"]}
    for document in documents(shop, world):
        if document["test"]:
            continue
        found: dict[str, Decimal] = defaultdict(Decimal)
        for sale in sales(document):
            read_sale(sale, found)
        row = true[int(document["legacyResourceId"])]
        for figure in ("gross_sales", "discounts", "returns", "shipping", "taxes", *OTHERS):
            assert found[figure] == Decimal(row[figure]), (document["name"], figure)


def read_sale(sale: Document, found: dict[str, Decimal]) -> None:
    total, tax = amount(sale["totalAmount"]), amount(sale["totalTaxAmount"])
    discount = amount(sale["totalDiscountAmountBeforeTaxes"])
    if sale["lineType"] in ("GIFT_CARD", "TIP"):
        found[HELD[sale["lineType"]]] += total
        return
    found["taxes"] += tax
    if sale["lineType"] in NAMED:
        found[NAMED[sale["lineType"]]] += total - tax
    elif sale["lineType"] == "PRODUCT" and sale["actionType"] != "RETURN":
        found["gross_sales"] += total - tax + discount
        found["discounts"] += discount
    else:
        found["returns"] -= total - tax


def test_every_figure_adds_up_the_same_over_orders_days_and_customers(
    rows: dict[str, list[Document]],
) -> None:
    renamed = {"total_sales": "total_spent", "net_sales": "net_spent"}
    for figure in SALES_FIGURES:
        total = sum(Decimal(row[figure]) for row in rows["orders"])
        assert total == sum(Decimal(row[figure]) for row in rows["daily_sales"]), figure
        name = renamed.get(figure, figure)
        assert total == sum(Decimal(row[name]) for row in rows["customers"]), figure
    orders = len(rows["orders"])
    assert orders == sum(row["orders"] for row in rows["daily_sales"])
    assert orders == sum(row["orders_count"] for row in rows["customers"])


def test_goods_add_up_the_same_over_lines(rows: dict[str, list[Document]]) -> None:
    for figure in ("gross_sales", "discounts", "units_sold", "gift_card_sales"):
        total = sum(Decimal(row[figure]) for row in rows["orders"])
        assert total == sum(Decimal(row[figure]) for row in rows["order_lines"]), figure


def test_equations_hold_in_every_row(rows: dict[str, list[Document]]) -> None:
    for row in [*rows["orders"], *rows["daily_sales"]]:
        of = {figure: Decimal(row[figure]) for figure in SALES_FIGURES}
        assert of["net_sales"] == of["gross_sales"] - of["discounts"] - of["returns"]
        charges = sum(of[figure] for figure in NAMED.values())
        assert of["total_sales"] == of["net_sales"] + charges + of["taxes"]
    for row in rows["orders"]:
        whole = sum(Decimal(row[name]) for name in ("total_sales", "tips", "gift_card_sales"))
        assert whole == Decimal(row["current_total_price"])
        if row["is_cancelled"]:
            assert whole == 0


def test_webhook_and_admin_document_describe_one_state(shop: Shop, world: World) -> None:
    """What models read from either shape, compared field by field."""
    library = Library(shop, world.moment)
    for order in shop.orders.values():
        body = order_body(shop, order)
        document = library.find(Ref("Order", order.order_id))
        assert document is not None
        assert str(body["id"]) == document["legacyResourceId"]
        assert body["financial_status"] == document["displayFinancialStatus"].lower()
        assert body["taxes_included"] == document["taxesIncluded"]
        assert body["checkout_token"] == document["checkoutToken"]
        for flat, full in MONEY.items():
            assert Decimal(body[flat]) == amount(document[full]), (flat, body["name"])
        for mine, theirs in zip(body["line_items"], document["lineItems"], strict=True):
            assert theirs["id"].endswith(str(mine["id"]))
            assert mine["current_quantity"] == theirs["currentQuantity"]
            assert Decimal(mine["price"]) == amount(theirs["originalUnitPriceSet"])
            assert taxes(mine) == sum(amount(t["priceSet"]) for t in theirs["taxLines"])
        assert_same_refunds(body, document)


MONEY = {
    "total_price": "totalPriceSet",
    "current_total_price": "currentTotalPriceSet",
    "subtotal_price": "subtotalPriceSet",
    "current_subtotal_price": "currentSubtotalPriceSet",
    "total_tax": "totalTaxSet",
    "current_total_tax": "currentTotalTaxSet",
    "total_discounts": "totalDiscountsSet",
    "total_outstanding": "totalOutstandingSet",
}


def taxes(line: Document) -> Decimal:
    return sum((Decimal(tax["price"]) for tax in line["tax_lines"]), Decimal(0))


def assert_same_refunds(body: Document, document: Document) -> None:
    for mine, theirs in zip(body["refunds"], document["refunds"], strict=True):
        lines = zip(mine["refund_line_items"], theirs["refundLineItems"], strict=True)
        for my_line, their_line in lines:
            assert my_line["quantity"] == their_line["quantity"]
            assert Decimal(str(my_line["subtotal"])) == amount(their_line["subtotalSet"])
            assert Decimal(str(my_line["total_tax"])) == amount(their_line["totalTaxSet"])
        assert len(mine["refund_shipping_lines"]) == len(theirs["refundShippingLines"])


def test_lines_derived_from_a_webhook_agree_with_the_agreements(shop: Shop, world: World) -> None:
    """Net, tax and total of goods and refunds, as the bridge derives them."""
    library = Library(shop, world.moment)
    for order in shop.orders.values():
        body, document = order_body(shop, order), library.find(Ref("Order", order.order_id))
        assert document is not None
        total = sum(derived(line, included=shop.included) for line in body["line_items"])
        goods = [s for s in sales(document) if s["actionType"] != "RETURN" and s["lineItem"]]
        assert total == sum(amount(sale["totalAmount"]) for sale in goods)
        given = sum(
            Decimal(str(line["subtotal"]))
            + (0 if shop.included else Decimal(str(line["total_tax"])))
            for refund in body["refunds"]
            for line in refund["refund_line_items"]
        )
        back = [s for s in refunded(document) if s["actionType"] == "RETURN" and s["lineItem"]]
        assert -given == sum(amount(sale["totalAmount"]) for sale in back)


def refunded(document: Document) -> list[Document]:
    """Sales of agreements that a refund paid for, by itself or through a return."""
    returns = [refund["return"] for refund in document["refunds"] if refund["return"]]
    paid = [a for a in document["agreements"] if "refund" in a or a.get("return") in returns]
    return [sale for agreement in paid for sale in agreement["sales"]]


def derived(line: Document, *, included: bool) -> Decimal:
    discounts = sum((Decimal(d["amount"]) for d in line["discount_allocations"]), Decimal(0))
    quoted = Decimal(line["price"]) * line["quantity"] - discounts
    return quoted if included else quoted + taxes(line)


def test_truth_rows_can_be_written_as_json(rows: dict[str, list[Document]]) -> None:
    assert json.loads(json.dumps(rows)) == rows

"""What was paid and paid back: parts, change, other currencies, and webhooks that move no money."""

from decimal import Decimal

from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.documents import (
    Document,
    admin_line,
    admin_order,
    agreement,
    bag,
    paid_back,
    sale,
    transaction,
    webhook_line,
    webhook_order,
    webhook_refund,
)

BACK, LATER = "2026-03-12T12:00:00Z", "2026-03-13T12:00:00Z"


def both(amount: object, shown: object) -> Document:
    return bag(amount, "CAD", presented=shown, other="USD")


def foreign_order() -> Document:
    """27 CAD, shown as 18 USD, of which 9 USD went back when they were worth 12.90."""
    sold = {**sale(1, 0, quantity=2, line=1), "totalAmount": both(27, 18)}
    back = {
        **sale(2, 0, action="RETURN", kind="ADJUSTMENT"),
        "totalAmount": both("-12.90", -9),
    }
    return admin_order(
        1,
        [admin_line(1, "13.50", 2)],
        [agreement(1, [sold]), agreement(2, [back], reason="REFUND", at=BACK, refund=7)],
        transactions=[
            transaction(1, "SALE", 0, amountSet=both(27, 18)),
            transaction(2, "REFUND", 0, amountSet=both("12.90", 9)),
        ],
        currencyCode="CAD",
        presentmentCurrencyCode="USD",
        displayFinancialStatus="PARTIALLY_REFUNDED",
        totalPriceSet=both(27, 18),
        currentTotalPriceSet=both("14.10", 9),
    )


def foreign_webhook(*payments: Document) -> Document:
    refund = webhook_refund(7, 1, BACK, [], transactions=list(payments))
    return webhook_order(
        1,
        [webhook_line(1, "13.50", 2)],
        "27.00",
        current_total_price="14.10",
        currency="CAD",
        presentment_currency="USD",
        financial_status="partially_refunded",
        refunds=[refund],
        updated_at=LATER,
        tags="vip",
    )


def test_a_webhook_that_moves_no_money_leaves_what_was_paid_in_another_currency(
    warehouse: Warehouse,
) -> None:
    tenant = warehouse.tenant("tags", currency="CAD")
    warehouse.load((tenant, "orders", "admin", foreign_order()))
    warehouse.load((tenant, "orders", "webhook", foreign_webhook(paid_back(2, "13.00"))))
    warehouse.build()
    (order,) = warehouse.read(tenant, "orders")
    assert (order["amount_paid"], order["amount_refunded"]) == (27, Decimal("12.90"))


def test_money_in_another_currency_that_only_a_webhook_knows_is_not_converted(
    warehouse: Warehouse,
) -> None:
    tenant = warehouse.tenant("news", currency="CAD")
    news = foreign_webhook(paid_back(2, "9.00"), paid_back(3, "1.00"))
    warehouse.load((tenant, "orders", "admin", foreign_order()))
    warehouse.load((tenant, "orders", "webhook", news))
    warehouse.build()
    (order,) = warehouse.read(tenant, "orders")
    assert (order["amount_paid"], order["amount_refunded"]) == (None, None)


def test_parts_count_when_they_succeeded_and_change_is_no_payment(warehouse: Warehouse) -> None:
    tenant = warehouse.tenant("parts")
    payments = [
        transaction(1, "SALE", 20, gateway="gift_card"),
        transaction(2, "AUTHORIZATION", 60),
        transaction(3, "CAPTURE", 40),
        transaction(4, "CAPTURE", 20, status="PENDING"),
        transaction(5, "SALE", 50, gateway="cash"),
        transaction(6, "CHANGE", 10, gateway="cash"),
        transaction(7, "REFUND", 5, status="FAILURE"),
        transaction(8, "REFUND", 4),
    ]
    sold = agreement(1, [sale(1, 100, quantity=1, line=1)])
    warehouse.load(
        (
            tenant,
            "orders",
            "admin",
            admin_order(1, [admin_line(1, 100)], [sold], transactions=payments),
        )
    )
    warehouse.build()
    (order,) = warehouse.read(tenant, "orders")
    assert (order["amount_paid"], order["amount_refunded"]) == (100, 4)


def test_a_refund_short_of_its_goods_and_one_beyond_them_are_adjusted_to_the_cent(
    warehouse: Warehouse,
) -> None:
    """Goods of 10 for 8, then goods of 10 for 11: both differences stand in the ledger as told."""
    tenant = warehouse.tenant("differences")
    refunds = []
    for number, (adjusted, moved) in enumerate((("2.00", "8.00"), ("-1.00", "11.00")), start=7):
        line = {"id": number, "line_item_id": 1, "quantity": 1, "subtotal": 10, "total_tax": 0}
        adjustment = {"id": number, "kind": "refund_discrepancy", "amount": adjusted}
        refunds.append(
            webhook_refund(
                number,
                1,
                BACK,
                [line],
                order_adjustments=[adjustment | {"tax_amount": "0.00"}],
                transactions=[paid_back(number, moved)],
            )
        )
    order = webhook_order(
        1,
        [webhook_line(1, 10, 2, current_quantity=0)],
        20,
        current_total_price="1.00",
        financial_status="partially_refunded",
        refunds=refunds,
        updated_at=BACK,
    )
    warehouse.load((tenant, "orders", "webhook", order))
    warehouse.build()
    (row,) = warehouse.read(tenant, "orders")
    assert (row["returns"], row["net_sales"], row["amount_refunded"]) == (19, 1, 19)
    parts = [
        (r["goods_amount"], r["adjustment_amount"], r["amount"])
        for r in warehouse.read(tenant, "refunds")
    ]
    assert parts == [(10, -2, 8), (10, 1, 11)]

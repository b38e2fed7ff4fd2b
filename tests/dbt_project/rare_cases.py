"""Rarer events in the form of `known_cases`: edits, returns, exchanges, tips, duties, fees."""

from typing import Any

from tests.dbt_project.case_form import (
    MARCH,
    Case,
    admin_refund,
    created,
    given_back,
    listed,
    updated,
)
from tests.dbt_project.documents import (
    Document,
    admin_line,
    admin_order,
    agreement,
    bag,
    gid,
    paid_back,
    refund_line,
    sale,
    transaction,
    webhook_line,
    webhook_order,
    webhook_refund,
)


def edited(
    order: int, *, added: Document | None = None, removed: Document | None = None
) -> Document:
    """The body of orders/edited."""
    edit = {
        "id": 31,
        "order_id": order,
        "committed_at": MARCH,
        "created_at": MARCH,
        "line_items": {
            "additions": [added] if added else [],
            "removals": [removed] if removed else [],
        },
    }
    return {"order_edit": edit}


def edit_adds_units_and_a_line() -> Case:
    """Two of 10, then one more of them and a line of 30, ten days later."""
    sales = [sale(1, 20, quantity=2, line=1)]
    more = [sale(2, 10, quantity=1, line=1), sale(3, 30, quantity=1, line=2)]
    agreements = [agreement(1, sales), agreement(2, more, reason="ORDER_EDIT", at=MARCH)]
    edit = edited(1, added={"id": 1, "delta": 1})
    edit["order_edit"]["line_items"]["additions"].append({"id": 2, "delta": 1})
    order = webhook_order(1, [webhook_line(1, 10, 2)], 20)
    lines = [webhook_line(1, 10, 3), webhook_line(2, 30)]
    return Case(
        [admin_order(1, [admin_line(1, 10, 3), admin_line(2, 30)], agreements)],
        [
            *created(order),
            ("orders/edited", edit),
            updated(order, line_items=lines, total_price="60.00", current_total_price="60.00"),
        ],
        {"gross_sales": 60, "units_sold": 4, "net_sales": 60, "returns": 0},
        days={"2026-03-10": 20, "2026-03-20": 40},
    )


def edit_removes_units() -> Case:
    sales = [sale(1, 30, quantity=3, line=1)]
    less = [sale(2, -10, action="RETURN", quantity=-1, line=1)]
    agreements = [agreement(1, sales), agreement(2, less, reason="ORDER_EDIT", at=MARCH)]
    order = webhook_order(1, [webhook_line(1, 10, 3)], 30)
    lines = [webhook_line(1, 10, 3, current_quantity=2)]
    return Case(
        [admin_order(1, [admin_line(1, 10, 3, currentQuantity=2)], agreements)],
        [
            *created(order),
            ("orders/edited", edited(1, removed={"id": 1, "delta": -1})),
            updated(order, line_items=lines, current_total_price="20.00"),
        ],
        {"gross_sales": 30, "returns": 10, "net_sales": 20, "units_sold": 3},
        days={"2026-03-10": 30, "2026-03-20": -10},
    )


def return_with_fee() -> Case:
    """Goods of 100 come back through a return that keeps a restocking fee of 10."""
    back = [
        sale(2, -100, action="RETURN", quantity=-1, line=1),
        sale(3, 10, kind="FEE", quantity=1),
    ]
    came_back = agreement(2, back, reason="RETURN", at=MARCH, returned=71)
    known = admin_refund(
        7,
        1,
        MARCH,
        90,
        refundLineItems=[given_back(8, 1, 1, 100)],
        transactions=[transaction(3, "REFUND", 90)],
        **{"return": {"id": gid("Return", 71)}},
    )
    payments = [transaction(1, "SALE", 100), transaction(3, "REFUND", 90)]
    refund = webhook_refund(
        7, 1, MARCH, [refund_line(8, 1, 1, 100.0)], transactions=[paid_back(3, "90.00")]
    )
    order = webhook_order(1, [webhook_line(1, 100)], 100)
    lines = [webhook_line(1, 100, current_quantity=0)]
    later = {"current_total_price": "10.00", "financial_status": "partially_refunded"}
    return Case(
        [
            admin_order(
                1,
                [admin_line(1, 100, currentQuantity=0)],
                [agreement(1, [sale(1, 100, quantity=1, line=1)]), came_back],
                refunds=listed(known),
                transactions=payments,
            )
        ],
        [
            *created(order),
            ("refunds/create", refund),
            updated(order, line_items=lines, refunds=[refund], **later),
        ],
        {"returns": 100, "return_fees": 10, "total_sales": 10, "amount_refunded": 90},
        refunds=[known],
        # No webhook names the fee.
        alone={"return_fees": 0, "total_sales": 0},
        days={"2026-03-10": 100, "2026-03-20": -90},
        days_alone={"2026-03-10": 100, "2026-03-20": -100},
    )


def exchange() -> Case:
    """A line of 50 for one of 80: the buyer pays 30 more, and nothing is refunded."""
    swap = [
        sale(2, -50, action="RETURN", quantity=-1, line=1),
        sale(3, 80, quantity=1, line=2),
    ]
    swapped = agreement(2, swap, reason="RETURN", at=MARCH, returned=71)
    order = webhook_order(1, [webhook_line(1, 50)], 50)
    lines = [webhook_line(1, 50, current_quantity=0), webhook_line(2, 80)]
    return Case(
        [
            admin_order(
                1,
                [admin_line(1, 50, currentQuantity=0), admin_line(2, 80)],
                [agreement(1, [sale(1, 50, quantity=1, line=1)]), swapped],
                transactions=[transaction(1, "SALE", 50), transaction(2, "SALE", 30)],
            )
        ],
        [
            *created(order),
            updated(order, line_items=lines, total_price="130.00", current_total_price="80.00"),
        ],
        {"gross_sales": 130, "returns": 50, "net_sales": 80, "amount_paid": 80, "units_sold": 2},
        days={"2026-03-10": 50, "2026-03-20": 30},
        # The total agrees; on which day the other line came is known by the agreement only.
        days_alone={"2026-03-10": 130, "2026-03-20": -50},
    )


def extras() -> Case:
    """Goods 100, duties 12, an additional fee of 3, a tip of 5 and a gift card of 25."""
    sales = [
        sale(1, 100, quantity=1, line=1),
        sale(2, 12, kind="DUTY"),
        sale(3, 3, kind="ADDITIONAL_FEE"),
        sale(4, 5, kind="TIP", quantity=1, line=2),
        sale(5, 25, kind="GIFT_CARD", quantity=1, line=3),
    ]
    lines = [admin_line(1, 100), admin_line(2, 5), admin_line(3, 25, isGiftCard=True)]
    tip = webhook_line(2, 5, tip={"payment_gateway": None, "payment_method": None})
    told = [webhook_line(1, 100), tip, webhook_line(3, 25, gift_card=True)]
    order = webhook_order(
        1,
        told,
        145,
        total_tip_received="5.00",
        original_total_duties_set=money("12.00"),
        original_total_additional_fees_set=money("3.00"),
    )
    return Case(
        [admin_order(1, lines, [agreement(1, sales)])],
        created(order),
        {
            **{"gross_sales": 100, "duties": 12, "additional_fees": 3, "total_sales": 115},
            **{"tips": 5, "gift_card_sales": 25, "units_sold": 1},
        },
    )


def paid_in_another_currency() -> Case:
    """13.50 in the shop's money, 9 in the buyer's: paid in full by what was 12.77 on the day."""
    both = bag("13.50", "CAD", presented=9, other="USD")
    sold = {**sale(1, 0, quantity=1, line=1), "totalAmount": both}
    paid = transaction(1, "SALE", 0) | {"amountSet": bag("12.77", "CAD", presented=9, other="USD")}
    money_told: Document = {"currencyCode": "CAD", "presentmentCurrencyCode": "USD"}
    bags = {"shop_money": {"amount": "13.50"}, "presentment_money": {"amount": "9.00"}}
    return Case(
        [
            admin_order(
                1,
                [admin_line(1, "13.50")],
                [agreement(1, [sold])],
                transactions=[paid],
                totalPriceSet=both,
                currentTotalPriceSet=both,
                **money_told,
            )
        ],
        created(
            webhook_order(
                1,
                [webhook_line(1, "13.50")],
                "13.50",
                currency="CAD",
                presentment_currency="USD",
                total_price_set=bags,
            )
        ),
        {"total_sales": "13.50", "amount_paid": "12.77", "amount_refunded": 0},
        # Nobody but Shopify converts money.
        alone={"amount_paid": None, "amount_refunded": None},
    )


def money(amount: str) -> dict[str, Any]:
    return {"shop_money": {"amount": amount}, "presentment_money": {"amount": amount}}


RARE: dict[str, Case] = {
    "edit-adds": edit_adds_units_and_a_line(),
    "edit-removes": edit_removes_units(),
    "return-with-fee": return_with_fee(),
    "exchange": exchange(),
    "extras": extras(),
    "other-currency": paid_in_another_currency(),
}

"""METRICS.md's cases with known answers: as Admin documents, as the webhooks of the same story, and
the answers. `rare_cases` holds the rarer events in the same form."""

from decimal import Decimal

from tests.dbt_project.case_form import (
    JANUARY,
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
    paid_back,
    refund_line,
    sale,
    transaction,
    webhook_line,
    webhook_order,
    webhook_refund,
)


def one_line(tax: str = "0") -> Case:
    total = Decimal(30) + Decimal(tax)
    sales = [sale(1, total, tax=tax, quantity=3, line=1)]
    return Case(
        [admin_order(1, [admin_line(1, 10, 3)], [agreement(1, sales)])],
        created(webhook_order(1, [webhook_line(1, 10, 3, tax=tax)], total)),
        {"gross_sales": 30, "net_sales": 30, "units_sold": 3, "taxes": tax, "total_sales": total},
    )


def split_payment() -> Case:
    sales = [sale(1, 108, tax=8, quantity=1, line=1)]
    back = [sale(2, -10, action="RETURN", kind="ADJUSTMENT")]
    payments = [
        transaction(1, "SALE", 68),
        transaction(2, "CAPTURE", 40),
        transaction(3, "REFUND", 10),
        transaction(4, "SALE", 108, status="FAILURE"),
        transaction(5, "SALE", 108, test=True),
        transaction(6, "AUTHORIZATION", 108),
    ]
    agreements = [agreement(1, sales), agreement(2, back, reason="REFUND", at=MARCH, refund=7)]
    adjustment = {"amount": "-10.00", "tax_amount": "0.00", "kind": "refund_discrepancy"}
    refund = webhook_refund(
        7,
        1,
        MARCH,
        [],
        order_adjustments=[{"id": 9, **adjustment}],
        transactions=[paid_back(3, "10.00"), paid_back(4, "98.00", status="failure")],
    )
    known = admin_refund(7, 1, MARCH, 10, transactions=[transaction(3, "REFUND", 10)])
    order = webhook_order(1, [webhook_line(1, 100, tax=8)], 108)
    later = {"current_total_price": "98.00", "financial_status": "partially_refunded"}
    return Case(
        [
            admin_order(
                1,
                [admin_line(1, 100)],
                agreements,
                transactions=payments,
                refunds=listed(known),
                totalPriceSet=bag(108),
            )
        ],
        [
            *created(order),
            ("refunds/create", refund),
            updated(order, refunds=[refund], **later),
        ],
        {"amount_paid": 108, "amount_refunded": 10, "taxes": 8, "gross_sales": 100, "returns": 10},
        refunds=[known],
    )


def guests(*emails: str) -> Case:
    return Case(
        [
            admin_order(
                n,
                [admin_line(n, 10)],
                [agreement(n, [sale(n, 10, quantity=1, line=n)])],
                email=email,
            )
            for n, email in enumerate(emails, start=1)
        ],
        created(
            *(
                webhook_order(n, [webhook_line(n, 10)], 10, email=e)
                for n, e in enumerate(emails, start=1)
            )
        ),
    )


def cancelled() -> Case:
    sales = [sale(1, 80, discount=20, quantity=1, line=1)]
    back = [sale(2, -80, discount=-20, action="RETURN", quantity=-1, line=1)]
    agreements = [agreement(1, sales), agreement(2, back, reason="REFUND", at=MARCH, refund=7)]
    order = webhook_order(1, [webhook_line(1, 100, discount=20)], 80, financial_status="pending")
    gone = {"current_total_price": "0.00", "financial_status": "voided", "cancelled_at": MARCH}
    lines = [webhook_line(1, 100, discount=20, current_quantity=0)]
    return Case(
        [admin_order(1, [admin_line(1, 100)], agreements, cancelledAt=MARCH)],
        [*created(order), ("orders/cancelled", updated(order, line_items=lines, **gone)[1])],
        {
            **{"gross_sales": 100, "discounts": 20, "returns": 80, "net_sales": 0},
            **{"is_cancelled": True, "total_sales": 0, "amount_paid": 0},
        },
        days={"2026-03-10": 80, "2026-03-20": -80},
    )


def voided() -> Case:
    sales = [sale(1, 80, discount=20, quantity=1, line=1)]
    payments = [transaction(1, "AUTHORIZATION", 80), transaction(2, "VOID", 80)]
    order = webhook_order(1, [webhook_line(1, 100, discount=20)], 80, financial_status="authorized")
    return Case(
        [admin_order(1, [admin_line(1, 100)], [agreement(1, sales)], transactions=payments)],
        [*created(order), updated(order, financial_status="voided")],
        {"net_sales": 80, "amount_paid": 0, "is_cancelled": False},
    )


def tax_inside() -> Case:
    sales = [sale(1, 120, tax=20, quantity=1, line=1)]
    return Case(
        [admin_order(1, [admin_line(1, 120)], [agreement(1, sales)], taxesIncluded=True)],
        created(webhook_order(1, [webhook_line(1, 120, tax=20)], 120, taxes_included=True)),
        {"gross_sales": 100, "taxes": 20, "total_sales": 120},
    )


def january() -> Case:
    """An order of 50, in March given back: a build of its own."""
    placed = agreement(1, [sale(1, 50, quantity=1, line=1)], at=JANUARY)
    back = sale(2, -50, action="RETURN", quantity=-1, line=1)
    reversal = agreement(2, [back], reason="REFUND", at=MARCH, refund=7)
    known = admin_refund(7, 1, MARCH, 50, refundLineItems=[given_back(8, 1, 1, 50)])
    dated: Document = {"createdAt": JANUARY, "processedAt": JANUARY}
    refund = webhook_refund(7, 1, MARCH, [refund_line(8, 1, 1, 50.0)])
    order = webhook_order(
        1, [webhook_line(1, 50)], 50, created_at=JANUARY, processed_at=JANUARY, updated_at=JANUARY
    )
    lines = [webhook_line(1, 50, current_quantity=0)]
    return Case(
        [admin_order(1, [admin_line(1, 50)], [placed, reversal], refunds=listed(known), **dated)],
        [
            *created(order),
            updated(order, line_items=lines, refunds=[refund], current_total_price="0.00"),
        ],
        {"total_sales": 0, "gross_sales": 50, "returns": 50},
        refunds=[known],
        days={"2026-01-15": 50, "2026-03-20": -50},
        first=[admin_order(1, [admin_line(1, 50)], [placed], updatedAt=JANUARY, **dated)],
    )


def edit_adds_discount() -> Case:
    sales = [sale(1, 100, quantity=1, line=1)]
    edit = [sale(2, -20, discount=20, action="UPDATE", quantity=0, line=1)]
    agreements = [agreement(1, sales), agreement(2, edit, reason="ORDER_EDIT", at=MARCH)]
    order = webhook_order(1, [webhook_line(1, 100)], 100)
    less = [webhook_line(1, 100, discount=20)]
    return Case(
        [admin_order(1, [admin_line(1, 100)], agreements)],
        [
            *created(order),
            updated(order, line_items=less, total_price="80.00", current_total_price="80.00"),
        ],
        {"gross_sales": 100, "discounts": 20, "returns": 0, "net_sales": 80},
        days={"2026-03-10": 100, "2026-03-20": -20},
        # A discount has no units by which the edit and the order could be told apart.
        days_alone={"2026-03-10": 80},
    )


CASES: dict[str, Case] = {
    "three-of-ten": one_line(),
    "tax-on-top": one_line("2.40"),
    "split-payment": split_payment(),
    "cancelled": cancelled(),
    "voided": voided(),
    "tax-inside": tax_inside(),
    "january": january(),
    "edit-adds-discount": edit_adds_discount(),
}
BUYERS = {
    "three-guests": guests("a@example.com", "b@example.com", "c@example.com"),
    "one-guest-two-cases": guests("Ann@Example.com ", "ann@example.com"),
}

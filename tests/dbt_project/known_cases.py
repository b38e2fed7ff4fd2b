"""METRICS.md's cases with known answers as documents of both paths, and the answers."""

from decimal import Decimal
from typing import Any

from tests.dbt_project.documents import (
    admin_line,
    admin_order,
    agreement,
    paid_back,
    refund_line,
    sale,
    transaction,
    webhook_line,
    webhook_order,
    webhook_refund,
)

JANUARY, MARCH = "2026-01-15T12:00:00Z", "2026-03-20T12:00:00Z"
Documents = list[dict[str, Any]]


def one_line(tax: str = "0") -> tuple[Documents, Documents]:
    total = Decimal(30) + Decimal(tax)
    sales = [sale(1, total, tax=tax, quantity=3, line=1)]
    return (
        [admin_order(1, [admin_line(1, 10, 3)], [agreement(1, sales)])],
        [webhook_order(1, [webhook_line(1, 10, 3, tax=tax)], total)],
    )


def split_payment() -> tuple[Documents, Documents]:
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
    refund = webhook_refund(
        7,
        1,
        MARCH,
        [],
        order_adjustments=[
            {"id": 9, "amount": "-10.00", "tax_amount": "0.00", "kind": "refund_discrepancy"}
        ],
        transactions=[paid_back(3, "10.00"), paid_back(4, "98.00", status="failure")],
    )
    return (
        [admin_order(1, [admin_line(1, 100)], agreements, transactions=payments)],
        [
            webhook_order(
                1,
                [webhook_line(1, 100, tax=8)],
                108,
                current_total_price="98.00",
                financial_status="partially_refunded",
                refunds=[refund],
                updated_at=MARCH,
            )
        ],
    )


def guests(*emails: str) -> tuple[Documents, Documents]:
    return (
        [
            admin_order(
                n,
                [admin_line(n, 10)],
                [agreement(n, [sale(n, 10, quantity=1, line=n)])],
                email=email,
            )
            for n, email in enumerate(emails, start=1)
        ],
        [
            webhook_order(n, [webhook_line(n, 10)], 10, email=e)
            for n, e in enumerate(emails, start=1)
        ],
    )


def cancelled() -> tuple[Documents, Documents]:
    sales = [sale(1, 80, discount=20, quantity=1, line=1)]
    back = [sale(2, -80, discount=-20, action="RETURN", quantity=-1, line=1)]
    agreements = [agreement(1, sales), agreement(2, back, reason="REFUND", at=MARCH, refund=7)]
    return (
        [admin_order(1, [admin_line(1, 100)], agreements, cancelledAt=MARCH)],
        [
            webhook_order(
                1,
                [webhook_line(1, 100, discount=20, current_quantity=0)],
                80,
                current_total_price="0.00",
                financial_status="voided",
                cancelled_at=MARCH,
                updated_at=MARCH,
            )
        ],
    )


def voided() -> tuple[Documents, Documents]:
    sales = [sale(1, 80, discount=20, quantity=1, line=1)]
    payments = [transaction(1, "AUTHORIZATION", 80), transaction(2, "VOID", 80)]
    return (
        [admin_order(1, [admin_line(1, 100)], [agreement(1, sales)], transactions=payments)],
        [webhook_order(1, [webhook_line(1, 100, discount=20)], 80, financial_status="voided")],
    )


def tax_inside() -> tuple[Documents, Documents]:
    sales = [sale(1, 120, tax=20, quantity=1, line=1)]
    return (
        [admin_order(1, [admin_line(1, 120)], [agreement(1, sales)], taxesIncluded=True)],
        [webhook_order(1, [webhook_line(1, 120, tax=20)], 120, taxes_included=True)],
    )


def edit_adds_discount() -> tuple[Documents, Documents]:
    sales = [sale(1, 100, quantity=1, line=1)]
    edit = [sale(2, -20, discount=20, action="UPDATE", quantity=0, line=1)]
    agreements = [agreement(1, sales), agreement(2, edit, reason="ORDER_EDIT", at=MARCH)]
    return (
        [admin_order(1, [admin_line(1, 100)], agreements)],
        [webhook_order(1, [webhook_line(1, 100, discount=20)], 80, updated_at=MARCH)],
    )


CASES: dict[str, tuple[tuple[Documents, Documents], dict[str, object]]] = {
    "three-of-ten": (one_line(), {"gross_sales": 30, "net_sales": 30, "units_sold": 3}),
    "tax-on-top": (one_line("2.40"), {"gross_sales": 30, "taxes": "2.40", "total_sales": "32.40"}),
    "split-payment": (
        split_payment(),
        {"amount_paid": 108, "amount_refunded": 10, "taxes": 8, "gross_sales": 100, "returns": 10},
    ),
    "cancelled": (
        cancelled(),
        {"gross_sales": 100, "discounts": 20, "returns": 80, "net_sales": 0, "is_cancelled": True},
    ),
    "voided": (voided(), {"net_sales": 80, "amount_paid": 0, "is_cancelled": False}),
    "tax-inside": (tax_inside(), {"gross_sales": 100, "taxes": 20, "total_sales": 120}),
    "edit-adds-discount": (
        edit_adds_discount(),
        {"gross_sales": 100, "discounts": 20, "returns": 0},
    ),
}
BUYERS = {
    "three-guests": guests("a@example.com", "b@example.com", "c@example.com"),
    "one-guest-two-cases": guests("Ann@Example.com ", "ann@example.com"),
}


def january(path: str, *, refunded: bool = False) -> dict[str, Any]:
    """An order of 50, in March given back."""
    if path == "admin":
        agreements = [agreement(1, [sale(1, 50, quantity=1, line=1)], at=JANUARY)]
        if refunded:
            back = sale(2, -50, action="RETURN", quantity=-1, line=1)
            agreements.append(agreement(2, [back], reason="REFUND", at=MARCH, refund=7))
        return admin_order(1, [admin_line(1, 50)], agreements, processedAt=JANUARY)
    refund = webhook_refund(7, 1, MARCH, [refund_line(8, 1, 1, 50.0)])
    return webhook_order(
        1,
        [webhook_line(1, 50, current_quantity=0 if refunded else 1)],
        50,
        current_total_price="0.00" if refunded else "50.00",
        processed_at=JANUARY,
        updated_at=MARCH if refunded else JANUARY,
        refunds=[refund] if refunded else [],
    )

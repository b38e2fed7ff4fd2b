"""True figures of recorded Admin API reads, worked out by hand from the recording alone.

The recordings hold no agreements, so their lines are the ledger until the agreements are read.
`at` is the way to the order inside the recording; `order` holds what the read did not ask for.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Read:
    """A recorded order and its figures."""

    file: str
    at: tuple[str, ...]
    why: str
    figures: dict[str, Any]
    order: dict[str, Any] = field(default_factory=dict)


READS = {
    "an-edited-order": Read(
        "2026-04__order-edit-commit-history-and-fulfillment-orders.json",
        ("downstreamRead", "response", "payload", "data", "order"),
        "3 x 10.00 of which 1 stands, 2 x 949.95 added: 30.00 + 1899.90 - 2 x 10.00 = 1909.90,"
        " which is the recorded currentTotalPriceSet.",
        {
            "gross_sales": "1929.90",
            "returns": "20",
            "net_sales": "1909.90",
            "total_sales": "1909.90",
            "current_total_price": "1909.90",
            "units_sold": 5,
            "line_count": 2,
        },
        {"createdAt": "2026-06-22T21:37:20Z", "currencyCode": "CAD"},
    ),
    "a-cancelled-and-repaid-order": Read(
        "2026-04__orderCancel-restock-refundMethod-parity.json",
        ("downstreamRead", "response", "data", "order"),
        "SALE 20.0 and REFUND 20.0, both successful; nothing stands: currentTotalPriceSet 0.0.",
        {
            "amount_paid": "20",
            "amount_refunded": "20",
            "total_sales": "0",
            "current_total_price": "0",
            "cancel_reason": "other",
            "financial_status": "refunded",
            "is_cancelled": True,
        },
        {"createdAt": "2026-05-08T02:34:10Z", "updatedAt": "2026-05-08T02:34:17Z"},
    ),
    "a-voided-payment": Read(
        "2026-04__order-payment-transaction-void-live.json",
        ("voidFlow", "readAfterVoid", "response", "payload", "data", "order"),
        "An authorization of 25.0 and its void: no money ever moved, and no sale is changed.",
        {"amount_paid": "0", "amount_refunded": "0", "financial_status": "voided"},
        {"createdAt": "2026-07-02T20:00:00Z"},
    ),
    "a-fully-refunded-payment": Read(
        "2025-01__refund-create-full-parity.json",
        ("downstreamRead", "response", "data", "order"),
        "SALE 15.0 and REFUND 15.0 succeeded, though the refund line states a subtotal of 0.0.",
        {"amount_paid": "15", "amount_refunded": "15", "financial_status": "refunded"},
        {"createdAt": "2026-06-22T23:01:00Z"},
    ),
    "a-partly-refunded-payment": Read(
        "2025-01__refund-create-partial-shipping-restock-parity.json",
        ("downstreamRead", "response", "data", "order"),
        "SALE 25.0 and REFUND 15.0 succeeded.",
        {"amount_paid": "25", "amount_refunded": "15", "order_name": "#1495"},
        {"createdAt": "2026-06-22T23:01:00Z"},
    ),
    "an-order-in-two-currencies": Read(
        "2025-01__money-bag-presentment-parity.json",
        ("orderCreate", "response", "payload", "data", "orderCreate", "order"),
        "13.5 CAD are 9.0 USD to the buyer; the payment of 9.0 USD came to 12.77 CAD, which is what"
        " the transaction says and what is paid: nothing is converted by us.",
        {
            "total_price": "13.5",
            "current_total_price": "13.5",
            "amount_paid": "12.77",
            "currency": "CAD",
            "presentment_currency": "USD",
        },
        {
            "createdAt": "2026-07-03T16:40:56Z",
            "currencyCode": "CAD",
            "presentmentCurrencyCode": "USD",
            "transactions": (
                "markAsPaid",
                "response",
                "payload",
                "data",
                "orderMarkAsPaid",
                "order",
                "transactions",
            ),
        },
    ),
}

"""True figures of recorded shapes, worked out by hand from the recording alone.

Each shape is loaded into a tenant of its own. `why` says how the figures were computed; `changes`
names what had to be altered in the recording (all sample orders of the sender are test orders).
"""

from dataclasses import dataclass, field
from typing import Any

Changes = dict[str, Any]


@dataclass(frozen=True)
class Recorded:
    """Files to load, in order, as (table, file); then the only order's figures, or no order."""

    files: tuple[tuple[str, str], ...]
    why: str
    order: dict[str, Any] | None
    changes: Changes = field(default_factory=dict)
    days: dict[str, str] = field(default_factory=dict)


SAMPLE = ("orders", "orders_create.json")
REAL = {"test": False}
OPEN = {"test": False, "cancelled_at": None, "cancel_reason": None}
REFUNDED = ("orders", "variants/orders_updated__partially_refunded.json")
STANDING_SAMPLE = {
    "gross_sales": "398",
    "discounts": "0",
    "returns": "0",
    "net_sales": "398",
    "shipping": "10",
    "taxes": "0",
    "total_sales": "408",
    "units_sold": 2,
    "line_count": 2,
    "total_price": "388",
    "current_total_price": "398",
    "currency": "USD",
    "shop_date": "2022-01-01",
}
PARTLY_REFUNDED = {
    "gross_sales": "597",
    "discounts": "10",
    "returns": "391.33",
    "net_sales": "195.67",
    "taxes": "3.98",
    "total_sales": "199.65",
    "current_total_price": "199.65",
    "amount_refunded": "209",
    "units_sold": 3,
    "financial_status": "partially_refunded",
    "customer_id": 207119551,
}

WEBHOOKS = {
    "a-test-order": Recorded(
        (SAMPLE,), "The sender marks its sample as a test; test orders count nowhere.", None
    ),
    "a-cancelled-order": Recorded(
        (SAMPLE,),
        "Two lines of 199 and shipping of 10, cancelled at the moment of placing: all of it is"
        " reversed. The 20 of total_discounts are allocated to no line, so they discount nothing.",
        STANDING_SAMPLE
        | {
            "returns": "398",
            "net_sales": "0",
            "shipping": "0",
            "total_sales": "0",
            "is_cancelled": True,
        },
        REAL,
    ),
    "one-order-under-six-topics": Recorded(
        tuple(
            ("orders", f"orders_{topic}.json")
            for topic in ("paid", "create", "updated", "fulfilled", "partially_fulfilled", "paid")
        ),
        "2 x 199 goods, 10 shipping, no tax; six deliveries of one state are one order.",
        STANDING_SAMPLE,
        OPEN,
        {"2022-01-01": "408"},
    ),
    "an-order-of-2026-04": Recorded(
        (("orders", "2026-04/orders_create.json"),),
        "The same goods; since 2026-04 the tokens alone lead to cart and checkout.",
        STANDING_SAMPLE
        | {"checkout_token": "123123123", "cart_token": "eeafa272cebfd4b22385bc4b645e762c"},
        OPEN,
    ),
    "an-order-of-an-app": Recorded(
        (("orders", "variants/orders_create__app_created_with_customer.json"),),
        "One line of 199 without tax or shipping, paid.",
        {
            "gross_sales": "199",
            "total_sales": "199",
            "amount_paid": "199",
            "customer_id": 1073339468,
        },
    ),
    "an-order-of-nobody": Recorded(
        (("orders", "variants/orders_create__no_customer.json"),),
        "One line of 199; neither customer nor e-mail nor phone: a buyer of its own.",
        {"gross_sales": "199", "total_sales": "199", "customer_id": None, "email": None},
    ),
    "a-partly-refunded-order": Recorded(
        (REFUNDED,),
        "3 x 199 less 3.34 + 3.33 + 3.33; the refund lines give back 195.66 + 195.67 and 2 x 3.98"
        " of 3 x 3.98 tax: 587.00 - 391.33 = 195.67, and 195.67 + 3.98 is current_total_price.",
        PARTLY_REFUNDED,
        {},
        {"2008-01-10": "598.94", "2025-04-02": "-399.29"},
    ),
    "a-refund-named-twice": Recorded(
        (REFUNDED, ("refunds", "variants/refunds_create__two_lines_restock.json")),
        "The refund's own webhook names the refund that the order lists: once is once.",
        PARTLY_REFUNDED,
    ),
    "a-second-refund-before-the-order-follows": Recorded(
        (REFUNDED, ("refunds", "variants/refunds_create__one_line.json")),
        "Made after the order's document: the third line comes back. It states a subtotal of 0.0,"
        " so the line's own 195.67 + 3.98 count; its payment is a test and moves nothing.",
        PARTLY_REFUNDED | {"returns": "587", "net_sales": "0", "taxes": "0", "total_sales": "0"},
    ),
    "a-cancelled-partly-refunded-order": Recorded(
        (("orders", "variants/orders_cancelled__partially_refunded.json"),),
        "As above, and the third line (195.67 + 3.98) is reversed by the cancellation that day.",
        PARTLY_REFUNDED | {"returns": "587", "net_sales": "0", "taxes": "0", "total_sales": "0"},
        {},
        {"2008-01-10": "598.94", "2025-04-02": "-598.94"},
    ),
    "a-refund-that-took-nothing-back": Recorded(
        (SAMPLE, ("refunds", "refunds_create.json")),
        "The refund names both lines, the order of the same moment says that both still stand"
        " (current_quantity 1): reversals never exceed quantity - current_quantity.",
        STANDING_SAMPLE,
        OPEN,
    ),
    "an-edit-without-its-order": Recorded(
        (SAMPLE, ("order_edits", "orders_edited.json")),
        "The edit names a line that the order does not list and one that it lists in full: until"
        " the order follows, what it lists stands.",
        STANDING_SAMPLE,
        OPEN,
    ),
    "a-deleted-order": Recorded(
        (SAMPLE, ("orders", "orders_delete.json")),
        "A deleted order vanishes, whatever was known of it.",
        None,
        OPEN,
    ),
}

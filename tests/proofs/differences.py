"""What one way of hearing of a shop cannot know and another can, by mart and column.

docs/decisions.md tells of each under the same name, with the reason.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Rows that one side lacks, and every column of a mart.
A_ROW, ALL = "a row", "*"
SALES = (
    *("gross_sales", "discounts", "returns", "net_sales", "taxes", "total_sales", "units_sold"),
    *("shipping", "duties", "additional_fees", "other_sales", "tips", "gift_card_sales"),
)
SPENT = (*SALES, "total_spent", "net_spent", "average_order_value")
MONEY = ("amount_paid", "amount_refunded")


@dataclass(frozen=True)
class Difference:
    """One reason and the columns that it shows in."""

    name: str
    columns: Mapping[str, tuple[str, ...]]


def allowed(differences: Iterable[Difference], mart: str, column: str) -> bool:
    """Whether a mart's column may differ."""
    named = {name for one in differences for name in one.columns.get(mart, ())}
    return column in named or ALL in named


# A tenant that is only synced, against one that hears webhooks and reads marked orders again.
ADMIN_ALONE = (
    Difference(
        "tokens of checkouts",
        {"checkouts": (ALL,), "checkout_lives": (ALL,), "checkout_funnel": (ALL,)},
    ),
    Difference("deleted products", {"products": (A_ROW,)}),
    Difference("since when checkouts are told", {"shops": ("checkout_webhooks_from",)}),
)
# A tenant that hears webhooks and reads marked orders again, against one that is only synced.
READ_BY_SYNCS_ALONE = (
    Difference(
        "orders that nobody paid",
        {"orders": ("is_provisional", "ledger_difference"), "ledger": (A_ROW,)},
    ),
    Difference(
        "Shopify's own classes",
        {"customers": ("shopify_rfm_group",), "customer_lives": ("shopify_rfm_group",)},
    ),
)
# A tenant without a token, against one that hears the same and reads marked orders again.
WEBHOOKS_ALONE = (
    Difference(
        "no agreements",
        {"orders": ("is_provisional", "ledger_difference"), "ledger": (ALL,)},
    ),
    Difference(
        "the day of a change",
        {
            "orders": SALES,
            "order_lines": SALES,
            "products": SALES,
            "customers": SPENT,
            "customer_lives": (*SPENT, "spent_order"),
            "daily_sales": (*SALES, A_ROW),
            "daily_sales_by_order": SALES,
            "customer_cohorts": (
                *("net_sales", "cumulative_net_sales", "cumulative_net_sales_per_customer"),
                *("active_customers", A_ROW),
            ),
        },
    ),
    Difference(
        "fees of returns",
        {
            "orders": ("return_fees",),
            "customers": ("return_fees",),
            "customer_lives": ("return_fees",),
            "daily_sales": ("return_fees",),
            "daily_sales_by_order": ("return_fees",),
        },
    ),
    Difference(
        "money that we do not convert",
        {"orders": MONEY, "customers": MONEY, "customer_lives": MONEY},
    ),
    Difference(
        "what a refund states in all",
        {"refunds": ("header_total", "discrepancy", "amount", "pending_amount", "is_full")},
    ),
    Difference(
        "the parts of an exchange",
        {
            "refunds": (
                *("goods_amount", "shipping_amount", "tax_amount", "adjustment_amount"),
                *("quantity", "restocked_quantity"),
            ),
            "refund_lines": (ALL,),
        },
    ),
    Difference("the days of payments", {"daily_cash": (ALL,)}),
)

"""Truth rows of orders and order lines, under the names of the marts' columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sandbox.truth.books import Account, Setting
from sandbox.truth.entries import Entry
from sandbox.truth.figures import figures, money, ordered, readable, units_sold

Row = dict[str, Any]


def order_rows(accounts: Iterable[Account], setting: Setting) -> Iterator[Row]:
    """One row for each order."""
    for account in accounts:
        placed, digits = account.placed, setting.digits
        yield {
            "order_id": placed.order_id,
            **readable(figures(account.entries), digits),
            "total_price": money(ordered(account.entries), digits),
            "current_total_price": money(sum(e.total for e in account.entries), digits),
            "amount_paid": money(account.amount_paid, digits),
            "amount_refunded": money(account.amount_refunded, digits),
            "units_sold": units_sold(account.entries),
            "line_count": len(account.lines),
            "shop_date": setting.day(placed.processed_at).isoformat(),
            "currency": setting.currency,
            "is_cancelled": account.is_cancelled,
        }


LINE_FIGURES = (
    "gross_sales",
    "discounts",
    "returns",
    "net_sales",
    "taxes",
    "total_sales",
    "gift_card_sales",
)


def line_rows(accounts: Iterable[Account], setting: Setting) -> Iterator[Row]:
    """One row for each line of each order."""
    for account in accounts:
        own: dict[int | None, list[Entry]] = defaultdict(list)
        for entry in account.entries:
            own[entry.line_id].append(entry)
        for line in account.lines:
            found = readable(figures(own[line.line_id]), setting.digits)
            yield {
                "order_id": account.placed.order_id,
                "line_item_id": line.line_id,
                "quantity": line.quantity,
                "current_quantity": sum(entry.quantity for entry in own[line.line_id]),
                "units_sold": units_sold(own[line.line_id]),
                **{name: found[name] for name in LINE_FIGURES},
            }

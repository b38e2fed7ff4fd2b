"""Truth rows of orders, order lines and days, under the names of the marts' columns."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sandbox.truth.books import Account, Setting
from sandbox.truth.entries import Entry
from sandbox.truth.figures import figures, money, readable, units_sold

Row = dict[str, Any]


def order_rows(accounts: Iterable[Account], setting: Setting) -> Iterator[Row]:
    """One row for each order."""
    for account in accounts:
        placed, digits = account.placed, setting.digits
        first = [e for e in account.entries if e.action == "order"]
        yield {
            "order_id": placed.order_id,
            **readable(figures(account.entries), digits),
            "total_price": money(sum(e.total for e in first), digits),
            "current_total_price": money(sum(e.total for e in account.entries), digits),
            "amount_paid": money(account.amount_paid, digits),
            "amount_refunded": money(account.amount_refunded, digits),
            "units_sold": units_sold(account.entries),
            "line_count": len(placed.lines),
            "shop_date": setting.day(placed.processed_at).isoformat(),
            "currency": setting.currency,
            "is_cancelled": account.is_cancelled,
        }


_LINE_FIGURES = (
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
        for line in account.placed.lines:
            found = readable(figures(own[line.line_id]), setting.digits)
            yield {
                "order_id": account.placed.order_id,
                "line_item_id": line.line_id,
                "quantity": line.quantity,
                "current_quantity": sum(entry.quantity for entry in own[line.line_id]),
                "units_sold": units_sold(own[line.line_id]),
                **{name: found[name] for name in _LINE_FIGURES},
            }


def day_rows(accounts: Iterable[Account], setting: Setting) -> Iterator[Row]:
    """One row for each of the shop's days with an order or an entry."""
    orders: Counter[date] = Counter()
    moved: dict[date, list[Entry]] = defaultdict(list)
    for account in accounts:
        orders[setting.day(account.placed.processed_at)] += 1
        for entry in account.entries:
            moved[setting.day(entry.at)].append(entry)
    for day in sorted(orders.keys() | moved.keys()):
        yield {
            "shop_date": day.isoformat(),
            "currency": setting.currency,
            "orders": orders[day],
            "units_sold": units_sold(moved[day]),
            **readable(figures(moved[day]), setting.digits),
        }

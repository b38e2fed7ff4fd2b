"""Truth rows of days on each basis: the sale's own day, its order's day, the day of the money."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from sandbox.truth.books import Account, Setting
from sandbox.truth.entries import Entry
from sandbox.truth.figures import figures, money, readable, units_sold

Row = dict[str, Any]
DateOf = Callable[[Account, Entry], date]
# Money that a shop gives itself: it reaches no bank.
_HOUSE_MONEY = ("gift_card", "shopify_store_credit")


def day_rows(accounts: Iterable[Account], setting: Setting) -> Iterator[Row]:
    """One row for each of the shop's days with an order or an entry."""
    return _rows(accounts, setting, lambda _, entry: setting.day(entry.at))


def order_day_rows(accounts: Iterable[Account], setting: Setting) -> Iterator[Row]:
    """The same, with all that became of an order on the day of the order."""
    return _rows(accounts, setting, lambda account, _: setting.day(account.placed.processed_at))


def _rows(accounts: Iterable[Account], setting: Setting, date_of: DateOf) -> Iterator[Row]:
    orders: Counter[date] = Counter()
    moved: dict[date, list[Entry]] = defaultdict(list)
    for account in accounts:
        orders[setting.day(account.placed.processed_at)] += 1
        for entry in account.entries:
            moved[date_of(account, entry)].append(entry)
    for day in sorted(orders.keys() | moved.keys()):
        yield {
            "shop_date": day.isoformat(),
            "currency": setting.currency,
            "orders": orders[day],
            "units_sold": units_sold(moved[day]),
            **readable(figures(moved[day]), setting.digits),
        }


def cash_rows(accounts: Iterable[Account], setting: Setting) -> Iterator[Row]:
    """One row for each of the shop's days on which money came or went."""
    paid: Counter[date] = Counter()
    refunded: Counter[date] = Counter()
    sign = {"SALE": 1, "CAPTURE": 1, "CHANGE": -1}
    for account in accounts:
        for payment in account.payments:
            if payment.status != "SUCCESS" or payment.test or payment.gateway in _HOUSE_MONEY:
                continue
            day = setting.day(payment.at)
            if payment.kind == "REFUND":
                refunded[day] += payment.amount
            elif payment.kind in sign:
                paid[day] += sign[payment.kind] * payment.amount
    for day in sorted(paid.keys() | refunded.keys()):
        yield {
            "shop_date": day.isoformat(),
            "currency": setting.currency,
            "paid": money(paid[day], setting.digits),
            "refunded": money(refunded[day], setting.digits),
            "net_cash": money(paid[day] - refunded[day], setting.digits),
        }

"""Truth rows of cohorts: what the buyers of a month did in each of the months since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.facts import Fact
from sandbox.truth.books import Account, Setting
from sandbox.truth.customers import Identity, identity, merges
from sandbox.truth.entries import Entry
from sandbox.truth.figures import figures, money

Row = dict[str, Any]


@dataclass
class _Month:
    """What one cohort did in one month."""

    buyers: set[Identity] = field(default_factory=set)
    orders: int = 0
    entries: list[Entry] = field(default_factory=list)


def cohort_rows(
    history: Iterable[Fact], accounts: Iterable[Account], setting: Setting
) -> Iterator[Row]:
    """One row for each cohort and each month in which it ordered or anything of it moved."""
    merged = merges(history)
    owned: dict[Identity, list[Account]] = defaultdict(list)
    for account in accounts:
        owned[identity(account, merged)].append(account)
    cohorts: dict[date, dict[int, _Month]] = defaultdict(lambda: defaultdict(_Month))
    for buyer, own in owned.items():
        start = min(_month(a, setting) for a in own)
        for account in own:
            _note(cohorts[start], start, buyer, account, setting)
    for start in sorted(cohorts):
        yield from _rows(start, cohorts[start], setting)


def _month(account: Account, setting: Setting) -> date:
    return setting.day(account.placed.processed_at).replace(day=1)


def _note(
    months: dict[int, _Month], start: date, buyer: Identity, account: Account, setting: Setting
) -> None:
    ordered = months[_since(start, _month(account, setting))]
    ordered.buyers.add(buyer)
    ordered.orders += 1
    for entry in account.entries:
        months[_since(start, setting.day(entry.at))].entries.append(entry)


def _since(start: date, day: date) -> int:
    return (day.year - start.year) * 12 + day.month - start.month


def _rows(start: date, months: dict[int, _Month], setting: Setting) -> Iterator[Row]:
    size, running = len(months[0].buyers), 0
    for number in sorted(months):
        month = months[number]
        net = figures(month.entries)["net_sales"]
        running += net
        yield {
            "cohort_month": start.isoformat(),
            "month_number": number,
            "currency": setting.currency,
            "customers": size,
            "active_customers": len(month.buyers),
            "orders": month.orders,
            "net_sales": money(net, setting.digits),
            "cumulative_net_sales": money(running, setting.digits),
            "retention": _ratio(Decimal(len(month.buyers)), size, "0.000001"),
            "cumulative_net_sales_per_customer": _ratio(
                Decimal(running).scaleb(-setting.digits), size, "0.0001"
            ),
        }


def _ratio(amount: Decimal, by: int, places: str) -> str:
    return str((amount / by).quantize(Decimal(places), rounding=ROUND_HALF_UP))

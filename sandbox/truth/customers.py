"""Truth rows of customers: one for each identity, guests by e-mail, else telephone, else order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.facts import CustomerDeleted, CustomerSaved, CustomersMerged, Fact
from sandbox.truth.books import Account, Setting
from sandbox.truth.figures import figures, money, readable

Row = dict[str, Any]
Identity = tuple[str, str]


def customer_rows(
    history: Iterable[Fact], accounts: Iterable[Account], setting: Setting
) -> Iterator[Row]:
    """One row for each identity; a record without orders has one too."""
    history = list(history)
    merged = merges(history)
    owned: dict[Identity, list[Account]] = {
        ("record", str(number)): [] for number in _standing(history, merged)
    }
    for account in accounts:
        owned.setdefault(identity(account, merged), []).append(account)
    for key, own in owned.items():
        customer_id = int(key[1]) if key[0] == "record" else None
        yield _row(customer_id, own, setting)


def merges(history: Iterable[Fact]) -> dict[int, int]:
    """Which record each merged one belongs to in the end."""
    into: dict[int, int] = {}
    for fact in history:
        if isinstance(fact, CustomersMerged):
            into = {
                gone: fact.kept_id if to == fact.deleted_id else to for gone, to in into.items()
            }
            into[fact.deleted_id] = fact.kept_id
    return into


def _standing(history: Iterable[Fact], merged: Mapping[int, int]) -> list[int]:
    """Records that were neither merged into another nor deleted."""
    saved: dict[int, None] = {}
    for fact in history:
        if isinstance(fact, CustomerSaved):
            saved[fact.customer_id] = None
        elif isinstance(fact, CustomerDeleted):
            saved.pop(fact.customer_id, None)
    return [number for number in saved if number not in merged]


def identity(account: Account, merged: Mapping[int, int]) -> Identity:
    """Who an order belongs to."""
    buyer = account.placed.buyer
    if buyer.customer_id is not None:
        return "record", str(merged.get(buyer.customer_id, buyer.customer_id))
    if buyer.email and buyer.email.strip():
        return "email", buyer.email.strip().lower()
    if buyer.phone:
        return "phone", "".join(c for c in buyer.phone if c.isdigit())
    return "order", str(account.placed.order_id)


def _row(customer_id: int | None, own: list[Account], setting: Setting) -> Row:
    own = sorted(own, key=lambda a: (a.placed.processed_at, a.placed.order_id))
    digits = setting.digits
    found = figures(entry for account in own for entry in account.entries)
    named = readable(found, digits)
    total_spent, net_spent = named.pop("total_sales"), named.pop("net_sales")
    return {
        "customer_id": customer_id,
        "currency": setting.currency,
        "orders_count": len(own),
        **_times(own, setting),
        "total_spent": total_spent,
        "net_spent": net_spent,
        "average_order_value": _average(
            found["gross_sales"] - found["discounts"], len(own), digits
        ),
        **named,
        "amount_paid": money(sum(a.amount_paid for a in own), digits),
        "amount_refunded": money(sum(a.amount_refunded for a in own), digits),
    }


def _times(own: list[Account], setting: Setting) -> Row:
    days = [setting.day(a.placed.processed_at) for a in own]
    return {
        "first_order_id": own[0].placed.order_id if own else None,
        "first_order_at": _utc(own[0].placed.processed_at) if own else None,
        "last_order_at": _utc(own[-1].placed.processed_at) if own else None,
        "cohort_month": days[0].replace(day=1).isoformat() if own else None,
        "is_repeat": len(own) >= 2,
        "days_to_second_order": (days[1] - days[0]).days if len(own) >= 2 else None,
    }


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _average(amount: int, orders: int, digits: int) -> str | None:
    """Four decimals, as the marts keep money."""
    if orders == 0:
        return None
    exact = Decimal(amount).scaleb(-digits) / orders
    return str(exact.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP))

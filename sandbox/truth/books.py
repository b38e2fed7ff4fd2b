"""A shop's facts sorted by order: which orders count, and what moved in each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sandbox.facts import Cancelled, CustomerSaved, Deleted, Fact, Paid, Payment, Placed, Refunded
from sandbox.truth.entries import Entry, entries


@dataclass(frozen=True)
class Account:
    """One order that counts: neither a test nor deleted."""

    placed: Placed
    entries: tuple[Entry, ...]
    payments: tuple[Payment, ...]
    is_cancelled: bool

    def moved(self, *kinds: str) -> int:
        """Successful, non-test money of these kinds of transaction."""
        counted = [p for p in self.payments if p.status == "SUCCESS" and not p.test]
        return sum(p.amount for p in counted if p.kind in kinds)

    @property
    def amount_paid(self) -> int:
        """Money taken, less change given."""
        return self.moved("SALE", "CAPTURE") - self.moved("CHANGE")

    @property
    def amount_refunded(self) -> int:
        """Money given back."""
        return self.moved("REFUND")


@dataclass(frozen=True)
class Setting:
    """What a shop's figures are read with."""

    currency: str
    digits: int
    zone: ZoneInfo
    included: bool

    def day(self, at: datetime) -> date:
        """The shop's own day."""
        return at.astimezone(self.zone).date()


def accounts(history: Iterable[Fact], setting: Setting) -> list[Account]:
    """All orders that count, in the order in which they came."""
    facts: dict[int, list[Fact]] = {}
    erased: set[int] = set()
    for fact in history:
        if isinstance(fact, CustomerSaved):
            continue
        facts.setdefault(fact.order_id, []).append(fact)
        if isinstance(fact, Deleted) or (isinstance(fact, Placed) and fact.test):
            erased.add(fact.order_id)
    return [_account(own, setting) for number, own in facts.items() if number not in erased]


def _account(facts: list[Fact], setting: Setting) -> Account:
    placed = next(fact for fact in facts if isinstance(fact, Placed))
    payments: list[Payment] = []
    for fact in facts:
        if isinstance(fact, Placed | Paid | Cancelled | Refunded):
            payments += fact.payments
        if isinstance(fact, Cancelled) and fact.refund:
            payments += fact.refund.payments
    return Account(
        placed,
        tuple(entries(facts, included=setting.included)),
        tuple(payments),
        any(isinstance(fact, Cancelled) for fact in facts),
    )

"""A shop's facts sorted by order: which orders count, and what moved in each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sandbox.facts import (
    Cancelled,
    Deleted,
    Edited,
    Fact,
    Line,
    OrderFact,
    Paid,
    Payment,
    Placed,
    Refunded,
    Returned,
)
from sandbox.truth.entries import Entry, entries


@dataclass(frozen=True)
class Account:
    """One order that counts: neither a test nor deleted."""

    placed: Placed
    lines: tuple[Line, ...]
    entries: tuple[Entry, ...]
    payments: tuple[Payment, ...]
    refunds: tuple[Refunded, ...]
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
    """What a shop's figures are read with: `began` is when the history before the backfill ends.

    Only what is asked of checkouts depends on `now` and on the threshold of abandonment.
    """

    currency: str
    digits: int
    zone: ZoneInfo
    included: bool
    began: datetime
    now: datetime
    threshold: timedelta

    def day(self, at: datetime) -> date:
        """The shop's own day."""
        return at.astimezone(self.zone).date()


def accounts(history: Iterable[Fact], setting: Setting) -> list[Account]:
    """All orders that count, in the order in which they came."""
    facts: dict[int, list[OrderFact]] = {}
    erased: set[int] = set()
    for fact in history:
        if not isinstance(fact, OrderFact):
            continue
        facts.setdefault(fact.order_id, []).append(fact)
        if isinstance(fact, Deleted) or (isinstance(fact, Placed) and fact.test):
            erased.add(fact.order_id)
    return [_account(own, setting) for number, own in facts.items() if number not in erased]


def _account(facts: list[OrderFact], setting: Setting) -> Account:
    placed = next(fact for fact in facts if isinstance(fact, Placed))
    payments: list[Payment] = []
    refunds: list[Refunded] = []
    lines = list(placed.lines)
    for fact in facts:
        if isinstance(fact, Placed | Paid | Cancelled | Edited | Returned):
            payments += fact.payments
        if isinstance(fact, Edited | Returned):
            lines += fact.added
        refund = fact.refund if isinstance(fact, Cancelled | Returned) else fact
        if isinstance(refund, Refunded):
            payments += refund.payments
            refunds.append(refund)
    return Account(
        placed,
        tuple(lines),
        tuple(entries(facts, included=setting.included)),
        tuple(payments),
        tuple(refunds),
        any(isinstance(fact, Cancelled) for fact in facts),
    )

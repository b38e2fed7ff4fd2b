"""One order as its facts have left it: payments, refunds, agreements, sums."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.facts import Cancelled, Deleted, OrderFact, Paid, Payment, Placed, Refunded
from sandbox.state.sales import Agreement, order_agreement, refund_agreement


@dataclass
class Order:
    """A fold over one order's facts. Changing an amount means folding again."""

    placed: Placed
    included: bool
    updated_at: datetime
    payments: list[Payment] = field(default_factory=list)
    refunds: list[Refunded] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    returned: Counter[int] = field(default_factory=Counter)
    cancelled: Cancelled | None = None
    deleted: bool = False
    version: int = 0

    @classmethod
    def open(cls, placed: Placed, *, included: bool) -> Order:
        """An order that has just come in."""
        order = cls(placed=placed, included=included, updated_at=placed.at)
        order.payments.extend(placed.payments)
        order.agreements.append(order_agreement(placed, included=included))
        return order

    @property
    def order_id(self) -> int:
        """The number of its global id."""
        return self.placed.order_id

    def apply(self, fact: OrderFact) -> None:
        """Take in what happened next."""
        self.updated_at = max(self.updated_at, fact.at)
        self.version += 1
        match fact:
            case Refunded():
                self._refund(fact)
            case Cancelled():
                self.cancelled = fact
                self.payments.extend(fact.payments)
                if fact.refund:
                    self._refund(fact.refund)
            case Paid():
                self.payments.extend(fact.payments)
            case Deleted():
                self.deleted = True
            case Placed():
                raise ValueError(f"Order {fact.order_id} is placed twice; a fact is recorded once.")

    def _refund(self, refund: Refunded) -> None:
        self.agreements.append(
            refund_agreement(
                self.placed, refund, returned=dict(self.returned), included=self.included
            )
        )
        for back in refund.lines:
            self.returned[back.line_id] += back.quantity
        self.refunds.append(refund)
        self.payments.extend(refund.payments)

    def current_quantity(self, line_id: int, quantity: int) -> int:
        """The units of a line that have not gone back."""
        return quantity - self.returned[line_id]

    def moved(self, *kinds: str) -> int:
        """Successful money of these kinds of transaction."""
        return sum(p.amount for p in self.payments if p.kind in kinds and p.status == "SUCCESS")

    @property
    def received(self) -> int:
        """Money taken, less change given."""
        return self.moved("SALE", "CAPTURE") - self.moved("CHANGE")

    @property
    def refunded(self) -> int:
        """Money given back."""
        return self.moved("REFUND")

    @property
    def total(self) -> int:
        """The price as ordered."""
        return sum(sale.total for sale in self.agreements[0].sales)

    @property
    def current_total(self) -> int:
        """The price after every reversal."""
        return sum(sale.total for agreement in self.agreements for sale in agreement.sales)

    def sum_of(self, figure: str, *line_types: str, first: bool = False) -> int:
        """Sum one amount over sales of these line types; `first` stays with the order as placed."""
        agreements = self.agreements[:1] if first else self.agreements
        return sum(
            getattr(sale, figure)
            for agreement in agreements
            for sale in agreement.sales
            if not line_types or sale.line_type in line_types
        )

    @property
    def financial_status(self) -> str:
        """Shopify's word for the state of payment."""
        kinds = {p.kind for p in self.payments if p.status == "SUCCESS"}
        if self.refunded:
            return "REFUNDED" if self.refunded >= self.received else "PARTIALLY_REFUNDED"
        if "VOID" in kinds or (self.cancelled and not self.received):
            return "VOIDED"
        if self.received >= self.total:
            return "PAID"
        if self.received > 0:
            return "PARTIALLY_PAID"
        return "AUTHORIZED" if "AUTHORIZATION" in kinds else "PENDING"

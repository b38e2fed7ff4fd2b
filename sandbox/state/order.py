"""One order as its facts have left it: payments, refunds, agreements, sums."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from sandbox.cents import half_up
from sandbox.facts import (
    Cancelled,
    Charge,
    Deleted,
    Edited,
    Line,
    OrderFact,
    Paid,
    Payment,
    Placed,
    Refunded,
    Returned,
)
from sandbox.state.changes import discounted, edit_agreement, return_agreement
from sandbox.state.sales import Agreement, Sale, order_agreement, refund_agreement


@dataclass
class Order:
    """A fold over one order's facts. Changing an amount means folding again."""

    placed: Placed
    included: bool
    updated_at: datetime
    customer_id: int | None
    lines: dict[int, Line] = field(default_factory=dict)
    payments: list[Payment] = field(default_factory=list)
    refunds: list[Refunded] = field(default_factory=list)
    edits: list[Edited] = field(default_factory=list)
    returns: list[Returned] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    returned: Counter[int] = field(default_factory=Counter)
    cancelled: Cancelled | None = None
    deleted: bool = False
    version: int = 0

    @classmethod
    def open(cls, placed: Placed, *, included: bool) -> Order:
        """An order that has just come in."""
        owner = placed.buyer.customer_id
        order = cls(placed=placed, included=included, updated_at=placed.at, customer_id=owner)
        order.payments.extend(placed.payments)
        order.lines.update((line.line_id, line) for line in placed.lines)
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
            case Edited():
                self._edit(fact)
            case Returned():
                self._take_back(fact)
            case Placed():
                raise ValueError(f"Order {fact.order_id} is placed twice; a fact is recorded once.")

    def _refund(self, refund: Refunded) -> None:
        self.agreements.append(
            refund_agreement(self.lines, refund, returned=self.returned, included=self.included)
        )
        for back in refund.lines:
            self.returned[back.line_id] += back.quantity
        self.refunds.append(refund)
        self.payments.extend(refund.payments)

    def _edit(self, edit: Edited) -> None:
        agreement = edit_agreement(edit, self.lines, self.returned, included=self.included)
        self.agreements.append(agreement)
        for gone in edit.removed:
            self.returned[gone.line_id] += gone.quantity
        for discount in edit.discounted:
            self.lines[discount.line_id] = discounted(self.lines[discount.line_id], discount)
        self.lines.update((line.line_id, line) for line in edit.added)
        self.payments.extend(edit.payments)
        self.edits.append(edit)

    def _take_back(self, back: Returned) -> None:
        agreement = return_agreement(back, self.lines, self.returned, included=self.included)
        self.agreements.append(agreement)
        for gone in back.lines:
            self.returned[gone.line_id] += gone.quantity
        self.lines.update((line.line_id, line) for line in back.added)
        if back.refund:
            self.refunds.append(back.refund)
            self.payments.extend(back.refund.payments)
        self.payments.extend(back.payments)
        self.returns.append(back)

    def give_to(self, customer_id: int) -> None:
        """Another record owns the order: two customers were merged."""
        self.customer_id = customer_id
        self.version += 1

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
        """The price as ordered, with lines and discounts that edits brought."""
        return sum(sale.total for sale in self._ordered())

    @property
    def original_total(self) -> int:
        """The price at the first moment."""
        return sum(sale.total for sale in self.agreements[0].sales)

    @property
    def current_total(self) -> int:
        """The price after every reversal."""
        return sum(sale.total for sale in self._sales())

    @property
    def due(self) -> int:
        """What had to be paid: less than the price where an edit took units out."""
        return min(self.total, self.current_total) if self.edits or self.returns else self.total

    @property
    def is_paid(self) -> bool:
        """Judged in what the buyer sees where the rate has moved since the order was placed."""
        if not self._drifted:
            return self.received >= self.due
        seen = self._seen(SALE=1, CAPTURE=1, CHANGE=-1)
        return seen >= half_up(self.due * self.placed.presentment.rate)

    def seen(self, amount: int) -> int:
        """What the buyer sees of money that goes back: all that is left of it, or its share."""
        received = self._seen(SALE=1, CAPTURE=1, CHANGE=-1)
        if amount == self.received - self.refunded:
            return received - self._seen(REFUND=1)
        return half_up(Fraction(amount * received, self.received))

    def _seen(self, **signs: int) -> int:
        rate = self.placed.presentment.rate
        return sum(
            signs[p.kind] * (half_up(p.amount * rate) if p.presented is None else p.presented)
            for p in self.payments
            if p.status == "SUCCESS" and p.kind in signs
        )

    @property
    def outstanding(self) -> int:
        """What the buyer still owes."""
        if self._drifted and self.is_paid:
            return 0
        return max(0, self.current_total - self.received + self.refunded)

    @property
    def _drifted(self) -> bool:
        return any(payment.presented is not None for payment in self.payments)

    def charges_left(self) -> tuple[Charge, ...]:
        """Duties and fees that were charged with the order and not given back."""
        given = {charge.charge_id for refund in self.refunds for charge in refund.charges}
        return tuple(c for c in self.placed.charges if c.charge_id not in given)

    def sum_of(self, figure: str, *line_types: str, first: bool = False) -> int:
        """Sum one amount over sales of these line types; `first` leaves reversals and fees out."""
        sales = self._ordered() if first else self._sales()
        return sum(
            getattr(sale, figure)
            for sale in sales
            if not line_types or sale.line_type in line_types
        )

    def _sales(self) -> list[Sale]:
        return [sale for agreement in self.agreements for sale in agreement.sales]

    def _ordered(self) -> list[Sale]:
        return [s for s in self._sales() if s.action != "RETURN" and s.line_type != "FEE"]

    @property
    def financial_status(self) -> str:
        """Shopify's word for the state of payment."""
        kinds = {p.kind for p in self.payments if p.status == "SUCCESS"}
        if self.refunded:
            return "REFUNDED" if self.refunded >= self.received else "PARTIALLY_REFUNDED"
        if "VOID" in kinds or (self.cancelled and not self.received):
            return "VOIDED"
        if self.is_paid:
            return "PAID"
        if self.received > 0:
            return "PARTIALLY_PAID"
        return "AUTHORIZED" if "AUTHORIZATION" in kinds else "PENDING"

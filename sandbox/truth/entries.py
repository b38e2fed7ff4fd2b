"""The ledger as it must come out: one entry for each amount that a fact moves, in minor units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from sandbox.facts import Cancelled, Fact, Line, Placed, Refunded, ReturnedLine


@dataclass(frozen=True)
class Entry:
    """What one line, delivery or adjustment moved at one time."""

    order_id: int
    at: datetime
    sort: str
    action: str
    line_id: int | None
    quantity: int
    gross: int
    discount: int
    net: int
    tax: int

    @property
    def total(self) -> int:
        """With tax."""
        return self.net + self.tax


def rounded(value: Fraction) -> int:
    """To the nearest unit, halves away from zero, by way of decimals."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def entries(facts: Iterable[Fact], *, included: bool) -> Iterator[Entry]:
    """All entries of one order's facts, which begin with how it was placed."""
    sold: Placed | None = None
    gone: dict[int, int] = {}
    for fact in facts:
        if isinstance(fact, Placed):
            sold = fact
            yield from _sold(fact, included=included)
        refund = fact.refund if isinstance(fact, Cancelled) else fact
        if isinstance(refund, Refunded) and sold is not None:
            yield from _given_back(sold, refund, gone, included=included)


def _sold(placed: Placed, *, included: bool) -> Iterator[Entry]:
    for line in placed.lines:
        gross, discount, net = _split(line, included=included)
        yield Entry(
            placed.order_id,
            placed.processed_at,
            "gift_card" if line.gift_card else "product",
            "order",
            line.line_id,
            line.quantity,
            gross,
            discount,
            net,
            line.tax,
        )
    if placed.shipping:
        price, tax = placed.shipping.price, placed.shipping.tax
        net = price - tax if included else price
        yield _plain(placed.order_id, placed.processed_at, "shipping", "order", net, tax)


def _given_back(
    placed: Placed, refund: Refunded, gone: dict[int, int], *, included: bool
) -> Iterator[Entry]:
    lines = {line.line_id: line for line in placed.lines}
    for back in refund.lines:
        line = lines[back.line_id]
        yield _returned(line, back, refund, gone.get(line.line_id, 0), included=included)
        gone[line.line_id] = gone.get(line.line_id, 0) + back.quantity
    if refund.shipping:
        tax = refund.shipping.tax
        net = refund.shipping.base - tax if included else refund.shipping.base
        yield _plain(refund.order_id, refund.at, "shipping", "return", -net, -tax)
    if refund.adjustment:
        amount = -refund.adjustment.amount
        yield _plain(refund.order_id, refund.at, "adjustment", "return", amount, 0)


def _plain(order_id: int, at: datetime, sort: str, action: str, net: int, tax: int) -> Entry:
    return Entry(order_id, at, sort, action, None, 0, net, 0, net, tax)


def _split(line: Line, *, included: bool) -> tuple[int, int, int]:
    """Gross, discount and net of a whole line, all without tax."""
    listed = line.price * line.quantity
    discount = line.line_discount + line.order_discount
    if not included:
        return listed, discount, listed - discount
    net = listed - discount - line.tax
    untaxed = rounded(Fraction(discount) / (1 + line.tax_rate))
    return net + untaxed, untaxed, net


def _returned(
    line: Line, back: ReturnedLine, refund: Refunded, before: int, *, included: bool
) -> Entry:
    """Some units of a line: what all units up to these make, less what went before."""

    def part(amount: int) -> int:
        upto = rounded(Fraction(amount * (before + back.quantity), line.quantity))
        return upto - rounded(Fraction(amount * before, line.quantity))

    tax = part(line.tax)
    net = line.price * back.quantity - part(line.line_discount + line.order_discount)
    net -= tax if included else 0
    discount = part(_split(line, included=included)[1])
    return Entry(
        refund.order_id,
        refund.at,
        "gift_card" if line.gift_card else "product",
        "return",
        line.line_id,
        -back.quantity,
        -(net + discount),
        -discount,
        -net,
        -tax,
    )

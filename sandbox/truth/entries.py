"""The ledger as it must come out: one entry for each amount that a fact moves, in minor units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from sandbox.facts import Cancelled, Edited, Fact, Line, Placed, Refunded, Returned


@dataclass(frozen=True)
class Entry:
    """What one line, delivery, charge or adjustment moved at one time."""

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
    refund_id: int | None = None
    refund_line_id: int | None = None

    @property
    def total(self) -> int:
        """With tax."""
        return self.net + self.tax


def rounded(value: Fraction) -> int:
    """To the nearest unit, halves away from zero, by way of decimals."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


class Lines:
    """An order's lines as they stand, and how many units of each have gone."""

    def __init__(self, placed: Placed) -> None:
        self.standing = {line.line_id: line for line in placed.lines}
        self.gone: Counter[int] = Counter()

    def take(self, line_id: int, units: int) -> tuple[Line, int]:
        """Take units out: the line, and the units that had gone before them."""
        before = self.gone[line_id]
        self.gone[line_id] += units
        return self.standing[line_id], before


def entries(facts: Iterable[Fact], *, included: bool) -> Iterator[Entry]:
    """All entries of one order's facts, which begin with how it was placed."""
    lines: Lines | None = None
    for fact in facts:
        if isinstance(fact, Placed):
            lines = Lines(fact)
            yield from _sold(fact, included=included)
        elif lines is None:
            continue
        elif isinstance(fact, Edited):
            yield from _edited(fact, lines, included=included)
        elif isinstance(fact, Returned):
            yield from _taken_back(fact, lines, included=included)
        else:
            refund = fact.refund if isinstance(fact, Cancelled) else fact
            if isinstance(refund, Refunded):
                yield from _given_back(refund, lines, included=included)


def _sold(placed: Placed, *, included: bool) -> Iterator[Entry]:
    at = placed.processed_at
    for line in placed.lines:
        yield _line(placed.order_id, at, line, included=included)
    if placed.shipping:
        price, tax = placed.shipping.price, placed.shipping.tax
        net = price - tax if included else price
        yield _plain(placed.order_id, at, "shipping", "order", net, tax)
    for charge in placed.charges:
        yield _plain(placed.order_id, at, charge.sort.lower(), "order", charge.amount, 0)


def _given_back(refund: Refunded, lines: Lines, *, included: bool) -> Iterator[Entry]:
    number, at, refund_id = refund.order_id, refund.at, refund.refund_id
    for back in refund.lines:
        line, before = lines.take(back.line_id, back.quantity)
        entry = _returned(number, at, line, back.quantity, before, included=included)
        yield replace(entry, refund_id=refund_id, refund_line_id=back.refund_line_id)
    if refund.shipping:
        tax = refund.shipping.tax
        net = refund.shipping.base - tax if included else refund.shipping.base
        yield _plain(number, at, "shipping", "return", -net, -tax, refund_id)
    for charge in refund.charges:
        yield _plain(number, at, charge.sort.lower(), "return", -charge.amount, 0, refund_id)
    if refund.adjustment:
        amount = -refund.adjustment.amount
        yield _plain(number, at, "adjustment", "return", amount, 0, refund_id)


def _edited(edit: Edited, lines: Lines, *, included: bool) -> Iterator[Entry]:
    for line in edit.added:
        lines.standing[line.line_id] = line
        yield _line(edit.order_id, edit.at, line, included=included)
    for gone in edit.removed:
        line, before = lines.take(gone.line_id, gone.quantity)
        yield _returned(edit.order_id, edit.at, line, gone.quantity, before, included=included)
    for less in edit.discounted:
        was = lines.standing[less.line_id]
        line = replace(was, line_discount=was.line_discount + less.amount, tax=less.tax)
        lines.standing[less.line_id] = line
        yield _cheaper(edit, was, line, included=included)


def _taken_back(back: Returned, lines: Lines, *, included: bool) -> Iterator[Entry]:
    """Goods that came back belong to the refund that paid for them; goods sent out to none."""
    refund_id = back.refund.refund_id if back.refund else None
    named = {r.line_id: r.refund_line_id for r in back.refund.lines} if back.refund else {}
    for gone in back.lines:
        line, before = lines.take(gone.line_id, gone.quantity)
        entry = _returned(back.order_id, back.at, line, gone.quantity, before, included=included)
        yield replace(entry, refund_id=refund_id, refund_line_id=named.get(gone.line_id))
    for line in back.added:
        lines.standing[line.line_id] = line
        yield _line(back.order_id, back.at, line, included=included)
    if back.fee:
        yield _plain(back.order_id, back.at, "fee", "order", back.fee.amount, 0, refund_id)


def _line(order_id: int, at: datetime, line: Line, *, included: bool) -> Entry:
    gross, discount, net = _split(line, included=included)
    number, units, tax = line.line_id, line.quantity, line.tax
    return Entry(order_id, at, _sort(line), "order", number, units, gross, discount, net, tax)


def _cheaper(edit: Edited, was: Line, line: Line, *, included: bool) -> Entry:
    before, after = _split(was, included=included), _split(line, included=included)
    gross, discount, net = (new - old for new, old in zip(after, before, strict=True))
    tax = line.tax - was.tax
    return Entry(
        edit.order_id, edit.at, _sort(line), "update", line.line_id, 0, gross, discount, net, tax
    )


def _sort(line: Line) -> str:
    if line.tip:
        return "tip"
    return "gift_card" if line.gift_card else "product"


def _plain(
    order_id: int,
    at: datetime,
    sort: str,
    action: str,
    net: int,
    tax: int,
    refund_id: int | None = None,
) -> Entry:
    return Entry(order_id, at, sort, action, None, 0, net, 0, net, tax, refund_id)


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
    order_id: int, at: datetime, line: Line, units: int, before: int, *, included: bool
) -> Entry:
    """Some units of a line: what all units up to these make, less what went before."""

    def part(amount: int) -> int:
        upto = rounded(Fraction(amount * (before + units), line.quantity))
        return upto - rounded(Fraction(amount * before, line.quantity))

    tax = part(line.tax)
    net = line.price * units - part(line.line_discount + line.order_discount)
    net -= tax if included else 0
    discount = part(_split(line, included=included)[1])
    return Entry(
        order_id,
        at,
        _sort(line),
        "return",
        line.line_id,
        -units,
        -(net + discount),
        -discount,
        -net,
        -tax,
    )

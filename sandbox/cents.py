"""Arithmetic on minor units for the shop's own books: shares, allocations, tax, readable forms."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

EXPONENTS = {"JPY": 0}


def half_up(value: Fraction) -> int:
    """The nearest whole unit; halves go away from zero."""
    sign = -1 if value < 0 else 1
    return sign * int(abs(value) + Fraction(1, 2))


def share(total: int, *, units: int, of: int) -> int:
    """What `units` of `of` equal units make of a total."""
    return half_up(Fraction(total * units, of))


def slice_share(total: int, *, after: int, units: int, of: int) -> int:
    """The part of a total that the next `units` carry once `after` units are gone.

    Cumulative shares leave no remainder: all slices add up to the total.
    """
    return share(total, units=after + units, of=of) - share(total, units=after, of=of)


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split a total by weight; the odd units go to the largest remainders, first come first."""
    whole = sum(weights)
    if whole == 0:
        return [0 for _ in weights]
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: -(total * weights[i] % whole))
    for index in order[: total - sum(parts)]:
        parts[index] += 1
    return parts


def tax_on(amount: int, rate: Fraction, *, included: bool) -> int:
    """The tax on top of an amount, or the tax inside it."""
    return half_up(amount * rate / (1 + rate)) if included else half_up(amount * rate)


def decimal(amount: int, currency: str) -> str:
    """The webhook's form, with the currency's fixed number of digits: 30.00."""
    digits = EXPONENTS.get(currency, 2)
    if digits == 0:
        return str(amount)
    sign, rest = "-" if amount < 0 else "", abs(amount)
    return f"{sign}{rest // 100}.{rest % 100:02d}"


def scalar(amount: int, currency: str) -> str:
    """The Admin API's form, without needless zeros: 30.0, 12.3, 12.34."""
    text = decimal(amount, currency)
    if "." not in text:
        return text
    return text[:-1] if text.endswith("0") else text

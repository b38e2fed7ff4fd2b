"""The sales figures: what each one adds up, and how it reads."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sandbox.truth.entries import Entry

SALES_FIGURES = (
    "gross_sales",
    "discounts",
    "returns",
    "net_sales",
    "shipping",
    "duties",
    "additional_fees",
    "return_fees",
    "other_sales",
    "taxes",
    "total_sales",
    "tips",
    "gift_card_sales",
)
# What an order is charged beside goods and delivery, by the sort of the entry.
_CHARGES = {"duty": "duties", "additional_fee": "additional_fees", "fee": "return_fees"}
_HELD = {"gift_card": "gift_card_sales", "tip": "tips"}
Figures = dict[str, int]


def figures(entries: Iterable[Entry]) -> Figures:
    """All sales figures of some entries, in minor units."""
    found = dict.fromkeys(SALES_FIGURES, 0)
    for entry in entries:
        _count(found, entry)
    found["net_sales"] = found["gross_sales"] - found["discounts"] - found["returns"]
    parts = ("net_sales", "shipping", "taxes", *_CHARGES.values())
    found["total_sales"] = sum(found[part] for part in parts)
    return found


def _count(found: Figures, entry: Entry) -> None:
    if entry.sort in _HELD:
        found[_HELD[entry.sort]] += entry.total
        return
    found["taxes"] += entry.tax
    if entry.sort == "shipping":
        found["shipping"] += entry.net
    elif entry.sort in _CHARGES:
        found[_CHARGES[entry.sort]] += entry.net
    elif entry.sort == "product" and entry.action != "return":
        found["gross_sales"] += entry.gross
        found["discounts"] += entry.discount
    else:
        found["returns"] -= entry.net


def ordered(entries: Iterable[Entry]) -> int:
    """The price as ordered: with lines and discounts of edits, without reversals and fees."""
    return sum(e.total for e in entries if e.action != "return" and e.sort != "fee")


def units_sold(entries: Iterable[Entry]) -> int:
    """Units of goods as ordered."""
    return sum(e.quantity for e in entries if e.sort == "product" and e.action == "order")


def money(amount: int, digits: int) -> str:
    """Minor units as a plain decimal."""
    return str(Decimal(amount).scaleb(-digits))


def readable(found: Figures, digits: int) -> dict[str, str]:
    """Figures as plain decimals."""
    return {name: money(amount, digits) for name, amount in found.items()}

"""Truth rows of refunds and of their lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sandbox.facts import Refunded
from sandbox.truth.books import Account, Setting
from sandbox.truth.entries import Entry, rounded
from sandbox.truth.figures import money, ordered

Row = dict[str, Any]
# All that a refund moves beside goods and delivery, so that its parts are the whole of it.
_OTHER = ("adjustment", "duty", "additional_fee", "fee", "tip")


def refund_rows(accounts: Iterable[Account], setting: Setting) -> Iterator[Row]:
    """One row for each refund of each order that counts."""
    for account in accounts:
        for refund in account.refunds:
            yield _row(account, refund, setting)


def refund_line_rows(accounts: Iterable[Account], setting: Setting) -> Iterator[Row]:
    """One row for each line of each refund."""
    for account in accounts:
        for refund in account.refunds:
            for back in refund.lines:
                (entry,) = (e for e in account.entries if e.refund_line_id == back.refund_line_id)
                yield {
                    "refund_id": refund.refund_id,
                    "refund_line_id": back.refund_line_id,
                    "line_item_id": back.line_id,
                    "quantity": back.quantity,
                    "restocked_quantity": back.quantity if back.restock != "NO_RESTOCK" else 0,
                    "subtotal": money(-entry.net, setting.digits),
                    "tax": money(-entry.tax, setting.digits),
                }


def _moved(account: Account, refund: Refunded) -> list[Entry]:
    return [entry for entry in account.entries if entry.refund_id == refund.refund_id]


def _row(account: Account, refund: Refunded, setting: Setting) -> Row:
    given = _paid(refund, "SUCCESS")
    placed, parts = account.placed, _parts(_moved(account, refund))
    days = setting.day(refund.at) - setting.day(placed.processed_at)
    amounts = {
        **parts,
        "amount": given,
        "pending_amount": _paid(refund, "PENDING"),
        "discrepancy": given - sum(parts.values()),
    }
    return {
        "refund_id": refund.refund_id,
        "order_id": placed.order_id,
        "shop_date": setting.day(refund.at).isoformat(),
        "currency": setting.currency,
        **{name: money(amount, setting.digits) for name, amount in amounts.items()},
        "quantity": sum(back.quantity for back in refund.lines),
        "restocked_quantity": sum(
            back.quantity for back in refund.lines if back.restock != "NO_RESTOCK"
        ),
        "is_full": given > 0 and _is_full(account, refund),
        "days_to_refund": days.days,
    }


def _parts(moved: list[Entry]) -> dict[str, int]:
    """What the refund took back, shown positive; goods include gift cards."""
    goods = [entry for entry in moved if entry.sort in ("product", "gift_card")]
    return {
        "goods_amount": -sum(entry.net for entry in goods),
        "shipping_amount": -sum(entry.net for entry in moved if entry.sort == "shipping"),
        "tax_amount": -sum(entry.tax for entry in moved),
        "adjustment_amount": -sum(entry.net for entry in moved if entry.sort in _OTHER),
    }


def _is_full(account: Account, refund: Refunded) -> bool:
    """Judged in what the buyer sees, whose rate may have moved since."""
    rate = account.placed.presentment.rate
    shown = sum(
        rounded(p.amount * rate) if p.presented is None else p.presented
        for p in refund.payments
        if p.kind == "REFUND" and p.status == "SUCCESS" and not p.test
    )
    return shown >= rounded(ordered(account.entries) * rate)


def _paid(refund: Refunded, status: str) -> int:
    counted = [p for p in refund.payments if p.kind == "REFUND" and not p.test]
    return sum(p.amount for p in counted if p.status == status)

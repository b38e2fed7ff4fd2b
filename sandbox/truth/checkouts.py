"""Truth rows of checkouts and of their funnel, at the moment of asking.

A warehouse may know one checkout twice, by token from webhooks and by number from the backfill;
only one of the two counts. Of what webhooks told, the number's row never counts: it is left out
here, for whether a warehouse has it depends on when it read the Admin API.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from sandbox.facts import CheckoutSaved, Fact
from sandbox.truth.books import Account, Setting
from sandbox.truth.browsing import Life, lives, told_from
from sandbox.truth.entries import rounded
from sandbox.truth.figures import ordered

Row = dict[str, Any]
_DIGITS = {"JPY": 0}


@dataclass(frozen=True)
class Seen:
    """One checkout as a warehouse must show it."""

    checkout_id: str
    source: str
    created_at: datetime
    moments: tuple[datetime, ...]
    completed_at: datetime | None
    currency: str
    total: Decimal
    is_contactable: bool
    order: Account | None
    is_counted: bool = True


def checkout_rows(
    history: Iterable[Fact], accounts: Iterable[Account], setting: Setting
) -> Iterator[Row]:
    """One row for each checkout that is known, and for each order whose checkout is not."""
    for seen in _all_seen(history, accounts, setting):
        first = _first_abandoned(seen, setting)
        abandoned = seen.completed_at is None and _abandons_at(seen, setting) <= setting.now
        pending = "ABANDONED" if abandoned else "PENDING"
        recovered = seen.completed_at is not None and first is not None
        yield {
            "checkout_id": seen.checkout_id,
            "source": seen.source,
            "status": "COMPLETED" if seen.completed_at else pending,
            "currency": seen.currency,
            "total_price": str(seen.total),
            "created_at": _utc(seen.created_at),
            "shop_date": setting.day(seen.created_at).isoformat(),
            "completed_at": _utc(seen.completed_at) if seen.completed_at else None,
            "was_abandoned": abandoned or first is not None,
            "is_recovered": recovered,
            "recovered_value": str(_recovered_value(seen, setting)) if recovered else None,
            "order_id": seen.order.placed.order_id if seen.order else None,
            "is_contactable": seen.is_contactable,
            "is_counted": seen.is_counted,
        }


def funnel_rows(rows: Iterable[Row]) -> Iterator[Row]:
    """What counts, by the shop's day and currency."""
    days: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row["is_counted"]:
            days[row["shop_date"], row["currency"]].append(row)
    for (day, currency), own in sorted(days.items()):
        completed = [row for row in own if row["status"] == "COMPLETED"]
        abandoned = [row for row in own if row["status"] == "ABANDONED"]
        recovered = [row for row in own if row["is_recovered"]]
        yield {
            "shop_date": day,
            "currency": currency,
            "created": len(own),
            "contactable": sum(row["is_contactable"] for row in own),
            "completed": len(completed),
            "abandoned": len(abandoned),
            "recovered": len(recovered),
            "created_value": _sum(own, "total_price"),
            "completed_value": _sum(completed, "total_price"),
            "abandoned_value": _sum(abandoned, "total_price"),
            "recovered_value": _sum(recovered, "recovered_value"),
        }


def _all_seen(
    history: Iterable[Fact], accounts: Iterable[Account], setting: Setting
) -> Iterator[Seen]:
    found = lives(history)
    orders = {a.placed.checkout_token: a for a in accounts if a.placed.checkout_token}
    since = told_from(found.values())
    shown: set[str | None] = set()
    for token, life in found.items():
        order = orders.get(token)
        if life.is_told and not (life.deleted and life.deleted.told):
            shown.add(token)
            yield _by_webhook(token, life, order, setting)
        is_live = since is not None and life.created_at >= since
        if life.is_listed(setting.began, setting.now) and not (life.is_numbered or is_live):
            yield _by_number(life, order, setting)
    for token, order in orders.items():
        if token is not None and token not in shown:
            yield _by_order(token, order, setting)


def _by_webhook(token: str, life: Life, order: Account | None, setting: Setting) -> Seen:
    body = life.as_told()
    completed = life.completed.at if life.completed and life.completed.told else None
    if completed is None and order is not None:
        completed = order.placed.processed_at
    currency = body.presentment.currency
    return Seen(
        checkout_id=token,
        source="webhook",
        created_at=life.created_at,
        moments=tuple(life.moments_told()),
        completed_at=completed,
        currency=currency,
        total=_units(rounded(_total(body, setting) * body.presentment.rate), currency),
        is_contactable=bool(body.buyer.email or body.buyer.phone or body.buyer.customer_id),
        order=order,
    )


def _by_number(life: Life, order: Account | None, setting: Setting) -> Seen:
    """As the Admin API lists it: no token, no e-mail; its order is tied by the customer only."""
    last = life.last
    tied = life.completed is not None and order is not None and last.buyer.customer_id is not None
    return Seen(
        checkout_id=str(last.checkout_id),
        source="admin",
        created_at=life.created_at,
        moments=(life.moments()[-1],),
        completed_at=life.completed.at if life.completed else None,
        currency=setting.currency,
        total=_units(_total(last, setting), setting.currency),
        is_contactable=last.buyer.customer_id is not None,
        order=None,
        is_counted=not tied,
    )


def _by_order(token: str, order: Account, setting: Setting) -> Seen:
    placed = order.placed
    return Seen(
        checkout_id=token,
        source="order",
        created_at=placed.processed_at,
        moments=(placed.processed_at,),
        completed_at=placed.processed_at,
        currency=setting.currency,
        total=_units(ordered(order.entries), setting.currency),
        # The orders of the marts name no telephone.
        is_contactable=bool(placed.buyer.email or placed.buyer.customer_id),
        order=order,
    )


def _total(body: CheckoutSaved, setting: Setting) -> int:
    """Goods after discounts, delivery, and the tax where it stands beside the prices."""
    total = body.shipping.price if body.shipping else 0
    taxes = body.shipping.tax if body.shipping else 0
    for line in body.lines:
        total += line.price * line.quantity - line.line_discount - line.order_discount
        taxes += line.tax
    return total if setting.included else total + taxes


def _units(amount: int, currency: str) -> Decimal:
    return Decimal(amount).scaleb(-_DIGITS.get(currency, 2))


def _abandons_at(seen: Seen, setting: Setting) -> datetime:
    return max(seen.created_at, *seen.moments) + setting.threshold


def _first_abandoned(seen: Seen, setting: Setting) -> datetime | None:
    """The end of the first threshold's worth of silence that something followed."""
    until = seen.completed_at
    found = {seen.created_at, *seen.moments, *([until] if until else [])}
    moments = sorted(m for m in found if m >= seen.created_at and (until is None or m <= until))
    for before, after in pairwise(moments):
        if after - before >= setting.threshold:
            return before + setting.threshold
    return None


def _recovered_value(seen: Seen, setting: Setting) -> Decimal:
    """What was paid in the end, where the order is known in the same currency."""
    if seen.order is None or seen.currency != setting.currency:
        return seen.total
    return _units(ordered(seen.order.entries), setting.currency)


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _sum(rows: Iterable[Row], name: str) -> str:
    return str(sum((Decimal(row[name]) for row in rows), Decimal(0)))

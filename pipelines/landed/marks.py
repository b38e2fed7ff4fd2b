"""Which orders a batch of webhooks shows to need their agreements, and the marks that say so.

An order is marked when its webhook differs from what is known of it in anything that only Shopify's
agreements tell exactly; a change of tags or of an address marks nothing. Known is the Admin
document, or while there is none, the last webhook. Marks are written before the load: a batch that
is handed out again marks the same orders once more, and a mark too many only costs one reading.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
import psycopg

from pipelines.landed.parse import DELETION, Parsed
from pipelines.resources import ORDER_EDITS, ORDERS, REFUNDS
from pipelines.shopify.by_id import number_of

Connection = psycopg.Connection[tuple[Any, ...]]
Key = tuple[int, int]
Body = Mapping[str, Any]

_KNOWN = """
select known.tenant_id, known.id, known.origin, known.payload::text
from raw.orders as known
inner join unnest(%s::bigint[], %s::bigint[]) as asked (tenant_id, id)
    on known.tenant_id = asked.tenant_id and known.id = asked.id
order by known.origin desc
"""
_MARK = """
insert into control.refetch_orders (tenant_id, order_id, reason)
select * from unnest(%s::bigint[], %s::bigint[], %s::text[])
on conflict (tenant_id, order_id)
do update set marked_at = clock_timestamp(), reason = excluded.reason
"""


@dataclass(frozen=True, slots=True)
class State:
    """What of an order moves its ledger; `payment` is known from the Admin API alone."""

    updated_at: datetime | None
    cancelled: bool
    refunds: frozenset[int]
    total: Decimal | None
    current_total: Decimal | None
    quantities: Mapping[int, int]
    payment: str | None = None


def admin_state(body: Body) -> State:
    """The state that an Admin document shows."""
    lines = body.get("lineItems") or []
    return State(
        updated_at=datetime.fromisoformat(body["updatedAt"]),
        cancelled=body.get("cancelledAt") is not None,
        refunds=frozenset(number_of(refund["id"]) for refund in body.get("refunds") or []),
        total=_shop_amount(body.get("totalPriceSet")),
        current_total=_shop_amount(body.get("currentTotalPriceSet")),
        quantities={number_of(line["id"]): line["currentQuantity"] for line in lines},
        payment=str(body.get("displayFinancialStatus") or "").lower(),
    )


def webhook_state(body: Body) -> State:
    """The state that the body of an order's webhook shows; a tombstone shows none."""
    total = _amount(body.get("total_price"))
    current = _amount(body.get("current_total_price"))
    stated = body.get("updated_at")
    return State(
        updated_at=datetime.fromisoformat(stated) if stated else None,
        cancelled=body.get("cancelled_at") is not None,
        refunds=frozenset(refund["id"] for refund in body.get("refunds") or []),
        total=total,
        current_total=total if current is None else current,
        quantities={
            line["id"]: line["quantity"]
            if line.get("current_quantity") is None
            else line["current_quantity"]
            for line in body.get("line_items") or []
        },
    )


def as_ordered(body: Body) -> State:
    """The state that the order in a webhook had at first, were nothing changed since."""
    total = _amount(body.get("total_price"))
    quantities = {line["id"]: line["quantity"] for line in body.get("line_items") or []}
    return State(None, False, frozenset(), total, total, quantities)


def reason_to_mark(known: State, seen: State, *, payment: str | None) -> str | None:
    """Why the agreements must be read again, or None; an older webhook tells nothing."""
    if known.updated_at and seen.updated_at and seen.updated_at < known.updated_at:
        return None
    if seen.refunds - known.refunds:
        return "refund"
    if seen.cancelled != known.cancelled:
        return "cancellation"
    if (seen.total, seen.current_total) != (known.total, known.current_total):
        return "changed totals"
    if dict(seen.quantities) != dict(known.quantities):
        return "edit or return"
    if known.payment and payment and payment != known.payment:
        return "payment"
    return None


def reason_when_new(body: Body) -> str | None:
    """Why an order of which nothing is known yet must be read, or None."""
    if _paid_elsewhere(body):
        return "payment in another currency"
    if _tipped_in_secret(body):
        return "tip"
    return reason_to_mark(as_ordered(body), webhook_state(body), payment=None)


def orders_to_mark(connection: Connection, parsed: Iterable[Parsed]) -> dict[Key, str]:
    """The orders that these events show to have changed, each with the reason."""
    events = sorted(parsed, key=lambda one: one.document.newness)
    keys = {key for one in events if (key := _order_of(one)) is not None}
    known = _known_states(connection, keys)
    marks: dict[Key, str] = {}
    for one in events:
        key = _order_of(one)
        if key is None or one.event.topic == DELETION:
            continue
        reason = _reason(one, known.get(key))
        if reason:
            marks[key] = reason
        if one.table == ORDERS.name and (key not in known or reason):
            known[key] = webhook_state(one.body)
    return marks


def write_marks(connection: Connection, marks: Mapping[Key, str]) -> None:
    """Mark orders to be read again; a mark that stands is renewed."""
    if marks:
        tenants, orders = zip(*marks, strict=True)
        connection.execute(_MARK, [list(tenants), list(orders), list(marks.values())])


def _reason(one: Parsed, known: State | None) -> str | None:
    if one.table == REFUNDS.name:
        return None if known and one.document.id in known.refunds else "refund"
    if one.table == ORDER_EDITS.name:
        newer = known and known.updated_at and known.updated_at > one.document.updated_at
        return None if newer and known and known.payment is not None else "edit"
    if known is None:
        return reason_when_new(one.body)
    return reason_to_mark(known, webhook_state(one.body), payment=one.body.get("financial_status"))


def _paid_elsewhere(body: Body) -> bool:
    """Whether the buyer pays in another currency than the shop's: only Shopify converts money."""
    paid_in = body.get("presentment_currency")
    return paid_in is not None and paid_in != body.get("currency")


def _tipped_in_secret(body: Body) -> bool:
    """Whether there is a tip that no line names as one: the agreements tell it from goods."""
    named = any(
        line.get(field) is not None
        for line in body.get("line_items") or []
        for field in ("tip", "tip_payment_gateway", "tip_payment_method")
    )
    return bool(_amount(body.get("total_tip_received"))) and not named


def _order_of(one: Parsed) -> Key | None:
    if one.table == ORDERS.name:
        return (one.document.tenant_id, int(one.document.id))
    if one.table in (REFUNDS.name, ORDER_EDITS.name) and one.document.parent_id:
        return (one.document.tenant_id, int(one.document.parent_id))
    return None


def _known_states(connection: Connection, keys: Iterable[Key]) -> dict[Key, State]:
    """The Admin document's state where there is one, else the last webhook's."""
    asked = sorted(keys)
    rows = connection.execute(_KNOWN, [[key[0] for key in asked], [key[1] for key in asked]])
    states: dict[Key, State] = {}
    for tenant_id, order_id, origin, payload in rows:
        body = orjson.loads(payload)
        states[tenant_id, order_id] = (
            admin_state(body) if origin == "admin" else webhook_state(body)
        )
    return states


def _shop_amount(bag: Body | None) -> Decimal | None:
    return _amount(bag["shopMoney"]["amount"]) if bag else None


def _amount(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))

"""What is done about events that become no document: payments, an uninstalled app, privacy topics.

A payment marks its order to be read again. An uninstalled app's token is dead, so its shop rests.
The topics that Shopify makes mandatory get a receipt; the erasing itself fills in the deed.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg

from pipelines.landed import shapes
from pipelines.landed.bodies import read_body
from warehouse.landing import LandedEvent
from warehouse.tenants import APP_UNINSTALLED, pause_tenant

Connection = psycopg.Connection[tuple[Any, ...]]
PAYMENT = "order_transactions/create"
UNINSTALLED = "app/uninstalled"
PRIVACY = ("customers/data_request", "customers/redact", "shop/redact")

_RECEIPTS = """
insert into control.receipts (tenant_id, topic, webhook_id, received_at)
select tenant_id, topic, webhook_id, received_at
from landing.webhook_events where load_batch = %s and topic = any (%s)
on conflict (tenant_id, topic, webhook_id) do nothing
"""
_ACTED = """
update control.receipts set acted_at = now(), deed = %s
where tenant_id = %s and topic = %s and webhook_id = %s and acted_at is null
returning tenant_id
"""
# Credentials that were given after the app was uninstalled belong to its next installation.
_IS_CURRENT = """
select changed_at <= %s from control.credentials where tenant_id = %s
"""
_WEBHOOKS_FROM = """
update control.tenants set checkout_webhooks_from = least(checkout_webhooks_from, told.at)
from unnest(%s::bigint[], %s::timestamptz[]) as told (tenant_id, at)
where tenants.tenant_id = told.tenant_id
    and least(checkout_webhooks_from, told.at) is distinct from checkout_webhooks_from
"""


def paid_order(event: LandedEvent) -> int | None:
    """The order that a payment names; raises BadDocument when that cannot be read."""
    body, _ = read_body(event)
    shapes.PAYMENT(body, "")
    order_id = body.get("order_id")
    return None if order_id is None else int(order_id)


def act(connection: Connection, batch_id: int, events: Sequence[LandedEvent]) -> None:
    """Give receipts and do what they are for; repeating a batch does nothing twice."""
    connection.execute(_RECEIPTS, [batch_id, [UNINSTALLED, *PRIVACY]])
    for event in events:
        if event.topic == UNINSTALLED:
            _uninstall(connection, event)
    _note_checkout_webhooks(connection, events)


def _uninstall(connection: Connection, event: LandedEvent) -> None:
    row = connection.execute(_IS_CURRENT, [event.triggered_at, event.tenant_id]).fetchone()
    deed = "paused" if row and row[0] else "nothing: newer credentials had been given"
    with connection.transaction():
        receipt = [deed, event.tenant_id, event.topic, event.webhook_id]
        if connection.execute(_ACTED, receipt).fetchone() and deed == "paused":
            pause_tenant(connection, event.tenant_id, reason=APP_UNINSTALLED)


def _note_checkout_webhooks(connection: Connection, events: Iterable[LandedEvent]) -> None:
    """From here on the shop's checkouts are told by webhooks."""
    first: dict[int, Any] = {}
    for event in events:
        if event.topic.startswith("checkouts/"):
            # Creation is told to the second: the first checkout itself must not lie before it.
            at = event.triggered_at.replace(microsecond=0)
            first[event.tenant_id] = min(first.get(event.tenant_id, at), at)
    if first:
        connection.execute(_WEBHOOKS_FROM, [list(first), list(first.values())])

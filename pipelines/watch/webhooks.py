"""The watch over each shop's webhooks: subscriptions, orders that nobody was told of, silence.

What Shopify took away after failed deliveries is subscribed again by itself, at the address where
we had subscribed; one that points elsewhere is only told, because somebody may have meant it.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg

from pipelines.subscriptions import Standing, stand
from pipelines.sync import told
from pipelines.watch.orders import find_untold, first_told
from pipelines.watch.silence import Silence, count_deliveries, silence_of
from warehouse.connections import Role, connect
from warehouse.settings import Settings
from warehouse.tenants import Tenant, list_tenants
from warehouse.webhook_watch import keep_watch, watched_from

LOG = logging.getLogger(__name__)
Connection = psycopg.Connection[tuple[Any, ...]]
WATCHES_AT_ONCE = 4
ORDERS = "orders/create"


@dataclass(frozen=True)
class Watched:
    """One tenant's webhooks: topics that lack a subscription, those made again, orders untold."""

    tenant_id: int
    shop_domain: str
    silence: Silence = field(default_factory=Silence)
    untold_orders: int = 0
    missing: tuple[str, ...] = ()
    repaired: tuple[str, ...] = ()
    error: str | None = None
    hint: str | None = None


def watch_webhooks(settings: Settings, *, now: datetime | None = None) -> list[Watched]:
    """Look after every active tenant; one's failure stops no other and stands in its result."""
    at = now or datetime.now(UTC)
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        count_deliveries(connection)
        tenants = [one for one in list_tenants(connection) if one.status == "active"]

    def watched(tenant: Tenant) -> Watched:
        try:
            return _watch(settings, tenant, at)
        except Exception as error:  # noqa: BLE001 - no fault of one tenant may stop the others
            text, hint = told(error)
            return Watched(tenant.tenant_id, tenant.shop_domain, error=text, hint=hint)

    with ThreadPoolExecutor(max_workers=WATCHES_AT_ONCE, thread_name_prefix="watch") as pool:
        return list(pool.map(watched, tenants))


def _watch(settings: Settings, tenant: Tenant, now: datetime) -> Watched:
    tenant_id = tenant.tenant_id
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        address, since = watched_from(connection, tenant_id)
        standing, error, hint = _standing(settings, tenant, address)
        since = _told_from(connection, tenant_id, standing, since, now)
        untold = find_untold(connection, tenant_id, since=since, now=now) if since else 0
        silence = silence_of(connection, tenant_id, now=now)
        keep_watch(
            connection,
            tenant_id,
            at=now,
            orders_told_from=since,
            last_delivery_at=silence.last,
            expected=silence.expected,
            silent_since=silence.since,
            subscriptions=None
            if standing is None
            else (standing.address, list(standing.missing), list(standing.repaired)),
            error=error,
        )
    for topic in standing.repaired if standing else ():
        LOG.warning("%s: the subscription to %s was gone; made again", tenant.shop_domain, topic)
    if silence.since:
        LOG.warning(
            "%s: silent since %s; %.0f deliveries would have been usual",
            tenant.shop_domain, silence.since.isoformat(), silence.expected,
        )  # fmt: skip
    return Watched(
        tenant_id,
        tenant.shop_domain,
        silence,
        untold,
        standing.missing if standing else (),
        standing.repaired if standing else (),
        error,
        hint,
    )


def _standing(
    settings: Settings, tenant: Tenant, address: str | None
) -> tuple[Standing | None, str | None, str | None]:
    """How the subscriptions stand; a shop that cannot be asked is watched by what arrives."""
    if not tenant.has_access_token:
        return None, None, None
    try:
        return stand(settings, tenant, address=address), None, None
    except Exception as error:  # noqa: BLE001 - silence is told all the same
        return None, *told(error)


def _told_from(
    connection: Connection,
    tenant_id: int,
    standing: Standing | None,
    since: datetime | None,
    now: datetime,
) -> datetime | None:
    """Since when orders must have been told: a subscription that was gone begins anew."""
    if standing and ORDERS in (*standing.repaired, *standing.missing):
        return now if ORDERS in standing.repaired else None
    if since is None and standing and standing.address:
        return first_told(connection, tenant_id) or now
    return since or first_told(connection, tenant_id)


def silent(watched: Sequence[Watched]) -> list[Watched]:
    """Those that have fallen silent."""
    return [one for one in watched if one.silence.since]

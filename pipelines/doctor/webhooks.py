"""Whether the shop sends what the warehouse waits for."""

from collections.abc import Collection, Iterator
from typing import Any

import psycopg

from pipelines.doctor.findings import Finding, ok, skipped, warning
from pipelines.shopify.client import ShopifyClient
from pipelines.subscription_topics import COMPLIANCE
from pipelines.subscriptions import Subscription, examined
from warehouse.tenants import Tenant

Connection = psycopg.Connection[tuple[Any, ...]]
LONGEST_LIST = 4

# The app's configuration may subscribe, too, and the API does not tell of that; arrivals do.
_ARRIVED = """
select distinct topic from landing.webhook_events
where tenant_id = %s and received_at > now() - interval '30 days'
"""


def webhook_findings(
    connection: Connection, client: ShopifyClient, tenant: Tenant, scopes: Collection[str]
) -> Iterator[Finding]:
    """How the subscriptions stand, and the privacy topics, which nobody can see."""
    arrived = {str(topic) for (topic,) in connection.execute(_ARRIVED, [tenant.tenant_id])}
    found = examined(client, scopes, address=None)
    yield _subscriptions(tenant, found, arrived)
    yield _privacy(arrived)


def _subscriptions(
    tenant: Tenant, found: Collection[Subscription], arrived: Collection[str]
) -> Finding:
    name = "webhooks"
    cure = f"shopmart webhooks register {tenant.tenant_id} --address https://…"
    wanted = [one for one in found if one.state != "scope missing"]
    missing = [one.topic for one in wanted if one.state == "missing" and one.topic not in arrived]
    if len(missing) == len(wanted):
        return warning(name, "none: figures are as fresh as the last sync", cure)
    faults = [f"{one.topic} {one.told}" for one in wanted if one.state in ("wrong", "double")]
    if missing:
        faults.append(f"{len(missing)} missing ({_listed(missing)})")
    if faults:
        return warning(name, "; ".join(faults[:LONGEST_LIST]), cure)
    addresses = sorted({str(one.ours[0]["uri"]) for one in wanted if one.ours})
    where = ", ".join(addresses) or "the address in the app's configuration"
    return ok(name, f"{len(wanted)} topics, to {where}")


def _privacy(arrived: Collection[str]) -> Finding:
    name = "privacy webhooks"
    if set(COMPLIANCE) <= set(arrived):
        return ok(name, "all three have arrived")
    return skipped(
        name,
        "the app's configuration subscribes to them, and cannot be seen from here",
        f"set {', '.join(COMPLIANCE)} in the app's configuration, to the same address",
    )


def _listed(topics: list[str]) -> str:
    more = len(topics) - LONGEST_LIST
    return ", ".join(topics[:LONGEST_LIST]) + (f" and {more} more" if more > 0 else "")

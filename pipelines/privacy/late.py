"""Landed deliveries that came before what they belong to was known as an erased person's.

A refund may land before its order is read, and only the order says whose it is. A sync that brings
the order rewrites the refund's document; its delivery is rewritten here, by the nightly upkeep.
"""

from typing import Any

import psycopg

from pipelines.destination import WEBHOOK_LANE
from pipelines.load import lane_lock
from pipelines.privacy.events import named_in_landing, scrub_events
from pipelines.privacy.marks import read_marks, write_marks
from warehouse.connections import Role, advisory_lock, connect
from warehouse.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
_TENANTS = "select distinct tenant_id from control.erased order by 1"


def scrub_late(settings: Settings) -> int:
    """Rewrite landed deliveries of theirs that still tell of them; returns how many.

    They are looked for while all goes on; the webhooks' lane is held for the rewriting alone.
    """
    with (
        connect(settings, Role.LOADER, autocommit=True) as holder,
        connect(settings, Role.OWNER, autocommit=True) as owner,
    ):
        return sum(_scrubbed(holder, owner, settings, tenant) for tenant in _tenants(owner))


def _tenants(owner: Connection) -> list[int]:
    return [row[0] for row in owner.execute(_TENANTS)]


def _scrubbed(holder: Connection, owner: Connection, settings: Settings, tenant_id: int) -> int:
    erased = read_marks(owner, settings, tenant_id)
    with owner.transaction():
        found = named_in_landing(owner, erased)
    if not found:
        return 0
    with advisory_lock(holder, lane_lock(WEBHOOK_LANE)), owner.transaction():
        changed = scrub_events(owner, erased, found)
        write_marks(owner, erased)
    return changed.get("landing.webhook_events", 0)

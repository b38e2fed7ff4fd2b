"""A claimed batch before it is read: erased people and shops are erased where they landed.

What follows, marks, documents and verdicts, sees only what is left. Requests for privacy stay as
they came until they are acted upon.
"""

from typing import Any

import psycopg

from pipelines.privacy.events import NOTHING_LEFT, scrub_all_events, scrub_batch
from pipelines.privacy.marks import read_marks, write_marks
from pipelines.privacy.requests import TOPICS
from pipelines.privacy.stored import scrub_children
from warehouse.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
_WITH_ERASED = """
select distinct events.tenant_id from landing.webhook_events as events
where events.load_batch = %s and events.tenant_id in (select tenant_id from control.erased)
order by 1
"""
_OF_ERASED_SHOPS = """
update landing.webhook_events as events set body = %s
from control.tenants as tenants
where events.tenant_id = tenants.tenant_id and tenants.erased_at is not null
    and events.load_batch = %s and events.topic <> all(%s)
"""
_ERASED_SHOPS = "select tenant_id from control.tenants where erased_at is not null"


def look_through(connection: Connection, settings: Settings, batch_id: int) -> frozenset[int]:
    """Erase what is to be kept out; returns the erased shops, of which nothing is loaded.

    Repeating it changes nothing. The webhooks' lane must be held.
    """
    shops = frozenset(row[0] for row in connection.execute(_ERASED_SHOPS))
    if shops:
        connection.execute(_OF_ERASED_SHOPS, [NOTHING_LEFT, batch_id, list(TOPICS)])
    for (tenant_id,) in connection.execute(_WITH_ERASED, [batch_id]).fetchall():
        erased = read_marks(connection, settings, tenant_id)
        with connection.transaction():
            scrub_batch(connection, erased, batch_id, but=TOPICS)
            orders = erased.new_orders()
            if orders:
                # What refers to an order that is first known as theirs may have come before it.
                scrub_children(connection, tenant_id, orders)
                scrub_all_events(connection, erased, frozenset(), but=TOPICS)
            write_marks(connection, erased)
    return shops

"""Marked orders read again beside the loop: a slow or refusing Shopify delays no other figure.

A shop that failed rests by itself; the marks of a paused one wait until it is resumed.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

import psycopg

from pipelines.live.backoff import Backoff
from pipelines.live.reports import Reports
from pipelines.live.standing import CHANNEL
from pipelines.refetch import Refetched, refetch_marked
from warehouse.connections import Role, connect
from warehouse.errors import WarehouseError
from warehouse.settings import Settings

LOG = logging.getLogger(__name__)
PAUSE_SECONDS = 0.5
# A request to Shopify in flight at the end is given this long; its order stays marked.
PATIENCE_SECONDS = 5.0
MARKED = """
select exists (
    select 1 from control.refetch_orders as marks
    inner join control.tenants as tenants on marks.tenant_id = tenants.tenant_id
    where tenants.status = 'active' and tenants.has_access_token
        and tenants.tenant_id <> all(%s::bigint[])
)
"""


@contextmanager
def refetching(settings: Settings, reports: Reports) -> Iterator[None]:
    """Read marked orders again while the block runs."""
    stop = Event()
    thread = Thread(target=_run, args=(settings, reports, stop), name="refetch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE_SECONDS)


def _run(settings: Settings, reports: Reports, stop: Event) -> None:
    database, shops = Backoff(), defaultdict[int, Backoff](Backoff)
    while not stop.wait(PAUSE_SECONDS):
        if not database.is_due:
            continue
        resting = [tenant_id for tenant_id, backoff in shops.items() if not backoff.is_due]
        try:
            again = refetch_due(settings, resting=resting)
        except (psycopg.Error, WarehouseError) as error:
            LOG.warning("marked orders wait %.0f s: %s", database.failed(), error)
            continue
        database.succeeded()
        for tenant_id in set(shops) - set(resting) - set(again.failures):
            del shops[tenant_id]
        for tenant_id, words in again.failures.items():
            rest = shops[tenant_id].failed()
            LOG.warning("marked orders of tenant %d wait %.0f s: %s", tenant_id, rest, words)
        _report(reports, again, all_well=not shops)


def _report(reports: Reports, again: Refetched, *, all_well: bool) -> None:
    if again.failures:
        words = [f"tenant {tenant_id}: {why}" for tenant_id, why in again.failures.items()]
        reports.failed("refetch", "; ".join(words))
    elif all_well:
        reports.recovered("refetch")
    if again.orders or again.gone:
        reports.refetched(again)
        LOG.info("%d marked orders read again", again.orders)


def refetch_due(settings: Settings, *, resting: Sequence[int]) -> Refetched:
    """One pass over the marks that can be read now; what was read wakes the loop."""
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        row = connection.execute(MARKED, [list(resting)]).fetchone()
        if not row or not row[0]:
            return Refetched()
        again = refetch_marked(settings, resting=resting)
        if again.load_ids:
            connection.execute(f"notify {CHANNEL}")
    return again

"""Marked orders read again beside the loop: a slow or refusing shop delays no other figure.

Each shop is read in a thread of its own, so that the marks of others are looked for meanwhile. One
that failed rests by itself; the marks of a paused one wait until it is resumed.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from threading import Event, Thread

import psycopg

from pipelines.live.backoff import Backoff
from pipelines.live.reports import Reports
from pipelines.live.standing import CHANNEL
from pipelines.marked import marked_shops
from pipelines.refetch import SHOPS_AT_ONCE, Refetched, refetch_tenant
from warehouse.connections import Role, connect
from warehouse.errors import WarehouseError
from warehouse.settings import Settings

LOG = logging.getLogger(__name__)
PAUSE_SECONDS = 0.5
# A request to Shopify in flight at the end is given this long; its order stays marked.
PATIENCE_SECONDS = 5.0


@contextmanager
def refetching(settings: Settings, reports: Reports) -> Iterator[None]:
    """Read marked orders again while the block runs."""
    stop = Event()
    shops = Shops(settings, reports)
    thread = Thread(target=_run, args=(shops, stop), name="refetch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE_SECONDS)
        shops.join(PATIENCE_SECONDS)


def _run(shops: "Shops", stop: Event) -> None:
    database = Backoff()
    while not stop.wait(PAUSE_SECONDS):
        shops.settle()
        if not database.is_due:
            continue
        try:
            shops.begin()
            database.succeeded()
        except (psycopg.Error, WarehouseError) as error:
            LOG.warning("marked orders wait %.0f s: %s", database.failed(), error)


class Shops:
    """Which shops are being read at this moment, and which rest after a failure."""

    def __init__(self, settings: Settings, reports: Reports) -> None:
        self._settings = settings
        self._reports = reports
        self._threads: dict[int, Thread] = {}
        self._done: SimpleQueue[tuple[int, Refetched]] = SimpleQueue()
        self._backoffs = defaultdict[int, Backoff](Backoff)

    def begin(self) -> list[int]:
        """Begin with the shops that have marks, are not being read and do not rest."""
        with connect(self._settings, Role.LOADER, autocommit=True) as connection:
            marked = marked_shops(connection)
        self._forget_others(marked)
        resting = {tenant for tenant, backoff in self._backoffs.items() if not backoff.is_due}
        due = [one for one in marked if one not in resting and one not in self._threads]
        begun = due[: max(SHOPS_AT_ONCE - len(self._threads), 0)]
        for tenant_id in begun:
            name = f"refetch {tenant_id}"
            # A daemon: the end of the loop must not wait for a shop that does not answer.
            thread = Thread(target=self._read, args=(tenant_id,), name=name, daemon=True)
            self._threads[tenant_id] = thread
            thread.start()
        return begun

    def settle(self) -> Refetched:
        """Take note of the readings that have ended; returns what they did."""
        ended = Refetched()
        with suppress(Empty):
            while True:
                tenant_id, again = self._done.get_nowait()
                del self._threads[tenant_id]
                self._note(tenant_id, again)
                ended += again
        return ended

    def join(self, seconds: float) -> None:
        """Give readings under way that long to end."""
        for thread in list(self._threads.values()):
            thread.join(seconds / max(len(self._threads), 1))

    def _forget_others(self, marked: Collection[int]) -> None:
        """A shop that failed and has nothing to be read any more, or is paused, is no trouble."""
        for tenant_id in set(self._backoffs) - set(marked) - set(self._threads):
            del self._backoffs[tenant_id]
        self._tell_recovery()

    def _tell_recovery(self) -> None:
        if not self._backoffs:
            self._reports.recovered("refetch")

    def _read(self, tenant_id: int) -> None:
        again = refetch_tenant(self._settings, tenant_id)
        if again.load_ids:
            # The loop looks by itself, too; it is only told sooner.
            with (
                suppress(psycopg.Error, WarehouseError),
                connect(self._settings, Role.LOADER, autocommit=True) as connection,
            ):
                connection.execute(f"notify {CHANNEL}")
        self._done.put((tenant_id, again))

    def _note(self, tenant_id: int, again: Refetched) -> None:
        if words := again.failures.get(tenant_id):
            rest = self._backoffs[tenant_id].failed()
            LOG.warning("marked orders of tenant %d wait %.0f s: %s", tenant_id, rest, words)
            self._reports.failed("refetch", f"tenant {tenant_id}: {words}")
            return
        self._backoffs.pop(tenant_id, None)
        self._tell_recovery()
        if again.orders or again.gone:
            self._reports.refetched(again)
            LOG.info("%d marked orders read again", again.orders)

"""The group committer: deliveries that wait together are stored together, and only then answered.

One bounded queue, two committers, no timer: while one batch commits, the next one gathers. A
committer whose connection Postgres closed makes a new one; storing twice changes nothing.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

import asyncpg

from api.errors import Unavailable
from api.pool import CONNECT_SECONDS, TOO_SLOW, UNREACHABLE
from api.webhooks.event import Event
from warehouse.landing import INSERT_EVENTS

COMMITTERS = 2
LARGEST_BATCH = 500
LARGEST_BATCH_BYTES = 8_000_000
LARGEST_QUEUE_BYTES = 256_000_000
STATEMENT_SECONDS = 10
DRAIN_SECONDS = 15
PAUSE_AFTER_FAILURE_SECONDS = 0.1
CHANNEL = "shopmart_landed"
COLUMNS = attrgetter(*Event.__slots__)

log = logging.getLogger("shopmart.landing")


@dataclass(slots=True)
class _Waiting:
    event: Event
    stored: asyncio.Future[None]


class GroupCommitter:
    """Stores events; ``land`` returns only after their commit."""

    def __init__(
        self, dsn: str, *, capacity: int, on_batch: Callable[[int], None] = lambda _events: None
    ) -> None:
        self._dsn = dsn
        self._on_batch = on_batch
        self._queue: asyncio.Queue[_Waiting | None] = asyncio.Queue()
        self._capacity = capacity
        self._bytes = 0
        self._closing = False
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def waiting(self) -> int:
        """How many deliveries wait for a committer."""
        return self._queue.qsize()

    def start(self) -> None:
        """Start the committers; they connect with their first batch."""
        self._tasks = [asyncio.create_task(self._commit_batches()) for _ in range(COMMITTERS)]

    async def stop(self) -> None:
        """Refuse what comes, store what waits, close the connections."""
        self._closing = True
        for _ in self._tasks:
            self._queue.put_nowait(None)
        _, late = await asyncio.wait(self._tasks, timeout=DRAIN_SECONDS)
        for task in late:
            task.cancel()

    async def land(self, event: Event) -> None:
        """Store an event durably; raises Unavailable when that cannot be done.

        A caller whose patience ends is cancelled: what it waited for may be stored all the same.
        """
        size = len(event.body)
        is_full = self._queue.qsize() >= self._capacity or (
            self._bytes + size > LARGEST_QUEUE_BYTES and self._bytes > 0
        )
        if is_full or self._closing:
            raise Unavailable("too many deliveries are waiting to be stored", retry_after=2)
        waiting = _Waiting(event, asyncio.get_running_loop().create_future())
        self._bytes += size
        self._queue.put_nowait(waiting)
        try:
            await waiting.stored
        finally:
            self._bytes -= size

    async def _commit_batches(self) -> None:
        writer = _Writer(self._dsn)
        try:
            while (first := await self._queue.get()) is not None:
                batch = self._gather(first)
                if batch:
                    self._on_batch(len(batch))
                try:
                    await _settle(writer, batch)
                except Exception as error:
                    # A committer that died of what nobody foresaw would leave deliveries waiting.
                    log.exception("a committer goes on with a new connection")
                    await writer.close()
                    for one in batch:
                        _tell(one.stored, error)
        finally:
            await writer.close()

    def _gather(self, first: _Waiting) -> list[_Waiting]:
        """The first and whatever waits behind it, within the bounds; who gave up is left out."""
        batch, size = [first], len(first.event.body)
        while len(batch) < LARGEST_BATCH and size < LARGEST_BATCH_BYTES and self._queue.qsize():
            waiting = self._queue.get_nowait()
            if waiting is None:
                self._queue.put_nowait(None)
                break
            batch.append(waiting)
            size += len(waiting.event.body)
        return [one for one in batch if not one.stored.done()]


async def _settle(writer: "_Writer", batch: list[_Waiting]) -> None:
    """Store a batch and tell everyone who waits for it."""
    if not batch:
        return
    failure: Exception | None = None
    try:
        await writer.store([one.event for one in batch])
    except (*UNREACHABLE, asyncpg.PostgresError) as error:
        await writer.close()
        # One delivery that Postgres refuses must not take its neighbours with it.
        if len(batch) > 1 and not isinstance(error, UNREACHABLE):
            for one in batch:
                await _settle(writer, [one])
            return
        failure = error
    for one in batch:
        _tell(one.stored, failure)
    if failure is None:
        await writer.notify()
    else:
        log.error("%d deliveries were not stored: %r", len(batch), failure)
        await asyncio.sleep(PAUSE_AFTER_FAILURE_SECONDS)


def _tell(stored: asyncio.Future[None], failure: Exception | None) -> None:
    if stored.done():
        return
    if failure is None:
        stored.set_result(None)
    else:
        stored.set_exception(Unavailable("the delivery could not be stored; send it again"))


def _tell_of(row: asyncpg.Record, given: int) -> None:
    """One line for each commit: a delivery is followed from it by the numbers of its events."""
    log.info(
        "events %s to %s stored: %d of %d, the others had come before",
        *(row["first"], row["last"], row["stored"], given),
        extra={"first_event_id": row["first"], "last_event_id": row["last"]},
    )


class _Writer:
    """One connection of the landing role, made when it is needed and after it broke."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: asyncpg.Connection | None = None

    async def store(self, events: list[Event]) -> None:
        """Insert and commit; a connection that broke in the meantime is replaced once."""
        columns = [list(column) for column in zip(*map(COLUMNS, events), strict=True)]
        was_connected = self._connection is not None
        try:
            await self._insert(columns)
        except UNREACHABLE as error:
            if not was_connected or isinstance(error, TOO_SLOW):
                raise
            await self.close()
            await self._insert(columns)

    async def _insert(self, columns: list[list[object]]) -> None:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(
                self._dsn,
                timeout=CONNECT_SECONDS,
                # A server whose default is off would acknowledge what a crash can still lose.
                server_settings={
                    "application_name": "shopmart landing",
                    "synchronous_commit": "on",
                },
            )
        row = await self._connection.fetchrow(INSERT_EVENTS, *columns, timeout=STATEMENT_SECONDS)
        _tell_of(row, len(columns[0]))

    async def notify(self) -> None:
        """Wake whoever listens; the loader also looks by itself, so a failure is no harm."""
        if self._connection is None:
            return
        try:
            await self._connection.execute(f"notify {CHANNEL}", timeout=STATEMENT_SECONDS)
        except UNREACHABLE:
            await self.close()

    async def close(self) -> None:
        """Drop the connection, whatever state it is in."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

"""A small pool of asyncpg connections that outlives a Postgres restart, and what "down" means."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import asyncpg

from api.errors import Unavailable

Result = TypeVar("Result")
Prepare = Callable[[asyncpg.Connection], Awaitable[None]]
CONNECT_SECONDS = 3
# What Postgres, or the way to it, says when it cannot do the work at this moment.
UNREACHABLE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    # Instead of "closed", asyncpg may say this of a connection that Postgres is just ending.
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InvalidAuthorizationSpecificationError,
)
# Asking again would only take as long again.
TOO_SLOW = (TimeoutError, asyncpg.QueryCanceledError)
BUSY_SECONDS = 15


class Pool:
    """Connections of one role; made at the first use, so Postgres may start later than the API."""

    def __init__(
        self, dsn: str, *, name: str, size: int, seconds: float, work: str = "requests"
    ) -> None:
        self._dsn = dsn
        self._work = work
        self._name = name
        self._size = size
        self._seconds = seconds
        self._pool: asyncpg.Pool | None = None

    async def open(self, prepare: Prepare | None = None) -> None:
        """Make the pool; every connection passes ``prepare`` once."""
        self._pool = await asyncpg.create_pool(
            self._dsn,
            min_size=0,
            max_size=self._size,
            timeout=CONNECT_SECONDS,
            command_timeout=self._seconds,
            init=prepare,
            reset=_leave_as_it_is,
            server_settings={"application_name": self._name},
        )

    @property
    def size(self) -> int:
        """How many connections may be at work at once."""
        return self._size

    @property
    def used(self) -> int:
        """How many are at work now."""
        return self._pool.get_size() - self._pool.get_idle_size() if self._pool else 0

    async def close(self) -> None:
        """Give the connections back."""
        if self._pool is not None:
            await self._pool.close()

    async def run(self, work: Callable[[asyncpg.Connection], Awaitable[Result]]) -> Result:
        """The result of ``work``, which may run twice: a connection that broke is replaced once.

        Raises Unavailable.
        """
        try:
            return await self._run(work)
        except TOO_SLOW as error:
            raise _down() from error
        except UNREACHABLE:
            try:
                return await self._run(work)
            except UNREACHABLE as error:
                raise _down() from error

    @asynccontextmanager
    async def holding(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection for as long as the caller needs it; raises Unavailable."""
        try:
            async with self._acquired() as connection:
                yield connection
        except UNREACHABLE as error:
            raise _down() from error

    async def _run(self, work: Callable[[asyncpg.Connection], Awaitable[Result]]) -> Result:
        async with self._acquired() as connection:
            return await work(connection)

    @asynccontextmanager
    async def _acquired(self) -> AsyncIterator[asyncpg.Connection]:
        if self._pool is None:
            raise RuntimeError("the pool is used before it was opened")
        try:
            connection = await self._pool.acquire(timeout=CONNECT_SECONDS)
        except TimeoutError:
            if self._pool.get_size() == self._size and not self._pool.get_idle_size():
                raise self._busy() from None
            raise
        try:
            yield connection
        finally:
            await self._pool.release(connection)

    def _busy(self) -> Unavailable:
        return Unavailable(
            f"{self._size} {self._work} are under way already and no more at once; "
            f"ask again in {BUSY_SECONDS} seconds",
            retry_after=BUSY_SECONDS,
        )


async def _leave_as_it_is(_connection: asyncpg.Connection) -> None:
    """Nothing here outlives its transaction, so a connection needs no statement to be clean."""


def _down() -> Unavailable:
    return Unavailable("the database does not answer; ask again in a few seconds")

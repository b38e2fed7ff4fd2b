"""Access to the control tables: short psycopg transactions in worker threads, few at a time."""

from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from anyio import CapacityLimiter, to_thread

from warehouse.connections import Role, connect
from warehouse.secrets import Sealer
from warehouse.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
Result = TypeVar("Result")
# Each costs a connection of Postgres; this work is rare and short.
CONNECTIONS = 4


class Control:
    """Runs one function of the warehouse in one transaction of the control role."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._limiter = CapacityLimiter(CONNECTIONS)
        self.sealer = Sealer.from_settings(settings)
        self.size = CONNECTIONS

    @property
    def used(self) -> int:
        """How many connections are at work."""
        return self._limiter.borrowed_tokens

    async def run(self, work: Callable[[Connection], Result]) -> Result:
        """The result of ``work``; raises what it raises, and DatabaseUnavailable."""
        return await to_thread.run_sync(self._run, work, limiter=self._limiter)

    async def work(self, work: Callable[[Settings, int], Result], tenant_id: int) -> Result:
        """The same for work on a tenant that makes connections of its own."""
        return await to_thread.run_sync(work, self._settings, tenant_id, limiter=self._limiter)

    def _run(self, work: Callable[[Connection], Result]) -> Result:
        with connect(self._settings, Role.CONTROL) as connection:
            return work(connection)

"""Reading the marts, for one tenant at a time.

Every question runs inside ``begin / SET LOCAL app.tenant_id / commit`` as the reader role, so that
row-level security stands behind the ``tenant_id = $1`` that each query binds as well (law L6).
The questions are the files of ``api/queries``.
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from functools import cache
from importlib.resources import files

import asyncpg

from api.errors import Unavailable
from api.pool import Pool

# Small on purpose: a few API processes with many idle connections exhaust a Postgres.
CONNECTIONS = 5
QUERY_SECONDS = 15
# A whole list as CSV holds its connection until the reader has taken all of it.
EXPORT_CONNECTIONS = 2
EXPORT_SECONDS = 60
EXPORT_ROWS = 500
_IS_BUILT = "select exists (select 1 from control.data_versions where tenant_id = $1)"


@cache
def question(name: str) -> str:
    """The SQL of a question."""
    return files("api").joinpath("queries", f"{name}.sql").read_text()


class Marts:
    """The reader's connections."""

    def __init__(self, dsn: str) -> None:
        self._pool = Pool(dsn, name="shopmart api", size=CONNECTIONS, seconds=QUERY_SECONDS)
        self._exports = Pool(
            dsn,
            name="shopmart exports",
            size=EXPORT_CONNECTIONS,
            seconds=EXPORT_SECONDS,
            work="exports of whole lists",
        )

    @property
    def pools(self) -> dict[str, Pool]:
        """The pools by name."""
        return {"figures": self._pool, "exports": self._exports}

    async def open(self) -> None:
        """Make the pools."""
        await self._pool.open(_read_exact_json)
        await self._exports.open(_read_exact_json)

    async def close(self) -> None:
        """Give the connections back."""
        await self._pool.close()
        await self._exports.close()

    async def ask(self, name: str, tenant_id: int, *arguments: object) -> list[asyncpg.Record]:
        """The rows that answer a question; none when the marts were never built.

        Raises Unavailable.
        """

        async def work(connection: asyncpg.Connection) -> list[asyncpg.Record]:
            async with _seeing(connection, tenant_id):
                return list(await connection.fetch(question(name), tenant_id, *arguments))

        try:
            return await self._pool.run(work)
        except asyncpg.UndefinedTableError:
            await self._refuse_if_built(tenant_id)
            return []

    async def batches(
        self, name: str, tenant_id: int, *arguments: object
    ) -> AsyncGenerator[list[asyncpg.Record], None]:
        """The same rows, some at a time, from one snapshot. Raises Unavailable."""
        async with self._exports.holding() as connection:
            # A cursor needs a transaction that the library itself began.
            transaction = connection.transaction(isolation="repeatable_read", readonly=True)
            async with transaction:
                await connection.execute(f"set local app.tenant_id = '{tenant_id:d}'")
                try:
                    cursor = await connection.cursor(question(name), tenant_id, *arguments)
                except asyncpg.UndefinedTableError:
                    await self._refuse_if_built(tenant_id)
                    return
                while batch := await cursor.fetch(EXPORT_ROWS):
                    yield batch

    async def _refuse_if_built(self, tenant_id: int) -> None:
        """Raise Unavailable where a build has told of this tenant: no zeros while it goes on.

        A full refresh takes the views on a table away with the old one, and makes them anew.
        """

        async def work(connection: asyncpg.Connection) -> bool:
            async with _seeing(connection, tenant_id):
                return bool(await connection.fetchval(_IS_BUILT, tenant_id))

        if await self._pool.run(work):
            raise Unavailable("the marts are being made anew; ask again in a few seconds")

    async def is_ready(self) -> bool:
        """Whether Postgres answers at this moment."""
        try:
            return await self._pool.run(_answers)
        except Unavailable:
            return False


@asynccontextmanager
async def _seeing(connection: asyncpg.Connection, tenant_id: int) -> AsyncIterator[None]:
    """A transaction that reads, and sees one tenant; begun in one round trip."""
    await connection.execute(f"begin read only; set local app.tenant_id = '{tenant_id:d}'")
    try:
        yield
    except BaseException:
        if not connection.is_closed():
            await connection.execute("rollback")
        raise
    await connection.execute("commit")


async def _answers(connection: asyncpg.Connection) -> bool:
    return bool(await connection.fetchval("select true"))


async def _read_exact_json(connection: asyncpg.Connection) -> None:
    """Amounts inside a JSON column arrive as Decimal, never as a float."""
    await connection.set_type_codec(
        "json",
        schema="pg_catalog",
        encoder=str,
        decoder=lambda text: json.loads(text, parse_float=Decimal),
    )

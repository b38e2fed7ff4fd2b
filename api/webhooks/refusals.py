"""Deliveries that were not taken, counted in memory and written to the database now and then.

A flood of them must cost the database nothing for each one, and memory no more than a bound.
"""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import asyncpg
import orjson

from api.errors import ApiError, BadRequest, BadSignature, NotFound, TooLarge, TooMany, Unavailable
from api.pool import Pool
from warehouse.refusals import COUNT_REFUSALS, OTHERS, Cause

FLUSH_SECONDS = 5
# Between two writings; what names further shops is counted as others.
MOST_SHOPS = 200
LONGEST_TEXT = 255
# Headers that hold no secret, whoever sent them.
SAMPLED = (
    "x-shopify-topic",
    "x-shopify-shop-domain",
    "x-shopify-webhook-id",
    "x-shopify-event-id",
    "x-shopify-api-version",
    "x-shopify-triggered-at",
    "user-agent",
    "content-type",
    "content-length",
)
CAUSES: dict[type[ApiError], Cause] = {
    BadRequest: "header missing",
    TooLarge: "too large",
    NotFound: "unknown shop",
    BadSignature: "bad signature",
    TooMany: "bad signature",
}
REFUSED = tuple(CAUSES)

log = logging.getLogger("shopmart.landing")


@dataclass(slots=True)
class _Count:
    deliveries: int
    sample: str


class Refusals:
    """Counts by cause and named shop; ``pool`` holds connections of the landing role."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._counts: dict[tuple[Cause, str], _Count] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to write what is counted."""
        self._task = asyncio.create_task(self._write_again_and_again())

    async def stop(self) -> None:
        """Write what is counted and not written yet."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._write()

    def count(self, refusal: ApiError, headers: Mapping[str, str]) -> None:
        """Count one delivery that was answered with one of REFUSED."""
        cause = CAUSES[type(refusal)]
        shop = headers.get("x-shopify-shop-domain", "").strip().lower()[:LONGEST_TEXT]
        if (cause, shop) not in self._counts and len(self._counts) >= MOST_SHOPS:
            shop = OTHERS
        sample = {name: headers[name][:LONGEST_TEXT] for name in SAMPLED if name in headers}
        self._add((cause, shop), _Count(1, orjson.dumps(sample).decode()))

    def _add(self, key: tuple[Cause, str], more: _Count) -> None:
        known = self._counts.get(key)
        if known is not None:
            more = _Count(known.deliveries + more.deliveries, more.sample)
        self._counts[key] = more

    async def _write_again_and_again(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await self._write()

    async def _write(self) -> None:
        if not self._counts:
            return
        taken, self._counts = self._counts, {}
        columns = [
            [cause for cause, _ in taken],
            [shop for _, shop in taken],
            [count.deliveries for count in taken.values()],
            [count.sample for count in taken.values()],
        ]

        async def execute(connection: asyncpg.Connection) -> None:
            await connection.execute(COUNT_REFUSALS, *columns)

        try:
            await self._pool.run(execute)
        except (Unavailable, asyncpg.PostgresError) as error:
            log.warning("refused deliveries are written later: %s", error)
            for (cause, shop), count in taken.items():
                fits = (cause, shop) in self._counts or len(self._counts) < MOST_SHOPS
                self._add((cause, shop if fits else OTHERS), count)

"""Kept answers, by (tenant as it stands, question, arguments): in this process, and in Redis.

The tenant's data version is part of the key and every build raises it, so that a kept answer is
never stale; what no key leads to any more is pushed out by size. An answer that depends on the time
says for how long it holds. A cold key is computed once, however many ask for it at the same time.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from typing import Any, NamedTuple, Protocol

LARGEST_BYTES = 32_000_000


class Computed(NamedTuple):
    """An encoded answer, and for how many seconds it holds; None: as long as its key."""

    body: bytes
    seconds: float | None = None


class Store(Protocol):
    """Where several processes share answers; one that fails knows nothing and keeps nothing."""

    async def get(self, key: Hashable) -> Computed | None:
        """The answer that another process kept."""

    async def put(self, key: Hashable, answer: Computed) -> None:
        """Keep an answer for the others."""


class _Kept(NamedTuple):
    body: bytes
    until: float


class Answers:
    """A bounded store of encoded answers, least recently used ones go first."""

    def __init__(self, largest_bytes: int = LARGEST_BYTES, *, shared: Store | None = None) -> None:
        self._largest_bytes = largest_bytes
        self._shared = shared
        self._bytes = 0
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._flights: dict[Hashable, asyncio.Task[tuple[bytes, bool]]] = {}

    async def get(
        self, key: Hashable, compute: Callable[[], Coroutine[Any, Any, Computed]]
    ) -> tuple[bytes, bool]:
        """The answer and whether it was kept already; raises what ``compute`` raises."""
        kept = self._kept.get(key)
        if kept is not None and time.monotonic() < kept.until:
            self._kept.move_to_end(key)
            return kept.body, True
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.create_task(self._fly(key, compute))
            self._flights[key] = flight
        # One caller who leaves must not take the answer from the others.
        return await asyncio.shield(flight)

    async def _fly(
        self, key: Hashable, compute: Callable[[], Awaitable[Computed]]
    ) -> tuple[bytes, bool]:
        try:
            found = await self._shared.get(key) if self._shared else None
            asked_at = time.monotonic()
            answer = found or await compute()
            self._keep(key, answer, asked_at)
            if self._shared and not found:
                await self._shared.put(key, answer)
            return answer.body, found is not None
        finally:
            del self._flights[key]

    def _keep(self, key: Hashable, answer: Computed, asked_at: float) -> None:
        size = len(answer.body)
        if size > self._largest_bytes:
            return
        forgotten = self._kept.pop(key, None)
        self._bytes += size - (len(forgotten.body) if forgotten else 0)
        lasts = float("inf") if answer.seconds is None else answer.seconds
        self._kept[key] = _Kept(answer.body, asked_at + lasts)
        while self._bytes > self._largest_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest.body)

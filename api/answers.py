"""Answers kept in this process, by (tenant as it stands, question, arguments).

The tenant's data version is part of the key and every build raises it, so that a kept answer is
never stale; what no key leads to any more is pushed out by size. A cold key is computed once,
however many ask for it at the same time.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from typing import Any

LARGEST_BYTES = 32_000_000


class Answers:
    """A bounded store of encoded answers, least recently used ones go first."""

    def __init__(self, largest_bytes: int = LARGEST_BYTES) -> None:
        self._largest_bytes = largest_bytes
        self._bytes = 0
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._flights: dict[Hashable, asyncio.Task[bytes]] = {}

    async def get(
        self, key: Hashable, compute: Callable[[], Coroutine[Any, Any, bytes]]
    ) -> tuple[bytes, bool]:
        """The answer and whether it was kept already; raises what ``compute`` raises."""
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept, True
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.create_task(self._fly(key, compute()))
            self._flights[key] = flight
        # One caller who leaves must not take the answer from the others.
        return await asyncio.shield(flight), False

    async def _fly(self, key: Hashable, computing: Awaitable[bytes]) -> bytes:
        try:
            answer = await computing
            self._keep(key, answer)
            return answer
        finally:
            del self._flights[key]

    def _keep(self, key: Hashable, answer: bytes) -> None:
        if len(answer) > self._largest_bytes:
            return
        self._kept[key] = answer
        self._bytes += len(answer)
        while self._bytes > self._largest_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest)

"""How much one address may ask for in a minute, counted in Redis when there is one, else here."""

import math
import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.types import Scope

from api.redis_link import FAILURES, RedisLink

LONGEST_ADDRESS = 64


class Rates:
    """Counters by purpose and address, over a sliding minute."""

    def __init__(self, link: RedisLink | None = None) -> None:
        self._link = link
        self._here = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._everywhere = SlidingWindowCounterRateLimiter(_storage(link)) if link else None

    async def take(self, purpose: str, address: str, *, per_minute: int) -> int | None:
        """Count one; the seconds to wait when that is too much, else None."""
        if self._link and self._everywhere and self._link.is_awake:
            try:
                wait = await _take(self._everywhere, purpose, address, per_minute)
            except FAILURES as error:
                self._link.failed(error)
            else:
                self._link.worked()
                return wait
        return await _take(self._here, purpose, address, per_minute)


async def _take(
    limiter: SlidingWindowCounterRateLimiter, purpose: str, address: str, per_minute: int
) -> int | None:
    limit = RateLimitItemPerMinute(per_minute, namespace="shopmart")
    if await limiter.hit(limit, purpose, address):
        return None
    stats = await limiter.get_window_stats(limit, purpose, address)
    return max(1, math.ceil(stats.reset_time - time.time()))


def _storage(link: RedisLink) -> RedisStorage:
    # It uses the link's own connections, which the link closes at the end.
    return RedisStorage(
        f"async+{link.url.replace('unix://', 'redis+unix://', 1)}",
        wrap_exceptions=True,
        implementation="redispy",
        key_prefix="shopmart:rate",
        connection_pool=link.client.connection_pool,  # type: ignore[arg-type]
    )


def address_of(scope: Scope) -> str:
    """The caller's address: that of a proxy on this machine is replaced by whom it names."""
    client = scope.get("client")
    return str(client[0])[:LONGEST_ADDRESS] if client else "unknown"

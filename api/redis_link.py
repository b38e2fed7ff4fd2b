"""A Redis that several API processes share, and that may vanish at any time.

Each use of it has a stand-in in this process. After a failure Redis is left alone for a while, so
that nobody waits for it again and again, and the log has one line for each change.
"""

import logging
import time

import redis.asyncio
from limits.errors import StorageError
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from warehouse.errors import ConfigurationError
from warehouse.settings import Settings

# A figure is asked from the marts in less than this.
PATIENCE_SECONDS = 0.25
REST_SECONDS = 10
FAILURES = (RedisError, StorageError, OSError, TimeoutError)

log = logging.getLogger("shopmart.api")


class RedisLink:
    """The client, and whether it is worth asking at this moment."""

    def __init__(self, url: str) -> None:
        """Make the client; connects at the first use. Raises ConfigurationError."""
        self.url = url
        try:
            self.client = redis.asyncio.from_url(
                url,
                socket_timeout=PATIENCE_SECONDS,
                socket_connect_timeout=PATIENCE_SECONDS,
                retry=Retry(NoBackoff(), 0),
            )
        except ValueError as error:
            raise ConfigurationError(
                f"SHOPMART_REDIS_URL: {error}; write it like redis://:password@host:6379/0"
            ) from None
        self._is_down = False
        self._asleep_until = 0.0

    @classmethod
    def of(cls, settings: Settings) -> "RedisLink | None":
        """The link that the settings name; raises ConfigurationError."""
        return cls(settings.redis_url.get_secret_value()) if settings.redis_url else None

    @property
    def is_awake(self) -> bool:
        """Whether it may be asked: it answered, or its last failure is a while ago."""
        return time.monotonic() >= self._asleep_until

    def worked(self) -> None:
        """It answered."""
        if self._is_down:
            log.info("Redis answers again")
        self._is_down = False

    def failed(self, error: Exception) -> None:
        """It did not answer; what it was asked for is done without it."""
        if not self._is_down:
            log.warning(
                "Redis does not answer (%s); this process goes on by itself", type(error).__name__
            )
        self._is_down = True
        self._asleep_until = time.monotonic() + REST_SECONDS

    async def close(self) -> None:
        """Close the connections."""
        await self.client.aclose()

"""Answers that several API processes share through Redis, under keys that only they can make."""

import hashlib
from collections.abc import Hashable
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from api.answers import Computed
from api.redis_link import FAILURES, RedisLink
from warehouse.secrets import derived_key
from warehouse.settings import Settings

# What no key leads to any more leaves by itself.
KEPT_SECONDS = 6 * 3600
LARGEST_BYTES = 4_000_000
# The first byte says whether the time left is the answer's own.
LONG, BRIEFLY = b"l", b"b"


class SharedAnswers:
    """A Store in Redis; without an answer from it nothing is known and nothing is kept."""

    def __init__(self, link: RedisLink, settings: Settings) -> None:
        self._link = link
        database = settings.database_url.get_secret_value() if settings.database_url else ""
        # Other databases, keys and releases have other answers to the same question.
        self._house = (derived_key(settings, "shared answers"), database, release())

    async def get(self, key: Hashable) -> Computed | None:
        """The answer that another process kept."""
        if not self._link.is_awake:
            return None
        name = self._name(key)
        try:
            async with self._link.client.pipeline(transaction=True) as pipeline:
                pipeline.get(name)
                pipeline.pttl(name)
                kept, milliseconds = await pipeline.execute()
        except FAILURES as error:
            self._link.failed(error)
            return None
        self._link.worked()
        if not kept or milliseconds <= 0:
            return None
        return Computed(kept[1:], milliseconds / 1000 if kept[:1] == BRIEFLY else None)

    async def put(self, key: Hashable, answer: Computed) -> None:
        """Keep an answer for the others."""
        seconds = KEPT_SECONDS if answer.seconds is None else min(answer.seconds, KEPT_SECONDS)
        milliseconds = int(seconds * 1000)
        if not self._link.is_awake or milliseconds <= 0 or len(answer.body) > LARGEST_BYTES:
            return
        name = self._name(key)
        holds = LONG if answer.seconds is None else BRIEFLY
        try:
            await self._link.client.set(name, holds + answer.body, px=milliseconds)
        except FAILURES as error:
            self._link.failed(error)
        else:
            self._link.worked()

    def _name(self, key: Hashable) -> str:
        digest = hashlib.sha256(repr((self._house, key)).encode(errors="backslashreplace"))
        return f"shopmart:answer:{digest.hexdigest()}"


@cache
def release() -> str:
    """A digest of this package's own files: another release may give another shape."""
    digest = hashlib.sha256()
    for name, content in sorted(_sources(files("api"))):
        digest.update(f"{name}\0{content}\0".encode())
    return digest.hexdigest()


def _sources(folder: Traversable) -> list[tuple[str, str]]:
    found = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += [(f"{entry.name}/{name}", text) for name, text in _sources(entry)]
        elif entry.name.endswith((".py", ".sql")):
            found.append((entry.name, entry.read_text(encoding="utf-8")))
    return found

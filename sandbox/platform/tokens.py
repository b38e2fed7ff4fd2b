"""The tokens of one installation: the legacy one, client credentials, and expiring pairs.

A refresh makes a new pair. The old refresh token and its access token go on until the new access
token is first used, so that an app which lost the answer can ask again; a pair that was never used
dies with the next one. Expired and revoked tokens are never told apart: both are 401.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

CLIENT_CREDENTIALS_LIFE = timedelta(seconds=86399)
ACCESS_LIFE = timedelta(seconds=3600)
REFRESH_LIFE = timedelta(days=90)


@dataclass
class _Token:
    ends: datetime | None
    # What dies when this token is first used.
    successor_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pair:
    """What a refresh gives."""

    access: str
    access_ends: datetime
    refresh: str
    refresh_ends: datetime


class TokenBook:
    """All tokens of an app at one shop."""

    def __init__(self, seed: str, legacy: str, clock: Callable[[], datetime]) -> None:
        self._seed = seed
        self._clock = clock
        self._lock = threading.Lock()
        self._made = 0
        self.lifetime: timedelta | None = None
        self._access: dict[str, _Token] = {legacy: _Token(None)}
        self.legacy = legacy
        self.refresh_token = self._new("shprt_")
        self._refresh: dict[str, _Token] = {
            self.refresh_token: _Token(clock() + REFRESH_LIFE),
        }
        self._partner: dict[str, str] = {}
        self._waiting: Pair | None = None

    def is_valid(self, token: str | None) -> bool:
        """Whether a call with this token is let in; its first use retires its predecessors."""
        with self._lock:
            found = self._access.get(token or "")
            if found is None or self._over(found):
                return False
            for old in found.successor_of:
                self._access.pop(old, None)
                self._refresh.pop(old, None)
            found.successor_of = ()
            if self._waiting and self._waiting.access == token:
                self._waiting = None
            return True

    def by_client_credentials(self) -> tuple[str, timedelta]:
        """A token of a day; those given before go on."""
        with self._lock:
            life = self.lifetime or CLIENT_CREDENTIALS_LIFE
            token = self._new("shpat_")
            self._access[token] = _Token(self._clock() + life)
            return token, life

    def by_refresh(self, refresh_token: str) -> Pair | None:
        """A new pair, or nothing for a refresh token that is not known or over."""
        with self._lock:
            given = self._refresh.get(refresh_token)
            if given is None or self._over(given):
                return None
            if self._waiting and refresh_token != self._waiting.refresh:
                self._access.pop(self._waiting.access, None)
                self._refresh.pop(self._waiting.refresh, None)
            return self._pair(refresh_token)

    def expire(self) -> None:
        """Let every token that ends, but the refresh tokens, be over now."""
        with self._lock:
            for token in self._access.values():
                if token.ends is not None:
                    token.ends = self._clock()

    def revoke(self, *, renewed: bool = False) -> None:
        """Kill every token; a new installation gets new ones."""
        with self._lock:
            self._access.clear()
            self._refresh.clear()
            self._waiting = None
            if renewed:
                self.legacy = self._new("shpat_")
                self._access[self.legacy] = _Token(None)
                self.refresh_token = self._new("shprt_")
                self._refresh[self.refresh_token] = _Token(self._clock() + REFRESH_LIFE)

    def _pair(self, old_refresh: str) -> Pair:
        partner = self._partner.get(old_refresh, "")
        unused = self._access[partner].successor_of if partner in self._access else ()
        old = (old_refresh, partner, *unused)
        now = self._clock()
        access_ends = now + (self.lifetime or ACCESS_LIFE)
        pair = Pair(self._new("shpat_"), access_ends, self._new("shprt_"), now + REFRESH_LIFE)
        self._access[pair.access] = _Token(pair.access_ends, successor_of=old)
        self._refresh[pair.refresh] = _Token(pair.refresh_ends)
        self._partner[pair.refresh] = pair.access
        self._waiting, self.refresh_token = pair, pair.refresh
        return pair

    def _over(self, token: _Token) -> bool:
        return token.ends is not None and self._clock() >= token.ends

    def _new(self, prefix: str) -> str:
        self._made += 1
        digest = hashlib.sha256(f"{self._seed}:{self._made}".encode()).hexdigest()
        return prefix + digest[:32]

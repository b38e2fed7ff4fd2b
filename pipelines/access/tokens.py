"""A tenant's access token, renewed before it ends; one renewal at a time over all processes.

A granted token is stored before its first use: a crash in between leaves the refresh token that
Shopify still takes. Keys that a person changes meanwhile are never overwritten.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from pipelines.access.grants import Grant, ask_for_token, can_ask
from pipelines.errors import GrantRefused, NoAccessToken
from warehouse.connections import Role, advisory_lock, connect
from warehouse.credentials import change_credentials, lock_credentials, read_credentials
from warehouse.secrets import Credentials, Sealer
from warehouse.settings import Settings
from warehouse.tenants import ACCESS_REFUSED, Tenant, pause_tenant

Connection = psycopg.Connection[tuple[Any, ...]]
# Longer than any single request of ours takes.
EARLY = timedelta(minutes=5)


class TenantTokens:
    """Gives one tenant's token to a client; its methods may be called by several threads."""

    def __init__(
        self, settings: Settings, tenant: Tenant, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._settings = settings
        self._tenant = tenant
        self._sleep = sleep
        self._sealer = Sealer.from_settings(settings)
        self._lock = threading.Lock()
        self._token: str | None = None
        self._renew_at: datetime | None = None

    def current(self) -> str:
        """A token that lasts for some minutes; raises NoAccessToken or GrantRefused."""
        with self._lock:
            due = self._renew_at is not None and datetime.now(UTC) >= self._renew_at
            if self._token is None or due:
                self._take(self._stored_or_new(refused=None))
            return str(self._token)

    def another(self, refused: str) -> str | None:
        """A token in place of one that Shopify refused; None where none can be had."""
        with self._lock:
            if self._token != refused:
                return self._token
            self._take(self._stored_or_new(refused=refused))
            return None if self._token == refused else self._token

    def give_up(self, words: str) -> None:
        """Shopify takes none of the tenant's tokens: pause it, so that nobody asks on and on."""
        with connect(self._settings, Role.LOADER) as connection:
            pause_tenant(connection, self._tenant.tenant_id, reason=f"{ACCESS_REFUSED}: {words}")

    def _take(self, found: Credentials) -> None:
        self._token = found.access_token
        end = _end(found)
        now = datetime.now(UTC)
        # A token that lives for less than EARLY is used for half of its life.
        self._renew_at = end and max(end - EARLY, now + (end - now) / 2)

    def _stored_or_new(self, *, refused: str | None) -> Credentials:
        tenant_id = self._tenant.tenant_id
        with (
            self._pausing(),
            connect(self._settings, Role.LOADER, autocommit=True) as connection,
        ):
            found = read_credentials(connection, self._sealer, tenant_id)
            if _is_usable(found, refused):
                return found
            if not can_ask(found):
                return self._last_resort(found)
            with advisory_lock(connection, f"token:{tenant_id}"):
                return self._renewed(connection, refused=refused)

    def _renewed(self, connection: Connection, *, refused: str | None) -> Credentials:
        """The token that another process got meanwhile, or one that is asked for and stored."""
        tenant_id = self._tenant.tenant_id
        while True:
            found = read_credentials(connection, self._sealer, tenant_id)
            if _is_usable(found, refused):
                return found
            if not can_ask(found):
                return self._last_resort(found)
            grant = ask_for_token(
                self._settings, self._tenant.shop_domain, found, sleep=self._sleep
            )
            if (kept := self._kept(connection, found, grant)) is not None:
                return kept

    def _kept(
        self, connection: Connection, asked_with: Credentials, grant: Grant
    ) -> Credentials | None:
        """What was granted, stored; None when a person has changed the keys meanwhile."""
        tenant_id = self._tenant.tenant_id
        with connection.transaction():
            if lock_credentials(connection, self._sealer, tenant_id) != asked_with:
                return None
            return change_credentials(connection, self._sealer, tenant_id, grant.as_changes())

    def _last_resort(self, found: Credentials) -> Credentials:
        """Without keys to ask with, the stored token is the only one."""
        if found.access_token is None:
            raise NoAccessToken(f"{self._tenant.shop_domain} has no access token")
        return found

    @contextmanager
    def _pausing(self) -> Iterator[None]:
        try:
            yield
        except GrantRefused as refusal:
            self.give_up(str(refusal))
            raise


def _is_usable(found: Credentials, refused: str | None) -> bool:
    if found.access_token is None or found.access_token == refused:
        return False
    end = _end(found)
    return end is None or end - datetime.now(UTC) > EARLY


def _end(found: Credentials) -> datetime | None:
    text = found.access_token_expires_at
    return datetime.fromisoformat(text) if text else None

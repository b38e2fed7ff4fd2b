"""Sealing of tenants' credentials, and what is derived from the secret key.

Fernet (authenticated encryption) seals; the tenant's id stands inside the sealed text, so that a
row copied to another tenant does not open.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, fields, replace

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from warehouse.errors import InvalidField, SealError
from warehouse.settings import Settings


@dataclass(frozen=True)
class Credentials:
    """What a tenant's shop trusts us with; never shown by ``repr``."""

    webhook_secret: str
    previous_webhook_secret: str | None = None
    access_token: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    refresh_token: str | None = None
    # ISO times; without the first an access token is a lasting one.
    access_token_expires_at: str | None = None
    refresh_token_expires_at: str | None = None

    def __repr__(self) -> str:
        return "Credentials(sealed)"

    def changed(self, changes: dict[str, str | None]) -> "Credentials":
        """These credentials with some changed.

        The old webhook secret stays as the previous one. What was granted for other keys goes with
        them, and an expiry with its token.
        """
        known = {field.name for field in fields(self)}
        if unknown := set(changes) - known:
            name = sorted(unknown)[0]
            raise InvalidField(name, f"is no credential; there are {', '.join(sorted(known))}")
        new = replace(self, **changes)  # type: ignore[arg-type]
        if new.webhook_secret != self.webhook_secret and "previous_webhook_secret" not in changes:
            new = replace(new, previous_webhook_secret=self.webhook_secret)
        return new._without_stale_grants(self, changes)

    def _without_stale_grants(
        self, before: "Credentials", changes: dict[str, str | None]
    ) -> "Credentials":
        new = self
        keys = ("client_id", "client_secret", "refresh_token")
        moved = any(getattr(new, key) != getattr(before, key) for key in keys)
        if moved and before.access_token_expires_at and "access_token" not in changes:
            new = replace(new, access_token=None)
        if new.access_token != before.access_token and "access_token_expires_at" not in changes:
            new = replace(new, access_token_expires_at=None)
        same_refresh = new.refresh_token == before.refresh_token
        if not same_refresh and "refresh_token_expires_at" not in changes:
            new = replace(new, refresh_token_expires_at=None)
        return new

    @property
    def can_read_shopify(self) -> bool:
        """Whether a token is held or can be asked for."""
        return bool(
            self.access_token or self.refresh_token or (self.client_id and self.client_secret)
        )


def derived_key(settings: Settings, purpose: str) -> bytes:
    """32 bytes for one purpose, from the first secret key (HMAC-SHA256)."""
    first = settings.encryption_keys[0].encode()
    return hmac.new(first, f"shopmart:{purpose}".encode(), hashlib.sha256).digest()


def key_mark(key: str) -> str:
    """By what a secret key is known again without being told: a short HMAC under it."""
    return hmac.new(key.encode(), b"shopmart:mark", hashlib.sha256).hexdigest()[:16]


class Sealer:
    """Seals and opens credentials."""

    def __init__(self, keys: list[str]) -> None:
        self._fernet = MultiFernet([Fernet(_fernet_key(key)) for key in keys])

    @classmethod
    def from_settings(cls, settings: Settings) -> "Sealer":
        """A sealer of the configured keys: the first seals, all open."""
        return cls(settings.encryption_keys)

    def seal(self, tenant_id: int, credentials: Credentials) -> bytes:
        """The credentials as bytes that only this tenant's row can be opened from."""
        document = {"tenant_id": tenant_id, **asdict(credentials)}
        return self._fernet.encrypt(json.dumps(document).encode())

    def open(self, tenant_id: int, sealed: bytes) -> Credentials:
        """The credentials again; raises SealError when key, tenant or bytes do not fit."""
        try:
            document = json.loads(self._fernet.decrypt(bytes(sealed)))
        except InvalidToken:
            raise SealError(
                f"the credentials of tenant {tenant_id} were sealed with another key; "
                "put the key in use before behind the present one: SHOPMART_SECRET_KEY=new,old"
            ) from None
        if document.pop("tenant_id") != tenant_id:
            raise SealError(f"the credentials of tenant {tenant_id} were sealed for another tenant")
        return Credentials(**document)


def _fernet_key(secret: str) -> bytes:
    digest = hmac.new(secret.encode(), b"shopmart:sealing", hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest)

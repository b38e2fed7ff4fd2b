"""Tenants and their sealed credentials: every read and write of ``control.tenants``."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import psycopg

from warehouse.errors import InvalidField, InvalidShopDomain, ShopDomainTaken, UnknownTenant
from warehouse.secrets import Credentials, Sealer

Connection = psycopg.Connection[tuple[Any, ...]]

SHOP_DOMAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,59}\.myshopify\.com")
# One spelling for each id: 007 is not the tenant 7.
PLAIN_NUMBER = re.compile(r"[1-9][0-9]{0,18}")
LARGEST_ID = 2**63 - 1
LONGEST_NAME = 200
LONGEST_CREDENTIAL = 1_000
COLUMNS = (
    "tenant_id, name, shop_domain, created_at, status, pause_reason,"
    " iana_timezone, currency, coverage_from, has_access_token"
)


@dataclass(frozen=True)
class Tenant:
    """One connected shop. ``has_access_token``: a token is held or can be asked for."""

    tenant_id: int
    name: str
    shop_domain: str
    created_at: datetime
    status: Literal["active", "paused"]
    pause_reason: str | None
    iana_timezone: str | None
    currency: str | None
    coverage_from: datetime | None
    has_access_token: bool


def add_tenant(
    connection: Connection, sealer: Sealer, *, name: str, shop_domain: str, credentials: Credentials
) -> Tenant:
    """Connect a shop. Raises InvalidField, InvalidShopDomain or ShopDomainTaken."""
    domain = normal_shop_domain(shop_domain)
    _check_credentials(credentials)
    with connection.transaction():
        row = connection.execute(
            "insert into control.tenants (name, shop_domain, has_access_token) values (%s, %s, %s)"
            f" on conflict (shop_domain) do nothing returning {COLUMNS}",
            [checked_name(name), domain, credentials.can_read_shopify],
        ).fetchone()
        if row is None:
            raise ShopDomainTaken(f"shopDomain: {domain} is connected already")
        tenant = Tenant(*row)
        connection.execute(
            "insert into control.credentials (tenant_id, sealed) values (%s, %s)",
            [tenant.tenant_id, sealer.seal(tenant.tenant_id, credentials)],
        )
    return tenant


def list_tenants(connection: Connection) -> list[Tenant]:
    """All tenants, oldest first."""
    rows = connection.execute(f"select {COLUMNS} from control.tenants order by tenant_id")
    return [Tenant(*row) for row in rows]


def get_tenant(connection: Connection, tenant_id: int | str) -> Tenant:
    """One tenant; raises UnknownTenant, also for a text that cannot be an id."""
    row = connection.execute(
        f"select {COLUMNS} from control.tenants where tenant_id = %s", [_id(tenant_id)]
    ).fetchone()
    if row is None:
        raise UnknownTenant(f"no tenant has the id {str(tenant_id)[:40]}")
    return Tenant(*row)


def find_tenant(connection: Connection, name: str) -> Tenant:
    """A tenant by id, shop domain or the domain's first part; raises UnknownTenant."""
    given = name.strip()
    if given.isdigit():
        return get_tenant(connection, given)
    try:
        domain = normal_shop_domain(given if "." in given else f"{given}.myshopify.com")
    except InvalidShopDomain:
        raise UnknownTenant(f"no tenant has the id or shop domain {given[:100]!a}") from None
    row = connection.execute(
        f"select {COLUMNS} from control.tenants where shop_domain = %s", [domain]
    ).fetchone()
    if row is None:
        raise UnknownTenant(f"no tenant has the shop domain {domain}")
    return Tenant(*row)


def update_tenant(
    connection: Connection,
    sealer: Sealer,
    tenant_id: int | str,
    *,
    name: str | None = None,
    credentials: Mapping[str, str | None] | None = None,
) -> Tenant:
    """Change the name or some credentials; raises UnknownTenant or InvalidField."""
    tenant = get_tenant(connection, tenant_id)
    with connection.transaction():
        if name is not None:
            connection.execute(
                "update control.tenants set name = %s where tenant_id = %s",
                [checked_name(name), tenant.tenant_id],
            )
        if credentials:
            _change_credentials(connection, sealer, tenant.tenant_id, dict(credentials))
    return get_tenant(connection, tenant.tenant_id)


def read_credentials(connection: Connection, sealer: Sealer, tenant_id: int) -> Credentials:
    """The opened credentials; raises UnknownTenant or SealError."""
    row = connection.execute(
        "select sealed from control.credentials where tenant_id = %s", [tenant_id]
    ).fetchone()
    if row is None:
        raise UnknownTenant(f"no tenant has the id {tenant_id}")
    return sealer.open(tenant_id, row[0])


def record_shop(
    connection: Connection, tenant_id: int, *, iana_timezone: str, currency: str
) -> None:
    """Keep the zone and currency that the shop itself states."""
    connection.execute(
        "update control.tenants set iana_timezone = %s, currency = %s"
        " where tenant_id = %s and (iana_timezone, currency) is distinct from (%s, %s)",
        [iana_timezone, currency, tenant_id, iana_timezone, currency],
    )


def normal_shop_domain(given: str) -> str:
    """The domain in lower case, without scheme or slash; raises InvalidShopDomain."""
    domain = given.strip().lower().removeprefix("https://").removeprefix("http://").rstrip("/")
    if not SHOP_DOMAIN.fullmatch(domain):
        raise InvalidShopDomain(given)
    return domain


def checked_name(name: str) -> str:
    """The trimmed name; raises InvalidField when empty, too long or with control characters."""
    trimmed = name.strip()
    if not 1 <= len(trimmed) <= LONGEST_NAME:
        raise InvalidField("name", f"must have 1 to {LONGEST_NAME} characters")
    # Control characters and lone surrogates, which Postgres does not store.
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in trimmed):
        raise InvalidField("name", "must have no control characters")
    return trimmed


def _change_credentials(
    connection: Connection, sealer: Sealer, tenant_id: int, changes: dict[str, str | None]
) -> None:
    connection.execute(
        "select 1 from control.credentials where tenant_id = %s for update", [tenant_id]
    )
    new = read_credentials(connection, sealer, tenant_id).changed(changes)
    _check_credentials(new)
    connection.execute(
        "update control.credentials set sealed = %s, changed_at = now() where tenant_id = %s",
        [sealer.seal(tenant_id, new), tenant_id],
    )
    connection.execute(
        "update control.tenants set has_access_token = %s where tenant_id = %s",
        [new.can_read_shopify, tenant_id],
    )


def _check_credentials(credentials: Credentials) -> None:
    names = {
        "webhookSecret": credentials.webhook_secret,
        "previousWebhookSecret": credentials.previous_webhook_secret,
        "accessToken": credentials.access_token,
        "clientId": credentials.client_id,
        "clientSecret": credentials.client_secret,
        "refreshToken": credentials.refresh_token,
    }
    for field, value in names.items():
        if value is None and field != "webhookSecret":
            continue
        if not value or not value.isascii() or not value.isprintable() or value != value.strip():
            raise InvalidField(field, "must be a text of printable ASCII without spaces around it")
        if len(value) > LONGEST_CREDENTIAL:
            raise InvalidField(field, f"must have at most {LONGEST_CREDENTIAL} characters")


def _id(given: int | str) -> int:
    text = str(given)
    if not PLAIN_NUMBER.fullmatch(text) or int(text) > LARGEST_ID:
        raise UnknownTenant(f"no tenant has the id {text[:40]!a}")
    return int(text)

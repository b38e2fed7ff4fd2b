"""Tenants and their sealed credentials: every read and write of ``control.tenants``."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import psycopg

from warehouse.credentials import change_credentials
from warehouse.errors import InvalidShopDomain, ShopDomainTaken, TenantErased, UnknownTenant
from warehouse.secrets import Credentials, Sealer
from warehouse.tenant_fields import (
    check_credentials,
    checked_minutes,
    checked_name,
    checked_reason,
    normal_shop_domain,
)

Connection = psycopg.Connection[tuple[Any, ...]]

# One spelling for each id: 007 is not the tenant 7.
PLAIN_NUMBER = re.compile(r"[1-9][0-9]{0,18}")
LARGEST_ID = 2**63 - 1
COLUMNS = (
    "tenant_id, name, shop_domain, created_at, status, pause_reason,"
    " iana_timezone, currency, coverage_from, has_access_token, abandonment_minutes,"
    " checkout_webhooks_from, granted_scopes, scopes_checked_at, api_version_served,"
    " token_expires_at, paused_at, erased_at"
)
# How the reason of a pause begins that new credentials end.
APP_UNINSTALLED = "app uninstalled"
ACCESS_REFUSED = "access refused"
# How the reason of an erased shop's pause begins; only connecting it anew ends that.
SHOP_ERASED = "shop erased"
TOKEN_FIELDS = {"access_token", "client_id", "client_secret", "refresh_token"}


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
    abandonment_minutes: int
    checkout_webhooks_from: datetime | None
    granted_scopes: tuple[str, ...] | None
    scopes_checked_at: datetime | None
    api_version_served: str | None
    token_expires_at: datetime | None
    paused_at: datetime | None
    erased_at: datetime | None

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> "Tenant":
        """The tenant of a row of COLUMNS."""
        values = dict(zip(cls.__dataclass_fields__, row, strict=True))
        scopes = values["granted_scopes"]
        return cls(**{**values, "granted_scopes": None if scopes is None else tuple(scopes)})

    @property
    def waits_for_access(self) -> bool:
        """Whether it is paused for a reason that new credentials end."""
        return self.status == "paused" and (self.pause_reason or "").startswith(
            (APP_UNINSTALLED, ACCESS_REFUSED)
        )


def add_tenant(
    connection: Connection, sealer: Sealer, *, name: str, shop_domain: str, credentials: Credentials
) -> Tenant:
    """Connect a shop. Raises InvalidField, InvalidShopDomain or ShopDomainTaken.

    A shop that was erased is connected anew, under its old id and with nothing of before.
    """
    domain = normal_shop_domain(shop_domain)
    check_credentials(credentials)
    with connection.transaction():
        row = connection.execute(
            "insert into control.tenants as known (name, shop_domain, has_access_token)"
            " values (%s, %s, %s) on conflict (shop_domain) do update set name = excluded.name,"
            " has_access_token = excluded.has_access_token, created_at = now(), status = 'active',"
            " pause_reason = null, paused_at = null, erased_at = null"
            f" where known.erased_at is not null returning {COLUMNS}",
            [checked_name(name), domain, credentials.can_read_shopify],
        ).fetchone()
        if row is None:
            raise ShopDomainTaken(f"shopDomain: {domain} is connected already")
        tenant = Tenant.of(row)
        connection.execute(
            "insert into control.credentials (tenant_id, sealed) values (%s, %s)",
            [tenant.tenant_id, sealer.seal(tenant.tenant_id, credentials)],
        )
    return tenant


def list_tenants(connection: Connection) -> list[Tenant]:
    """All tenants, oldest first."""
    rows = connection.execute(f"select {COLUMNS} from control.tenants order by tenant_id")
    return [Tenant.of(row) for row in rows]


def get_tenant(connection: Connection, tenant_id: int | str) -> Tenant:
    """One tenant; raises UnknownTenant, also for a text that cannot be an id."""
    row = connection.execute(
        f"select {COLUMNS} from control.tenants where tenant_id = %s", [_id(tenant_id)]
    ).fetchone()
    if row is None:
        raise UnknownTenant(f"no tenant has the id {str(tenant_id)[:40]}")
    return Tenant.of(row)


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
    return Tenant.of(row)


def update_tenant(
    connection: Connection,
    sealer: Sealer,
    tenant_id: int | str,
    *,
    name: str | None = None,
    credentials: Mapping[str, str | None] | None = None,
) -> Tenant:
    """Change the name or some credentials; raises UnknownTenant or InvalidField.

    New keys resume a tenant that was paused because Shopify refused the old ones.
    """
    tenant = get_tenant(connection, tenant_id)
    _refuse_erased(tenant)
    with connection.transaction():
        if name is not None:
            connection.execute(
                "update control.tenants set name = %s where tenant_id = %s",
                [checked_name(name), tenant.tenant_id],
            )
        if credentials:
            change_credentials(connection, sealer, tenant.tenant_id, dict(credentials))
            given = {name for name, value in credentials.items() if value}
            if tenant.waits_for_access and given & TOKEN_FIELDS:
                resume_tenant(connection, tenant.tenant_id)
    return get_tenant(connection, tenant.tenant_id)


def record_shop(
    connection: Connection, tenant_id: int, *, iana_timezone: str, currency: str
) -> None:
    """Keep the zone and currency that the shop itself states."""
    connection.execute(
        "update control.tenants set iana_timezone = %s, currency = %s"
        " where tenant_id = %s and (iana_timezone, currency) is distinct from (%s, %s)",
        [iana_timezone, currency, tenant_id, iana_timezone, currency],
    )


def pause_tenant(connection: Connection, tenant_id: int, *, reason: str) -> None:
    """Stop reading a shop until it is resumed; a pause by hand is not overwritten by later ones."""
    connection.execute(
        "update control.tenants set status = 'paused', pause_reason = %s,"
        " paused_at = case status when 'paused' then paused_at else now() end"
        " where tenant_id = %s and (status = 'active'"
        " or starts_with(pause_reason, %s) or starts_with(pause_reason, %s))",
        [checked_reason(reason), tenant_id, APP_UNINSTALLED, ACCESS_REFUSED],
    )


def resume_tenant(connection: Connection, tenant_id: int) -> None:
    """Read a paused shop again; raises TenantErased where there is nothing to read it with."""
    _refuse_erased(get_tenant(connection, tenant_id))
    connection.execute(
        "update control.tenants set status = 'active', pause_reason = null, paused_at = null"
        " where tenant_id = %s",
        [tenant_id],
    )


def set_abandonment_minutes(connection: Connection, tenant_id: int, minutes: int) -> None:
    """How long an open checkout may rest before it counts as abandoned; raises InvalidField."""
    connection.execute(
        "update control.tenants set abandonment_minutes = %s where tenant_id = %s",
        [checked_minutes(minutes), tenant_id],
    )


def record_access(
    connection: Connection, tenant_id: int, *, scopes: Iterable[str], api_version: str | None
) -> None:
    """Keep what Shopify lets us read, and in which API version it answers."""
    connection.execute(
        "update control.tenants set granted_scopes = %s, api_version_served = %s,"
        " scopes_checked_at = now() where tenant_id = %s",
        [sorted(set(scopes)), api_version, tenant_id],
    )


def set_coverage_from(connection: Connection, tenant_id: int, at: datetime) -> None:
    """Since when orders are complete; the first time that was told stays."""
    connection.execute(
        "update control.tenants set coverage_from = %s"
        " where tenant_id = %s and coverage_from is null",
        [at, tenant_id],
    )


def clear_coverage_from(connection: Connection, tenant_id: int) -> None:
    """Every order was read: figures are complete from the shop's first day on."""
    connection.execute(
        "update control.tenants set coverage_from = null"
        " where tenant_id = %s and coverage_from is not null",
        [tenant_id],
    )


def _refuse_erased(tenant: Tenant) -> None:
    if tenant.erased_at is not None:
        raise TenantErased(
            f"the shop of tenant {tenant.tenant_id} was erased at its own request; if it has "
            f"installed the app again, connect it anew: shopmart tenant add {tenant.shop_domain}"
        )


def _id(given: int | str) -> int:
    text = str(given)
    if not PLAIN_NUMBER.fullmatch(text) or int(text) > LARGEST_ID:
        raise UnknownTenant(f"no tenant has the id {text[:40]!a}")
    return int(text)

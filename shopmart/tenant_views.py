"""``shopmart tenant list`` and ``show``: what is known of the connected shops."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from shopmart.context import OUTPUT, command_settings

if TYPE_CHECKING:
    from warehouse.syncs import Sync
    from warehouse.tenants import Tenant

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(help="The tenant's id or shop domain.", metavar="TENANT")]


def list_all(as_json: Json = False) -> None:
    """Show every connected shop."""
    from rich.table import Table

    from warehouse.connections import Role, connect
    from warehouse.tenants import list_tenants

    with connect(command_settings(), Role.CONTROL) as connection:
        tenants = list_tenants(connection)
    if as_json:
        OUTPUT.print_json(json.dumps([document(tenant) for tenant in tenants]))
        return
    if not tenants:
        OUTPUT.print("no shop is connected yet; connect one: shopmart tenant add SHOP_DOMAIN")
        return
    table = Table("id", "name", "shop", "currency", "time zone", "token", "status")
    for tenant in tenants:
        held = "yes" if tenant.has_access_token else "no"
        place = (tenant.currency or "?", tenant.iana_timezone or "?")
        status = f"paused: {tenant.pause_reason}" if tenant.pause_reason else tenant.status
        table.add_row(str(tenant.tenant_id), tenant.name, tenant.shop_domain, *place, held, status)
    OUTPUT.print(table)


def show(tenant: Name, as_json: Json = False) -> None:
    """Show one shop, what we may read of it, and its last sync."""
    from warehouse.connections import Role, connect
    from warehouse.syncs import latest_sync
    from warehouse.tenants import find_tenant

    with connect(command_settings(), Role.CONTROL) as connection:
        found = find_tenant(connection, tenant)
        sync = latest_sync(connection, found.tenant_id)
    told = {**document(found), "lastSync": None if sync is None else _sync(sync)}
    print_document(told, as_json=as_json)


def print_document(told: dict[str, object], *, as_json: bool) -> None:
    """A document as JSON, or line by line."""
    if as_json:
        OUTPUT.print_json(json.dumps(told))
        return
    for name, value in told.items():
        shown = json.dumps(value) if isinstance(value, dict | list) else value
        OUTPUT.print(f"{name}: {shown}")


def document(tenant: "Tenant") -> dict[str, object]:
    """A tenant as JSON; nothing of its credentials."""
    from warehouse.shopify_versions import supported_until

    version = tenant.api_version_served
    scopes = tenant.granted_scopes
    return {
        "id": str(tenant.tenant_id),
        "name": tenant.name,
        "shopDomain": tenant.shop_domain,
        "createdAt": _text(tenant.created_at),
        "status": tenant.status,
        "pauseReason": tenant.pause_reason,
        "pausedAt": _text(tenant.paused_at),
        "currency": tenant.currency,
        "timezone": tenant.iana_timezone,
        "hasAccessToken": tenant.has_access_token,
        "tokenExpiresAt": _text(tenant.token_expires_at),
        "grantedScopes": None if scopes is None else list(scopes),
        "apiVersion": version,
        "apiVersionEnds": _text(supported_until(version)) if version else None,
        "coverageFrom": _text(tenant.coverage_from),
        "abandonmentMinutes": tenant.abandonment_minutes,
    }


def _sync(sync: "Sync") -> dict[str, object]:
    return {
        "status": sync.status,
        "startedAt": _text(sync.started_at),
        "finishedAt": _text(sync.finished_at),
        "counts": sync.counts,
        "skipped": sync.skipped,
        "error": sync.error,
        "hint": sync.hint,
    }


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()

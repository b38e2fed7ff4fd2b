"""``shopmart tenant``: connect shops and look at them."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from shopmart.context import OUTPUT, command_settings

if TYPE_CHECKING:
    from warehouse.tenants import Tenant

app = typer.Typer(help="Connect shops and look at them.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("add")
def add(
    shop_domain: Annotated[str, typer.Argument(help="Like my-shop.myshopify.com.")],
    name: Annotated[str | None, typer.Option(help="Shown to people; default: the domain.")] = None,
    access_token: Annotated[
        str | None,
        typer.Option(envvar="SHOPMART_NEW_ACCESS_TOKEN", help="Admin API token (shpat_…)."),
    ] = None,
    webhook_secret: Annotated[
        str,
        typer.Option(
            envvar="SHOPMART_NEW_WEBHOOK_SECRET",
            prompt="The app's client secret (it signs the webhooks)",
            hide_input=True,
            help="The app's client secret; asked for when left out.",
        ),
    ] = ...,  # type: ignore[assignment]
    as_json: Json = False,
) -> None:
    """Connect a shop. Secrets are sealed at once and never shown again."""
    from warehouse.connections import Role, connect
    from warehouse.secrets import Credentials, Sealer
    from warehouse.tenants import add_tenant

    settings = command_settings()
    credentials = Credentials(webhook_secret=webhook_secret, access_token=access_token)
    with connect(settings, Role.CONTROL) as connection:
        tenant = add_tenant(
            connection,
            Sealer.from_settings(settings),
            name=name or shop_domain,
            shop_domain=shop_domain,
            credentials=credentials,
        )
    if as_json:
        OUTPUT.print_json(json.dumps(_document(tenant)))
        return
    OUTPUT.print(f"tenant {tenant.tenant_id} is connected to {tenant.shop_domain}")
    OUTPUT.print(f"next: shopmart sync {tenant.tenant_id} && shopmart build")


@app.command("list")
def list_all(as_json: Json = False) -> None:
    """Show every connected shop."""
    from rich.table import Table

    from warehouse.connections import Role, connect
    from warehouse.tenants import list_tenants

    with connect(command_settings(), Role.CONTROL) as connection:
        tenants = list_tenants(connection)
    if as_json:
        OUTPUT.print_json(json.dumps([_document(tenant) for tenant in tenants]))
        return
    if not tenants:
        OUTPUT.print("no shop is connected yet; connect one: shopmart tenant add SHOP_DOMAIN")
        return
    table = Table("id", "name", "shop", "currency", "time zone", "token", "status")
    for tenant in tenants:
        held = "yes" if tenant.has_access_token else "no"
        place = (tenant.currency or "?", tenant.iana_timezone or "?")
        table.add_row(
            str(tenant.tenant_id), tenant.name, tenant.shop_domain, *place, held, tenant.status
        )
    OUTPUT.print(table)


@app.command("show")
def show(
    tenant: Annotated[str, typer.Argument(help="The tenant's id or shop domain.")],
    as_json: Json = False,
) -> None:
    """Show one shop and its last sync."""
    from warehouse.connections import Role, connect
    from warehouse.syncs import latest_sync
    from warehouse.tenants import find_tenant

    with connect(command_settings(), Role.CONTROL) as connection:
        found = find_tenant(connection, tenant)
        sync = latest_sync(connection, found.tenant_id)
    document = _document(found)
    document["lastSync"] = (
        None
        if sync is None
        else {
            "status": sync.status,
            "startedAt": sync.started_at.isoformat(),
            "finishedAt": sync.finished_at and sync.finished_at.isoformat(),
            "counts": sync.counts,
            "error": sync.error,
            "hint": sync.hint,
        }
    )
    if as_json:
        OUTPUT.print_json(json.dumps(document))
        return
    for name, value in document.items():
        OUTPUT.print(f"{name}: {json.dumps(value) if isinstance(value, dict) else value}")


def _document(tenant: "Tenant") -> dict[str, object]:
    return {
        "id": str(tenant.tenant_id),
        "name": tenant.name,
        "shopDomain": tenant.shop_domain,
        "createdAt": tenant.created_at.isoformat(),
        "status": tenant.status,
        "currency": tenant.currency,
        "timezone": tenant.iana_timezone,
        "hasAccessToken": tenant.has_access_token,
    }

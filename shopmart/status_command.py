"""``shopmart status``: how fresh each tenant's figures are, what waits and what went wrong."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from shopmart.context import OUTPUT, command_settings

if TYPE_CHECKING:
    from warehouse.status import BuildStatus, ServiceStatus, TenantStatus

COLUMNS = ("tenant", "shop", "state", "fresh as of", "waiting", "lag", "aside", "last sync", "from")


def status(
    tenant: Annotated[
        str | None, typer.Argument(help="A tenant's id or shop domain; left out: every tenant.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Show the state of the service and of each tenant."""
    from warehouse.connections import Role, connect
    from warehouse.status import read_status
    from warehouse.tenants import find_tenant

    with connect(command_settings(), Role.CONTROL, autocommit=True) as connection:
        chosen = None if tenant is None else find_tenant(connection, tenant).tenant_id
        found = read_status(connection, tenant_id=chosen)
    if as_json:
        typer.echo(json.dumps(asdict(found), default=_plain, indent=2))
    else:
        _show(found)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _show(found: "ServiceStatus") -> None:
    loop = "a live loop is at work" if found.live_loop else "no live loop runs: `shopmart live`"
    OUTPUT.print(loop)
    for build in found.builds:
        OUTPUT.print(_build_line(build))
    for batch in found.stuck_batches:
        why = f": {batch.error}" if batch.error else ""
        OUTPUT.print(
            f"batch {batch.batch_id} of {batch.events} webhooks was not loaded in "
            f"{batch.tries} tries{why}"
        )
    if not found.tenants:
        OUTPUT.print("no shop is connected yet; connect one: shopmart tenant add SHOP_DOMAIN")
        return
    table = Table(*COLUMNS)
    for tenant in found.tenants:
        table.add_row(*_row(tenant))
    OUTPUT.print(table)
    for tenant in found.tenants:
        for line in _remarks(tenant):
            OUTPUT.print(f"{tenant.shop_domain}: {line}")


def _build_line(build: "BuildStatus") -> str:
    at = f"{build.finished_at or build.started_at:%Y-%m-%d %H:%M:%S} UTC"
    error = f": {build.error}" if build.error else ""
    return f"last build of group {build.build_group}: {build.status}, {at}{error}"


def _row(tenant: "TenantStatus") -> tuple[str, ...]:
    sync = tenant.last_sync
    return (
        str(tenant.tenant_id),
        tenant.shop_domain,
        tenant.status,
        f"{tenant.fresh_as_of:%Y-%m-%d %H:%M:%S}" if tenant.fresh_as_of else "not built yet",
        str(tenant.waiting_events),
        f"{tenant.mart_lag_seconds:.0f} s",
        str(tenant.quarantined),
        f"{sync.status} {sync.finished_at or sync.started_at:%m-%d %H:%M}" if sync else "never",
        _reach(tenant),
    )


def _reach(tenant: "TenantStatus") -> str:
    if tenant.coverage_from:
        return f"{tenant.coverage_from:%Y-%m-%d}"
    return "everything" if tenant.last_sync else "not read yet"


def _remarks(tenant: "TenantStatus") -> list[str]:
    """What needs an operator's eye, each with the cure where one is known."""
    lines = []
    if tenant.status == "paused":
        lines.append(f"paused: {tenant.pause_reason or 'no reason given'}")
    sync = tenant.last_sync
    if sync and sync.error:
        lines.append(
            f"the last sync failed: {sync.error}" + (f"; {sync.hint}" if sync.hint else "")
        )
    if sync:
        lines += [f"{name} left out: {why}" for name, why in sync.skipped.items()]
    if tenant.quarantined:
        lines.append(
            f"{tenant.quarantined} webhooks are put aside: "
            f"shopmart events quarantine {tenant.tenant_id}"
        )
    lines += _webhook_remarks(tenant)
    if tenant.token_expires_at:
        lines.append(f"its access token is renewed before {tenant.token_expires_at:%Y-%m-%d %H:%M}")
    if tenant.api_version_ends:
        end = f"{tenant.api_version_ends:%Y-%m-%d}"
        lines.append(f"Shopify serves API version {tenant.api_version} until {end}")
    return lines


def _webhook_remarks(tenant: "TenantStatus") -> list[str]:
    """What the last look at its webhooks found."""
    watch, lines = tenant.webhooks, []
    if watch is None:
        return []
    if watch.silent_since:
        lines.append(
            f"no webhook since {watch.silent_since:%Y-%m-%d %H:%M}, where "
            f"{watch.expected_deliveries:.0f} are usual: shopmart webhooks check {tenant.tenant_id}"
        )
    if watch.untold_orders:
        lines.append(
            f"{watch.untold_orders} orders came by sync and by no webhook; their figures are right"
        )
    if watch.missing_topics:
        lines.append(
            f"no right subscription to {', '.join(watch.missing_topics)}: "
            f"shopmart webhooks check {tenant.tenant_id}"
        )
    if watch.repaired_at:
        when = f"{watch.repaired_at:%Y-%m-%d %H:%M}"
        lines.append(f"subscribed again at {when}: {', '.join(watch.repaired_topics)}")
    return lines

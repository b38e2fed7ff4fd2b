"""``shopmart sync``: read one shop, or all, without Dagster."""

from typing import TYPE_CHECKING, Annotated

import typer

from shopmart.context import MESSAGES, OUTPUT, command_settings
from shopmart.errors import CommandError

if TYPE_CHECKING:
    from warehouse.tenants import Tenant


def sync(
    tenant: Annotated[
        str | None, typer.Argument(help="The tenant's id or shop domain; left out: every tenant.")
    ] = None,
) -> None:
    """Read what changed in a shop since the last sync into the raw tables."""
    from pipelines.sync import sync_tenants
    from warehouse.connections import Role, connect
    from warehouse.tenants import find_tenant, list_tenants

    settings = command_settings()
    with connect(settings, Role.CONTROL) as connection:
        if tenant is not None:
            chosen = [find_tenant(connection, tenant).tenant_id]
        else:
            chosen = _to_read(list_tenants(connection))
    outcomes = sync_tenants(
        settings,
        chosen,
        trigger="command",
        on_progress=lambda said: MESSAGES.print(said, style="dim"),
    )
    failed = 0
    for outcome in outcomes:
        if outcome.result is not None:
            counts = ", ".join(f"{count} {name}" for name, count in outcome.result.counts.items())
            OUTPUT.print(f"tenant {outcome.tenant_id}: {counts}")
            for name, why in outcome.result.skipped.items():
                OUTPUT.print(f"  {name} left out: {why}")
        else:
            failed += 1
            OUTPUT.print(f"tenant {outcome.tenant_id}: {outcome.error}")
            if outcome.hint:
                OUTPUT.print(f"  cure: {outcome.hint}")
    if failed:
        raise CommandError(f"{failed} of {len(outcomes)} syncs failed; nothing of them was counted")


def _to_read(tenants: "list[Tenant]") -> list[int]:
    """Who is read by a sync of all; of others is told, lest old figures be taken for new ones."""
    chosen = []
    for tenant in tenants:
        if tenant.status == "paused":
            why = f"paused: {tenant.pause_reason}"
        elif not tenant.has_access_token:
            why = "has no credentials to read with; give some by `shopmart tenant update`"
        else:
            chosen.append(tenant.tenant_id)
            continue
        OUTPUT.print(f"tenant {tenant.tenant_id} ({tenant.shop_domain}) is left out: {why}")
    if not tenants:
        OUTPUT.print("no shop is connected yet; connect one: shopmart tenant add SHOP_DOMAIN")
    return chosen

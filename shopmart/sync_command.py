"""``shopmart sync``: read one shop, or all, without Dagster."""

from typing import Annotated

import typer

from shopmart.context import MESSAGES, OUTPUT, command_settings
from shopmart.errors import CommandError


def sync(
    tenant: Annotated[
        str | None, typer.Argument(help="The tenant's id or shop domain; left out: every tenant.")
    ] = None,
) -> None:
    """Read what changed in a shop since the last sync into the raw tables."""
    from pipelines.sync import sync_tenants
    from warehouse.connections import Role, connect
    from warehouse.tenants import find_tenant

    settings = command_settings()
    chosen = None
    if tenant is not None:
        with connect(settings, Role.CONTROL) as connection:
            chosen = [find_tenant(connection, tenant).tenant_id]
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
        else:
            failed += 1
            OUTPUT.print(f"tenant {outcome.tenant_id}: {outcome.error}; {outcome.hint or ''}")
    if not outcomes:
        OUTPUT.print("no shop is connected yet; connect one: shopmart tenant add SHOP_DOMAIN")
    if failed:
        raise CommandError(f"{failed} of {len(outcomes)} syncs failed; nothing of them was counted")

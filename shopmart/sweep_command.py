"""``shopmart sweep``: what a shop deleted without our hearing of it is buried here, too."""

from typing import TYPE_CHECKING, Annotated

import typer

from shopmart.context import MESSAGES, OUTPUT, command_settings
from shopmart.errors import CommandError

if TYPE_CHECKING:
    from pipelines.sweep import SweepOutcome


def sweep(
    tenant: Annotated[
        str | None, typer.Argument(help="The tenant's id or shop domain; left out: every tenant.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Bury more than a tenth of a resource; name the tenant.")
    ] = False,
) -> None:
    """Compare the ids of orders, customers and products with the shop's, and bury what is gone."""
    from pipelines.sweep import sweep_tenants
    from warehouse.connections import Role, connect
    from warehouse.tenants import find_tenant

    if force and tenant is None:
        raise typer.BadParameter("name the one tenant that was looked at: shopmart sweep TENANT")
    settings, chosen = command_settings(), None
    if tenant is not None:
        with connect(settings, Role.CONTROL) as connection:
            chosen = [find_tenant(connection, tenant).tenant_id]
    outcomes = sweep_tenants(
        settings,
        chosen,
        trigger="command",
        force=force,
        on_progress=lambda said: MESSAGES.print(said, style="dim"),
    )
    if not outcomes:
        OUTPUT.print("no shop can be read yet; connect one: shopmart tenant add SHOP_DOMAIN")
    for outcome in outcomes:
        _tell(outcome)
    failed = sum(outcome.error is not None for outcome in outcomes)
    if failed:
        raise CommandError(f"{failed} of {len(outcomes)} sweeps failed")


def _tell(outcome: "SweepOutcome") -> None:
    if outcome.error is not None:
        OUTPUT.print(f"tenant {outcome.tenant_id}: {outcome.error}")
        if outcome.hint:
            OUTPUT.print(f"  cure: {outcome.hint}")
        return
    for name, one in outcome.swept.items():
        unread = f", {one.unread} not read yet" if one.unread else ""
        OUTPUT.print(
            f"tenant {outcome.tenant_id}: {name}: {one.listed} in the shop, "
            f"{one.gone} of {one.expected} gone{unread}"
        )
    for name, why in outcome.skipped.items():
        OUTPUT.print(f"  {name} left out: {why}")

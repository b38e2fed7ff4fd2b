"""``shopmart tenant pause``, ``resume`` and ``set``: what a person decides about a shop."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from shopmart.context import OUTPUT, command_settings
from shopmart.tenant_views import Name

if TYPE_CHECKING:
    import psycopg

    from warehouse.tenants import Tenant


def pause(
    tenant: Name,
    reason: Annotated[str, typer.Option(help="Shown wherever the pause is.")] = "by hand",
) -> None:
    """Stop reading a shop. Its webhooks go on landing, and nothing is lost."""
    from warehouse.tenants import pause_tenant

    found = _changed(
        tenant, lambda connection, one: pause_tenant(connection, one.tenant_id, reason=reason)
    )
    OUTPUT.print(f"tenant {found.tenant_id} is paused: {found.pause_reason}")
    OUTPUT.print(f"next: shopmart tenant resume {found.tenant_id}")


def resume(tenant: Name) -> None:
    """Read a paused shop again."""
    from warehouse.tenants import resume_tenant

    found = _changed(tenant, lambda connection, one: resume_tenant(connection, one.tenant_id))
    OUTPUT.print(f"tenant {found.tenant_id} is {found.status}")
    OUTPUT.print(f"next: shopmart doctor {found.tenant_id} && shopmart sync {found.tenant_id}")


def change_settings(
    tenant: Name,
    abandonment_minutes: Annotated[
        int,
        typer.Option(
            min=1,
            max=43_200,
            help="After how many minutes without activity an open checkout counts as abandoned.",
        ),
    ],
) -> None:
    """Change how a shop's figures are counted; the past is counted anew by the next build."""
    from warehouse.tenants import set_abandonment_minutes

    found = _changed(
        tenant,
        lambda connection, one: set_abandonment_minutes(
            connection, one.tenant_id, abandonment_minutes
        ),
    )
    OUTPUT.print(
        f"tenant {found.tenant_id}: an open checkout counts as abandoned after "
        f"{found.abandonment_minutes} minutes"
    )
    OUTPUT.print("next: shopmart build (or let the live loop do it)")


def _changed(
    name: str, work: "Callable[[psycopg.Connection[tuple[object, ...]], Tenant], None]"
) -> "Tenant":
    from warehouse.connections import Role, connect
    from warehouse.tenants import find_tenant, get_tenant

    with connect(command_settings(), Role.CONTROL) as connection:
        found = find_tenant(connection, name)
        work(connection, found)
        return get_tenant(connection, found.tenant_id)

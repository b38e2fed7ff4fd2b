"""``shopmart url``: where the figures are, for psql and every other client of Postgres."""

from typing import Annotated
from urllib.parse import quote, urlsplit, urlunsplit

import typer

from shopmart.context import command_settings


def url(
    tenant: Annotated[
        str | None,
        typer.Argument(help="A tenant's id or shop domain: only its marts, and only to read."),
    ] = None,
) -> None:
    """Print the database's URL, password included: psql "$(shopmart url my-shop)".

    Left without a tenant it is the owner's, who sees and may do everything.
    """
    from warehouse.connections import Role, connect, dsn
    from warehouse.tenants import find_tenant

    settings = command_settings()
    if tenant is None:
        typer.echo(dsn(settings, Role.OWNER))
        return
    with connect(settings, Role.CONTROL) as connection:
        tenant_id = find_tenant(connection, tenant).tenant_id
    typer.echo(_narrowed(dsn(settings, Role.READER), tenant_id))


def _narrowed(reader: str, tenant_id: int) -> str:
    """The reader's URL with the tenant set for row-level security from the first statement on."""
    parts = urlsplit(reader)
    given = [pair for pair in parts.query.split("&") if pair and not pair.startswith("options=")]
    options = "options=" + quote(f"-c app.tenant_id={tenant_id}", safe="")
    return urlunsplit(parts._replace(query="&".join([*given, options])))

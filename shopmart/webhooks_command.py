"""``shopmart webhooks``: what a shop sends us, looked at and made right."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from shopmart.context import MESSAGES, OUTPUT, command_settings
from shopmart.errors import CommandError
from shopmart.tenant_views import Json, Name

if TYPE_CHECKING:
    from warehouse.settings import Settings

app = typer.Typer(
    help="The webhooks that a shop sends us: look at them, make them right.", no_args_is_help=True
)
HELP = "The public address of the landing endpoint, https://…/api/v1/webhook/shopify."


@app.command("check")
def check(
    tenant: Name,
    address: Annotated[
        str | None,
        typer.Option(help=HELP + " Left out: the one that most of the subscriptions have."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare a shop's subscriptions with what the warehouse wants. Exit 1 when they differ."""
    from pipelines.subscriptions import check as check_subscriptions

    settings, tenant_id = _found(tenant)
    with MESSAGES.status("asking for the subscriptions"):
        found = check_subscriptions(settings, tenant_id, address=address)
    rows = [(one.topic, one.state, one.told) for one in found]
    _print("state", rows, as_json=as_json)
    wrong = sum(state in ("missing", "wrong", "double") for _, state, _ in rows)
    if wrong:
        raise CommandError(
            f"{wrong} of {len(rows)} subscriptions are not as they should be; make them right: "
            f"shopmart webhooks register {tenant_id} --address https://…"
        )


@app.command("register")
def register(
    tenant: Name,
    address: Annotated[str, typer.Option(help=HELP)],
    as_json: Json = False,
) -> None:
    """Make what is missing and repair what is wrong; doing it again changes nothing.

    Subscriptions of the same app to other endpoints are left alone. The three privacy topics are
    set in the app's configuration: the API cannot subscribe to them.
    """
    from pipelines.subscription_topics import COMPLIANCE
    from pipelines.subscriptions import register as register_subscriptions

    settings, tenant_id = _found(tenant)
    with MESSAGES.status("registering") as status:
        done = register_subscriptions(
            settings,
            tenant_id,
            address=address,
            on_progress=lambda one: status.update(f"{one.topic}: {one.deed}"),
        )
    rows = [(one.topic, one.deed, one.told) for one in done]
    _print("deed", rows, as_json=as_json)
    if not as_json:
        OUTPUT.print(
            f"set in the app's configuration, to the same address: {', '.join(COMPLIANCE)}"
        )
    refused = sum(deed == "refused" for _, deed, _ in rows)
    if refused:
        raise CommandError(
            f"Shopify refused {refused} of {len(rows)}, in the words above; "
            f"shopmart doctor {tenant_id} tells what the app may read"
        )


def _found(name: str) -> "tuple[Settings, int]":
    from warehouse.connections import Role, connect
    from warehouse.tenants import find_tenant

    settings = command_settings()
    with connect(settings, Role.CONTROL) as connection:
        return settings, find_tenant(connection, name).tenant_id


def _print(what: str, rows: Iterable[tuple[str, str, str]], *, as_json: bool) -> None:
    from rich.table import Table
    from rich.text import Text

    if as_json:
        told = [{"topic": topic, what: word, "told": words} for topic, word, words in rows]
        OUTPUT.print_json(json.dumps(told))
        return
    table = Table("topic", what, "")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    OUTPUT.print(table)

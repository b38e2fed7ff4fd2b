"""``shopmart tenant``: connect shops, change their credentials, look at them, let them rest."""

from typing import Annotated

import typer

from shopmart import tenant_states, tenant_views
from shopmart.context import OUTPUT, command_settings
from shopmart.credential_options import ASK, AccessToken, ClientId, RefreshToken, opened
from shopmart.errors import CommandError
from shopmart.tenant_views import Json, Name, document, print_document

app = typer.Typer(
    help="Connect shops, change their credentials, look at them, let them rest.",
    no_args_is_help=True,
)

NEXT = """next: shopmart doctor {0}
then: shopmart webhooks register {0} --address https://…
and:  shopmart sync {0} && shopmart build"""


@app.command("add")
def add(
    shop_domain: Annotated[str, typer.Argument(help="Like my-shop.myshopify.com.")],
    name: Annotated[str | None, typer.Option(help="Shown to people; default: the domain.")] = None,
    client_id: ClientId = None,
    refresh_token: RefreshToken = None,
    access_token: AccessToken = None,
    webhook_secret: Annotated[
        str,
        typer.Option(
            envvar="SHOPMART_NEW_WEBHOOK_SECRET",
            help="The app's client secret; asked for when left out.",
        ),
    ] = ASK,
    as_json: Json = False,
) -> None:
    """Connect a shop. Secrets are sealed at once and never shown again.

    Three ways lead to its data: the client id and secret of an app of your own organisation
    (--client-id), an expiring offline token (--client-id and --refresh-token), or a token that
    lasts (--access-token). Without any of them webhooks land, and nothing is read.
    """
    from warehouse.connections import Role, connect
    from warehouse.secrets import Credentials, Sealer
    from warehouse.tenants import add_tenant

    if refresh_token and not client_id:
        raise CommandError("--refresh-token: needs the --client-id of the app that it belongs to")
    secret = opened(webhook_secret, "--webhook-secret", "The client secret (it signs the webhooks)")
    credentials = Credentials(
        webhook_secret=secret or "",
        access_token=opened(access_token, "--access-token", "The access token"),
        client_id=client_id,
        client_secret=secret if client_id else None,
        refresh_token=opened(refresh_token, "--refresh-token", "The refresh token"),
    )
    settings = command_settings()
    with connect(settings, Role.CONTROL) as connection:
        tenant = add_tenant(
            connection,
            Sealer.from_settings(settings),
            name=name or shop_domain,
            shop_domain=shop_domain,
            credentials=credentials,
        )
    if as_json:
        print_document(document(tenant), as_json=True)
    else:
        OUTPUT.print(f"tenant {tenant.tenant_id} is connected to {tenant.shop_domain}")
        OUTPUT.print(NEXT.format(tenant.tenant_id))


@app.command("update")
def update(
    tenant: Name,
    name: Annotated[str | None, typer.Option(help="Shown to people.")] = None,
    client_id: ClientId = None,
    refresh_token: RefreshToken = None,
    access_token: AccessToken = None,
    webhook_secret: Annotated[
        str | None,
        typer.Option(
            envvar="SHOPMART_NEW_WEBHOOK_SECRET",
            help="The app's new client secret; - asks for it. Webhooks that the old one signed"
            " are still taken.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Change a shop's name or credentials. What is left out stays as it is.

    New keys resume a shop that was paused because Shopify refused the old ones.
    """
    from warehouse.connections import Role, connect
    from warehouse.secrets import Sealer
    from warehouse.tenants import find_tenant, update_tenant

    given = {
        "client_id": client_id,
        "refresh_token": opened(refresh_token, "--refresh-token", "The new refresh token"),
        "access_token": opened(access_token, "--access-token", "The new access token"),
        "webhook_secret": opened(webhook_secret, "--webhook-secret", "The new client secret"),
    }
    changes = {field: value for field, value in given.items() if value is not None}
    if not changes and name is None:
        raise CommandError("nothing to change was given; see: shopmart tenant update --help")
    settings = command_settings()
    sealer = Sealer.from_settings(settings)
    with connect(settings, Role.CONTROL) as connection:
        found = find_tenant(connection, tenant)
        if secret := changes.get("webhook_secret"):
            # One secret of the app does both: it signs webhooks and asks for tokens.
            changes["client_secret"] = secret
        changed = update_tenant(connection, sealer, found.tenant_id, name=name, credentials=changes)
    if as_json:
        print_document(document(changed), as_json=True)
        return
    resumed = found.status == "paused" and changed.status == "active"
    OUTPUT.print(f"tenant {changed.tenant_id} is changed{' and read again' if resumed else ''}")
    OUTPUT.print(f"next: shopmart doctor {changed.tenant_id}")


app.command("list")(tenant_views.list_all)
app.command("show")(tenant_views.show)
app.command("pause")(tenant_states.pause)
app.command("resume")(tenant_states.resume)
app.command("set")(tenant_states.change_settings)

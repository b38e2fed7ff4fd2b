"""``shopmart privacy``: what was asked for, what was erased, and both by an operator's word."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shopmart.context import OUTPUT, command_settings, step
from shopmart.errors import CommandError
from shopmart.privacy_views import print_deeds, print_receipts
from shopmart.tenant_views import Json, Name, print_document

if TYPE_CHECKING:
    from pipelines.privacy.people import Asked
    from warehouse.settings import Settings
    from warehouse.tenants import Tenant

app = typer.Typer(
    help="Requests of people and shops: see them, erase, hand out what is held.",
    no_args_is_help=True,
)
Customer = Annotated[
    int | None, typer.Option("--customer", min=1, max=2**63 - 1, help="Shopify's customer id.")
]
Email = Annotated[str | None, typer.Option("--email", help="An e-mail of the person.")]
Phone = Annotated[
    str | None, typer.Option("--phone", help="A phone number of the person, in any spelling.")
]
Orders = Annotated[
    list[int] | None,
    typer.Option("--order", min=1, max=2**63 - 1, help="An order of the person; may be repeated."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask again.")]


@app.command("list")
def list_all(
    tenant: Annotated[
        str | None, typer.Argument(help="The tenant's id or shop domain; left out: all.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many, newest.")] = 200,
    as_json: Json = False,
) -> None:
    """Show the receipts: what was asked, what was done where, what still waits."""
    from warehouse.connections import Role, connect
    from warehouse.receipts import list_receipts
    from warehouse.tenants import find_tenant

    with connect(command_settings(), Role.CONTROL) as connection:
        chosen = None if tenant is None else find_tenant(connection, tenant).tenant_id
        receipts = list_receipts(connection, chosen, limit=limit)
    print_receipts(receipts, as_json=as_json)


@app.command("act")
def act(as_json: Json = False) -> None:
    """Act now on every request that waits, and again on those that could not be done."""
    from pipelines.privacy.acting import act_on_requests

    settings = command_settings()
    with step("acting on requests"):
        deeds = act_on_requests(settings, again=True)
    print_deeds(deeds, as_json=as_json)
    failed = [deed for deed in deeds if deed.problem]
    if failed:
        raise CommandError(f"{len(failed)} of {len(deeds)} requests are not done; see above")


@app.command("erase")
def erase(
    tenant: Name,
    customer: Customer = None,
    email: Email = None,
    phone: Phone = None,
    order: Orders = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Erase everything that tells of a person, in one shop, for ever. No figure moves."""
    from pipelines.privacy.acting import erase_by_hand

    asked = _asked(customer, email, phone, order)
    settings, found = _found(tenant)
    if not yes:
        typer.confirm(
            f"Erase this person from {found.shop_domain}? It cannot be undone", abort=True
        )
    with step("erasing, while no load and no build runs"):
        deed = erase_by_hand(settings, found.tenant_id, asked)
    print_deeds([deed], as_json=as_json)
    if not as_json:
        OUTPUT.print("next: shopmart build (or let the live loop do it)")


@app.command("erase-shop")
def erase_shop(
    tenant: Name,
    confirm: Annotated[
        str, typer.Option(help="The shop's domain once more, so that no other one is meant.")
    ],
    as_json: Json = False,
) -> None:
    """Erase a whole shop: every row but its receipts, its credentials too. Not to be undone."""
    from pipelines.privacy.acting import erase_shop_by_hand

    settings, found = _found(tenant)
    if confirm.strip().lower() != found.shop_domain:
        raise CommandError(
            f"--confirm: tenant {found.tenant_id} is {found.shop_domain}, "
            f"not {confirm.strip()[:100]}; nothing was erased"
        )
    with step("erasing, while no load and no build runs"):
        deed = erase_shop_by_hand(settings, found.tenant_id)
    print_deeds([deed], as_json=as_json)


@app.command("export")
def export(
    tenant: Name,
    customer: Customer = None,
    email: Email = None,
    phone: Phone = None,
    order: Orders = None,
    request: Annotated[
        str | None,
        typer.Option(help="The webhook id of a request for data, from `shopmart privacy list`."),
    ] = None,
    output: Annotated[Path, typer.Option(help="The folder for the bundle.")] = Path(),
    as_json: Json = False,
) -> None:
    """Write everything held about a person into one zip: JSON, CSV and a summary."""
    from pipelines.privacy.bundle import asked_by_request, make_bundle

    named = customer or email or phone or order
    if request is not None and named:
        raise CommandError("--request: names the person already; leave the other options out")
    if request is None:
        _asked(customer, email, phone, order)
    settings, found = _found(tenant)
    if request is not None:
        asked = asked_by_request(settings, found.tenant_id, request)
    else:
        asked = _asked(customer, email, phone, order)
    with step("looking through everything that is stored"):
        bundle = make_bundle(settings, found.tenant_id, asked, output, request=request)
    told: dict[str, object] = {"bundle": str(bundle.path), "rows": dict(bundle.counts)}
    told["madeAt"] = datetime.now().astimezone().isoformat(timespec="seconds")
    print_document(told, as_json=as_json)
    if not as_json:
        OUTPUT.print("it holds a person's data: hand it over, then delete it")


def _asked(
    customer: int | None, email: str | None, phone: str | None, order: list[int] | None
) -> "Asked":
    """The person that the options name; raises CommandError when one of them cannot be."""
    from pipelines.privacy.contacts import FEWEST_DIGITS, normal_phone
    from pipelines.privacy.people import Asked

    if email is not None and (
        "@" not in email.strip("@ ") or any(c.isspace() for c in email.strip())
    ):
        raise CommandError(f"--email: {email[:100]!a} is no e-mail; write it like jo@example.com")
    if phone is not None and normal_phone(phone) is None:
        raise CommandError(f"--phone: {phone[:40]!a} has fewer than {FEWEST_DIGITS} digits")
    asked = Asked(customer, email, phone, tuple(order or ()))
    if not asked.names_somebody:
        raise CommandError("nobody is named; give --customer, --email, --phone or --order")
    return asked


def _found(name: str) -> "tuple[Settings, Tenant]":
    from warehouse.connections import Role, connect
    from warehouse.tenants import find_tenant

    settings = command_settings()
    with connect(settings, Role.CONTROL) as connection:
        return settings, find_tenant(connection, name)

"""``shopmart events``: every delivery of a webhook, what became of it, and loading it again."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from shopmart.context import MESSAGES, OUTPUT, command_settings
from shopmart.errors import CommandError
from shopmart.events_views import print_flight, print_flights, print_refusals
from shopmart.tenant_views import Json

if TYPE_CHECKING:
    from pipelines.replay import Replayed
    from warehouse.events import Choice, State
    from warehouse.replays import Kind
    from warehouse.settings import Settings

app = typer.Typer(
    help="Every delivery of a webhook, what became of it, and loading it again.",
    no_args_is_help=True,
)
NOTHING_DUE = {
    "replay": "none of these was loaded before; what was put aside: shopmart events release",
    "release": "none of these is put aside; what is: shopmart events quarantine",
}
TIME = "an ISO time (UTC unless it says otherwise), or so long ago: 90m, 2h, 7d"
Tenant = Annotated[
    str | None, typer.Argument(help="A tenant's id or shop domain; left out: every tenant.")
]
Topic = Annotated[str | None, typer.Option(help="Only this topic, such as orders/create.")]
Webhook = Annotated[str | None, typer.Option("--webhook-id", help="Only this webhook id.")]
Since = Annotated[str | None, typer.Option(help=f"Received at or after: {TIME}.")]
Until = Annotated[str | None, typer.Option(help=f"Received before: {TIME}.")]
Event = Annotated[str | None, typer.Option(help="Only this event: its number or webhook id.")]
Every = Annotated[bool, typer.Option("--all", help="Really every delivery that is kept.")]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")]


@app.command("list")
def list_events(
    tenant: Tenant = None,
    topic: Topic = None,
    state: Annotated[
        str | None,
        typer.Option(help="Only waiting, loading, loaded, built, kept or quarantined ones."),
    ] = None,
    since: Since = None,
    until: Until = None,
    webhook_id: Webhook = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Show deliveries, newest first."""
    _list(_chosen(tenant, topic, since, until, webhook_id), _state(state), limit, as_json=as_json)


@app.command("quarantine")
def quarantine(
    tenant: Tenant = None,
    topic: Topic = None,
    since: Since = None,
    until: Until = None,
    webhook_id: Webhook = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Show what was put aside, and why."""
    choice = _chosen(tenant, topic, since, until, webhook_id)
    _list(choice, "quarantined", limit, as_json=as_json)


@app.command("show")
def show(
    event: Annotated[str, typer.Argument(help="The event's number, or Shopify's webhook id.")],
    tenant: Annotated[str | None, typer.Option(help="The tenant's id or shop domain.")] = None,
    body: Annotated[
        bool, typer.Option("--body", help="Print the raw bytes of its body and nothing else.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show one delivery: its headers, and its way to the figures."""
    from warehouse.connections import Role, connect
    from warehouse.events import find_flight, flight_body, flight_headers

    settings, choice = _chosen(tenant)
    with connect(settings, Role.CONTROL, autocommit=True) as connection:
        flight = find_flight(connection, choice, event)
        headers = flight_headers(connection, flight)
    if body:
        with connect(settings, Role.LANDING, autocommit=True) as landing:
            typer.echo(flight_body(landing, flight), nl=False)
    else:
        print_flight(flight, headers, as_json=as_json)


@app.command("replay")
def replay(
    tenant: Tenant = None,
    event: Event = None,
    topic: Topic = None,
    since: Since = None,
    until: Until = None,
    webhook_id: Webhook = None,
    every: Every = False,
    as_json: Json = False,
) -> None:
    """Load deliveries again that were loaded before; no figure moves by it.

    What was put aside is released by `shopmart events release`.
    """
    given = (tenant, event, topic, since, until, webhook_id)
    _again("replay", given, every=every, as_json=as_json)


@app.command("release")
def release(
    tenant: Tenant = None,
    event: Event = None,
    topic: Topic = None,
    since: Since = None,
    until: Until = None,
    webhook_id: Webhook = None,
    every: Every = False,
    as_json: Json = False,
) -> None:
    """Load what was put aside, after its cause was mended; what cannot be loaded stays aside."""
    given = (tenant, event, topic, since, until, webhook_id)
    _again("release", given, every=every, as_json=as_json)


@app.command("refused")
def refused(
    days: Annotated[int, typer.Option(min=1, max=3_650, help="How many days back.")] = 7,
    as_json: Json = False,
) -> None:
    """Show what was not taken, counted by day, cause and the shop that it named."""
    from warehouse.connections import Role, connect
    from warehouse.refusals import list_refusals

    with connect(command_settings(), Role.CONTROL, autocommit=True) as connection:
        print_refusals(list_refusals(connection, days=days), as_json=as_json)


def _list(
    chosen: "tuple[Settings, Choice]", state: "State | None", limit: int, *, as_json: bool
) -> None:
    from warehouse.connections import Role, connect
    from warehouse.events import list_flights

    settings, choice = chosen
    with connect(settings, Role.CONTROL, autocommit=True) as connection:
        found = list_flights(connection, choice, state=state, limit=limit)
    print_flights(found, as_json=as_json)


def _again(kind: "Kind", given: tuple[str | None, ...], *, every: bool, as_json: bool) -> None:
    from pipelines.replay import replay

    if not every and not any(given):
        raise CommandError(
            f"say what to {kind}: a tenant, --event, --topic, --since, --until or --webhook-id; "
            "--all means every delivery that is kept"
        )
    tenant, event, topic, since, until, webhook_id = given
    settings, choice = _chosen(tenant, topic, since, until, webhook_id, event=event)
    with MESSAGES.status("handing back") as status:
        done = replay(settings, choice, kind, on_portion=lambda now: status.update(_progress(now)))
    _tell(kind, done, as_json=as_json)


def _progress(done: "Replayed") -> str:
    return f"{done.events} of {done.chosen} deliveries loaded again"


def _tell(kind: "Kind", done: "Replayed", *, as_json: bool) -> None:
    if as_json:
        told = {"deliveries": done.events, "quarantined": done.load.quarantined}
        OUTPUT.print_json(json.dumps(told))
        return
    what = "loaded again" if kind == "replay" else "released and loaded"
    OUTPUT.print(f"{done.events} deliveries {what}, {done.load.quarantined} put aside")
    if done.load.quarantined:
        OUTPUT.print("why: shopmart events quarantine")
    if done.events:
        OUTPUT.print("the figures follow with the live loop's next pass, or: shopmart build")
    else:
        OUTPUT.print(NOTHING_DUE[kind])


def _chosen(
    tenant: str | None = None,
    topic: str | None = None,
    since: str | None = None,
    until: str | None = None,
    webhook_id: str | None = None,
    *,
    event: str | None = None,
) -> "tuple[Settings, Choice]":
    from warehouse.connections import Role, connect
    from warehouse.events import Choice, find_flight, parse_moment, writable
    from warehouse.tenants import find_tenant

    bounds = parse_moment("--since", since), parse_moment("--until", until)
    settings = command_settings()
    with connect(settings, Role.CONTROL, autocommit=True) as connection:
        tenant_id = find_tenant(connection, tenant).tenant_id if tenant is not None else None
        choice = Choice(
            tenant_id=tenant_id,
            topic=None if topic is None else writable(topic),
            webhook_id=None if webhook_id is None else writable(webhook_id),
            since=bounds[0],
            until=bounds[1],
        )
        if event is not None:
            flight = find_flight(connection, choice, event)
            choice = Choice(tenant_id=flight.tenant_id, event_id=flight.event_id)
    return settings, choice


def _state(given: str | None) -> "State | None":
    from warehouse.events import STATES

    for state in STATES:
        if given == state:
            return state
    if given is not None:
        raise CommandError(f"--state: {given[:40]!a} is none of {', '.join(STATES)}")
    return None

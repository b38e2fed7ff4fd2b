"""GET /tenants/{id}/events and one of them, POST …/replay and …/release, GET /refusals."""

import base64
from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from pydantic.alias_generators import to_camel

from api.arguments import LARGEST_LIMIT, TenantId
from api.control import Connection
from api.encoding import JsonAnswer
from api.errors import Invalid
from api.events.schemas import (
    FULL_EXAMPLE,
    HANDED_EXAMPLE,
    LIST_EXAMPLE,
    REFUSALS_EXAMPLE,
    TIME,
    Deliveries,
    DeliveryInFull,
    HandedBack,
    Refusals,
    Selection,
    State,
)
from api.schemas import as_text, errors, example
from api.services import Wired
from warehouse.connections import Role, connect
from warehouse.events import (
    Choice,
    Flight,
    event_number,
    find_flight,
    flight_body,
    flight_headers,
    list_flights,
    parse_moment,
    writable,
)
from warehouse.refusals import list_refusals
from warehouse.replays import Kind, begin, count_settled, hand_back, hand_back_ties
from warehouse.settings import Settings
from warehouse.tenants import get_tenant

router = APIRouter(tags=["events"])
# What one call hands back: the loader takes it up in a few batches.
MOST_AT_ONCE = 10_000
NUMBERED = ("event_id", "tenant_id", "batch_id")
NO_TENANT = "no tenant has the id 7"
CHOOSE = "say which: eventId, topic, webhookId, since or until; true means every one that is kept"
WRONG_TIME = "since: must be an ISO time such as 2026-03-31T22:00:00Z, or so long ago: 90m, 2h, 7d"
HANDED: dict[int | str, dict[str, Any]] = {
    202: {
        "description": "They are loaded with the next pass.",
        "model": HandedBack,
        "content": {"application/json": {"example": as_text(HANDED_EXAMPLE)}},
    },
    **errors(e400="body: is no JSON; send one JSON object", e404=NO_TENANT, e422=WRONG_TIME),
}
Since = Annotated[str | None, Query(description=f"Received at or after. {TIME}")]
Until = Annotated[str | None, Query(description=f"Received before. {TIME}")]


@router.get(
    "/tenants/{tenant_id}/events",
    response_model=Deliveries,
    responses=example(LIST_EXAMPLE) | errors(e404=NO_TENANT, e422=WRONG_TIME),
)
async def deliveries(
    services: Wired,
    tenant_id: TenantId,
    topic: Annotated[str | None, Query(description="Only this topic.")] = None,
    webhook_id: Annotated[str | None, Query(alias="webhookId")] = None,
    state: Annotated[State | None, Query(description="Only in this state.")] = None,
    since: Since = None,
    until: Until = None,
    before: Annotated[str | None, Query(description="Older than this event.")] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_LIMIT)] = 50,
) -> JsonAnswer:
    """What became of each delivery, newest first."""
    choice = _choice(tenant_id, topic=topic, webhook_id=webhook_id, since=since, until=until)
    older = _event_number("before", before)

    def read(connection: Connection) -> list[Flight]:
        get_tenant(connection, tenant_id)
        return list(list_flights(connection, choice, state=state, before=older, limit=limit))

    found = await services.control.run(read)
    following = str(found[-1].event_id) if len(found) == limit else None
    return JsonAnswer({"events": [_told(one) for one in found], "next": following})


@router.get(
    "/tenants/{tenant_id}/events/{event_id}",
    response_model=DeliveryInFull,
    responses=example(FULL_EXAMPLE) | errors(e404="no delivery has the id '9'"),
)
async def delivery(
    services: Wired,
    tenant_id: TenantId,
    event_id: str,
    body: Annotated[bool, Query(description="Whether to show its body, too.")] = False,
) -> JsonAnswer:
    """One delivery by its number or webhook id, with its headers."""

    def read(connection: Connection) -> tuple[Flight, dict[str, str]]:
        get_tenant(connection, tenant_id)
        found = find_flight(connection, Choice(tenant_id=tenant_id), event_id)
        return found, flight_headers(connection, found)

    flight, headers = await services.control.run(read)
    shown: dict[str, str | None] = {"body": None, "bodyBase64": None}
    if body:
        content = await services.control.work(lambda found, _: _body(found, flight), tenant_id)
        shown = {"body": _text(content), "bodyBase64": base64.b64encode(content).decode()}
    return JsonAnswer({**_told(flight), "headers": headers, **shown})


@router.post("/tenants/{tenant_id}/events/replay", status_code=202, responses=HANDED)
async def replay(
    services: Wired, tenant_id: TenantId, selection: Annotated[Selection, Body()]
) -> JsonAnswer:
    """Load deliveries again that were loaded before; no figure moves by it."""
    return await _again(services, tenant_id, selection, "replay")


@router.post("/tenants/{tenant_id}/events/release", status_code=202, responses=HANDED)
async def release(
    services: Wired, tenant_id: TenantId, selection: Annotated[Selection, Body()]
) -> JsonAnswer:
    """Load what was put aside, after its cause was mended; what cannot be loaded stays aside."""
    return await _again(services, tenant_id, selection, "release")


@router.get(
    "/refusals",
    response_model=Refusals,
    responses=example(REFUSALS_EXAMPLE) | errors(e422="days: must be at least 1"),
)
async def refusals(
    services: Wired,
    days: Annotated[int, Query(ge=1, le=3_650, description="How many days back.")] = 7,
) -> JsonAnswer:
    """Deliveries that were not taken, by day, cause and the shop that they named."""
    found = await services.control.run(lambda connection: list_refusals(connection, days=days))
    told = [{to_camel(name): value for name, value in asdict(one).items()} for one in found]
    return JsonAnswer({"refusals": told})


async def _again(services: Wired, tenant_id: int, selection: Selection, kind: Kind) -> JsonAnswer:
    given = selection.model_dump(include={"topic", "webhook_id", "since", "until"})
    choice = _choice(tenant_id, **given)
    after = _event_number("after", selection.after) or 0
    if not selection.all and selection.event_id is None and not any(given.values()):
        raise Invalid.field("all", CHOOSE)

    def hand(connection: Connection) -> dict[str, Any]:
        get_tenant(connection, tenant_id)
        chosen = choice
        if selection.event_id is not None:
            flight = find_flight(connection, choice, selection.event_id)
            chosen = replace(choice, event_id=flight.event_id)
        at = begin(connection)
        done = hand_back(connection, chosen, kind, at=at, after=after, limit=MOST_AT_ONCE)
        ties = hand_back_ties(connection, tenant_id, at=at, after=after)
        left = count_settled(connection, chosen, kind, at=at, after=max(done.last, after))
        last = str(done.last) if done else None
        return {"deliveries": done.events + ties.events, "remaining": left, "last": last}

    return JsonAnswer(await services.control.run(hand), 202)


def _choice(
    tenant_id: int,
    *,
    topic: str | None,
    webhook_id: str | None,
    since: str | None,
    until: str | None,
) -> Choice:
    return Choice(
        tenant_id=tenant_id,
        topic=None if topic is None else writable(topic),
        webhook_id=None if webhook_id is None else writable(webhook_id),
        since=parse_moment("since", since),
        until=parse_moment("until", until),
    )


def _event_number(field: str, given: str | None) -> int | None:
    if given is None:
        return None
    number = event_number(given)
    if number is None:
        raise Invalid.field(field, "must be the eventId of a delivery")
    return number


def _body(settings: Settings, flight: Flight) -> bytes:
    with connect(settings, Role.LANDING) as landing:
        return flight_body(landing, flight)


def _text(content: bytes) -> str | None:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def _told(flight: Flight) -> dict[str, Any]:
    told = asdict(flight)
    for name in NUMBERED:
        told[name] = None if told[name] is None else str(told[name])
    return {to_camel(name): value for name, value in told.items()}

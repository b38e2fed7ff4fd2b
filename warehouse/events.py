"""The flight recorder: what became of each delivery, from its landing to the builds that show it.

Read with the CONTROL role, which may not see bodies; a body is read alone, with the LANDING role.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import psycopg

from warehouse.errors import InvalidField, UnknownEvent

Connection = psycopg.Connection[tuple[Any, ...]]
State = Literal["waiting", "loading", "loaded", "built", "kept", "quarantined"]
STATES: tuple[State, ...] = ("waiting", "loading", "loaded", "built", "kept", "quarantined")
LARGEST_ID = 2**63 - 1
AGO = re.compile(r"([1-9]\d{0,4})([mhd])", re.ASCII)
UNITS = {"m": "minutes", "h": "hours", "d": "days"}

STATE = """case
    when events.load_batch is null then 'waiting'
    when batches.loaded_at is null or events.verdict is null then 'loading'
    when events.verdict = 'loaded' and batches.whole_built_at is not null then 'built'
    else events.verdict
end"""
# What a choice leaves out chooses everything.
CHOSEN = """
    (%(event_id)s::bigint is null or events.event_seq = %(event_id)s)
    and (%(topic)s::text is null or events.topic = %(topic)s)
    and (%(webhook_id)s::text is null or events.webhook_id = %(webhook_id)s)
    and (%(since)s::timestamptz is null or events.received_at >= %(since)s)
    and (%(until)s::timestamptz is null or events.received_at < %(until)s)
"""
# Tenant by tenant, so that the newest of each are found by their index.
_FLIGHTS = f"""
select flights.*
from control.tenants as tenants
cross join lateral (
    select
        events.event_seq, events.tenant_id, events.shop_domain, events.topic, events.webhook_id,
        events.event_id, events.api_version, events.triggered_at, events.received_at,
        1 + coalesce(again.times, 0) as deliveries, again.last_received_at, {STATE} as state,
        events.load_batch, batches.claimed_at, batches.tries, batches.loaded_at, carried.load_id,
        carried.live_built_at, carried.whole_built_at, events.replayed_at, aside.reason,
        aside.quarantined_at, aside.released_at
    from landing.webhook_events as events
    left join control.load_batches as batches on batches.batch_id = events.load_batch
    -- Of a batch's load are only those of its events that became documents.
    left join control.load_batches as carried
        on carried.batch_id = events.load_batch and events.verdict = 'loaded'
    left join landing.redeliveries as again using (tenant_id, topic, webhook_id)
    left join landing.quarantine as aside using (tenant_id, topic, webhook_id)
    where events.tenant_id = tenants.tenant_id and {CHOSEN}
        and (%(before)s::bigint is null or events.event_seq < %(before)s)
        and (%(state)s::text is null or {STATE} = %(state)s)
        and (
            %(state)s::text is distinct from 'quarantined'
            or (aside.reason is not null and aside.released_at is null)
        )
    order by events.event_seq desc limit %(limit)s
) as flights
where %(tenant_id)s::bigint is null or tenants.tenant_id = %(tenant_id)s
order by flights.event_seq desc limit %(limit)s
"""
_HEADERS = "select headers from landing.webhook_events where tenant_id = %s and event_seq = %s"
_BODY = "select body from landing.webhook_events where tenant_id = %s and event_seq = %s"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which deliveries are meant; `since` is included, `until` is not, and None chooses all."""

    tenant_id: int | None = None
    event_id: int | None = None
    topic: str | None = None
    webhook_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def parameters(self) -> dict[str, object]:
        """The parameters of CHOSEN, and the tenant."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Flight:
    """What became of one delivery.

    `shopify_event_id` names the change in the shop that several deliveries can tell of;
    `deliveries` counts how often this one came; `tries` how often its batch was handed out again.
    """

    event_id: int
    tenant_id: int
    shop_domain: str
    topic: str
    webhook_id: str
    shopify_event_id: str | None
    api_version: str | None
    triggered_at: datetime | None
    received_at: datetime
    deliveries: int
    last_received_at: datetime | None
    state: State
    batch_id: int | None
    claimed_at: datetime | None
    tries: int | None
    loaded_at: datetime | None
    load_id: str | None
    live_built_at: datetime | None
    whole_built_at: datetime | None
    replayed_at: datetime | None
    reason: str | None
    quarantined_at: datetime | None
    released_at: datetime | None


def list_flights(
    connection: Connection,
    choice: Choice,
    *,
    state: State | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[Flight]:
    """The newest of the chosen deliveries, newest first; `before`: older than that event."""
    given = {**choice.parameters(), "state": state, "before": before, "limit": limit}
    return [Flight(*row) for row in connection.execute(_FLIGHTS, given)]


def find_flight(connection: Connection, choice: Choice, name: str) -> Flight:
    """A delivery by our number or by Shopify's webhook id; raises UnknownEvent."""
    chosen = asdict(choice)
    # A webhook id can consist of digits, too; ours are tried first.
    for field, value in (("event_id", event_number(name)), ("webhook_id", writable(name))):
        if value is not None:
            found = list_flights(connection, Choice(**{**chosen, field: value}), limit=1)
            if found:
                return found[0]
    raise UnknownEvent(f"no delivery has the id {name[:100]!a}; it may be past its retention")


def flight_headers(connection: Connection, flight: Flight) -> dict[str, str]:
    """Shopify's headers of a delivery, but its signature."""
    row = connection.execute(_HEADERS, [flight.tenant_id, flight.event_id]).fetchone()
    return dict(row[0]) if row else {}


def flight_body(connection: Connection, flight: Flight) -> bytes:
    """The bytes as they arrived; asked with the LANDING role."""
    row = connection.execute(_BODY, [flight.tenant_id, flight.event_id]).fetchone()
    return bytes(row[0]) if row else b""


def parse_moment(field: str, given: str | None) -> datetime | None:
    """An ISO date or time, UTC unless it says otherwise, or so long ago: 90m, 2h, 7d.

    Raises InvalidField.
    """
    if given is None or not given.strip():
        return None
    text = given.strip()
    if ago := AGO.fullmatch(text):
        return datetime.now(UTC) - timedelta(**{UNITS[ago[2]]: int(ago[1])})
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        cure = "must be an ISO time such as 2026-03-31T22:00:00Z, or so long ago: 90m, 2h, 7d"
        raise InvalidField(field, cure) from None


def writable(text: str) -> str:
    """A text that Postgres can compare with: it knows neither NUL nor half surrogate pairs."""
    return text.replace("\x00", "").encode(errors="replace").decode()


def event_number(name: str) -> int | None:
    """The number that a text names; None for one that no event can have."""
    well_formed = re.fullmatch(r"[1-9][0-9]{0,18}", name, flags=re.ASCII)
    return int(name) if well_formed and int(name) <= LARGEST_ID else None

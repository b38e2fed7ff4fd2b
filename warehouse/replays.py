"""Deliveries handed to the loader again: replays of what was loaded, releases of what was not.

Each is claimed, read and loaded as if it had just landed. Loading is keyed and the newest document
wins, so that a replay changes nothing that stands (law L3); what is waiting already stays as it is.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import psycopg

from warehouse.events import CHOSEN, Choice
from warehouse.landing import TRIGGERED_AT

Connection = psycopg.Connection[tuple[Any, ...]]
Kind = Literal["replay", "release"]
CHANNEL = "shopmart_landed"
# Bounds the locks of one transaction, and how long fresh deliveries wait behind old ones.
PORTION = 2_000
VERDICTS: dict[Kind, list[str]] = {"replay": ["loaded", "kept"], "release": ["quarantined"]}

_SETTLED = f"""
from landing.webhook_events as events
inner join control.load_batches as batches on batches.batch_id = events.load_batch
where batches.loaded_at is not null and events.verdict = any (%(verdicts)s)
    and (%(tenant_id)s::bigint is null or events.tenant_id = %(tenant_id)s)
    and (events.replayed_at is null or events.replayed_at < %(at)s)
    and {CHOSEN}
"""
_COUNT = f"select count(*) {_SETTLED} and events.event_seq > %(after)s"
_HAND_BACK = f"""
with chosen as (
    select events.tenant_id, events.topic, events.webhook_id {_SETTLED}
        and events.event_seq > %(after)s
    order by events.event_seq limit %(limit)s
),
freed as (
    update landing.quarantine as aside set released_at = %(at)s
    from chosen
    where aside.tenant_id = chosen.tenant_id and aside.topic = chosen.topic
        and aside.webhook_id = chosen.webhook_id and aside.released_at is null
),
handed as (
    update landing.webhook_events as events
    set load_batch = null, verdict = null, replayed_at = %(at)s
    from chosen
    where events.tenant_id = chosen.tenant_id and events.topic = chosen.topic
        and events.webhook_id = chosen.webhook_id and events.verdict is not null
    returning events.event_seq
)
select count(*), coalesce(max(event_seq), 0) from handed
"""
# Of two versions of one moment the later delivery stands, so it must come after the earlier again.
_HAND_BACK_TIES = f"""
with replayed as (
    select {TRIGGERED_AT} as triggered_at, min(events.event_seq) as event_seq
    from landing.webhook_events as events
    where events.tenant_id = %(tenant_id)s and events.event_seq > %(after)s
        and events.replayed_at = %(at)s
    group by 1
),
handed as (
    update landing.webhook_events as events
    set load_batch = null, verdict = null, replayed_at = %(at)s
    from replayed, control.load_batches as batches
    where events.tenant_id = %(tenant_id)s and {TRIGGERED_AT} = replayed.triggered_at
        and events.event_seq > replayed.event_seq and events.verdict = 'loaded'
        and events.replayed_at is distinct from %(at)s
        and batches.batch_id = events.load_batch and batches.loaded_at is not null
    returning events.event_seq
)
select count(*), coalesce(max(event_seq), 0) from handed
"""
_IS_REPLAYED = """
select exists (
    select 1 from landing.webhook_events where load_batch = %(batch_id)s and replayed_at is not null
)
"""
_HAND_BACK_LATER_TIES = f"""
with replayed as (
    select events.tenant_id, {TRIGGERED_AT} as triggered_at, min(events.event_seq) as event_seq
    from landing.webhook_events as events
    where events.load_batch = %(batch_id)s and events.replayed_at is not null
    group by 1, 2
)
update landing.webhook_events as events
set load_batch = null, verdict = null, replayed_at = clock_timestamp()
from replayed, control.load_batches as batches
where events.tenant_id = replayed.tenant_id and {TRIGGERED_AT} = replayed.triggered_at
    and events.event_seq > replayed.event_seq and events.verdict = 'loaded'
    and batches.batch_id = events.load_batch and batches.loaded_at is not null
"""


@dataclass(frozen=True, slots=True)
class Portion:
    """How many were handed back at once, and the last one's number; false when there were none."""

    events: int
    last: int

    def __bool__(self) -> bool:
        return self.events > 0


def begin(connection: Connection) -> datetime:
    """The moment that marks one replay: what it handed back once, it does not hand back again."""
    ((at,),) = connection.execute("select clock_timestamp()").fetchall()
    return at  # type: ignore[no-any-return]


def count_settled(
    connection: Connection, choice: Choice, kind: Kind, *, at: datetime, after: int = 0
) -> int:
    """How many of the chosen deliveries that come after an event would be handed back."""
    given = {**choice.parameters(), "verdicts": VERDICTS[kind], "at": at, "after": after}
    ((count,),) = connection.execute(_COUNT, given).fetchall()
    return int(count)


def hand_back(
    connection: Connection,
    choice: Choice,
    kind: Kind,
    *,
    at: datetime,
    after: int = 0,
    limit: int = PORTION,
) -> Portion:
    """Hand back the oldest of the chosen deliveries that come after an event; wakes the loader."""
    given = {**choice.parameters(), "verdicts": VERDICTS[kind], "at": at}
    return _handed(connection, _HAND_BACK, {**given, "after": after, "limit": limit})


def hand_back_ties(
    connection: Connection, tenant_id: int, *, at: datetime, after: int = 0
) -> Portion:
    """Hand back what must stand above a tenant's replayed deliveries, being of the same moment.

    Looked at are those that come after an event. In the transaction that hands the others back, so
    that a replay which is cut short leaves no older version in the place of a newer one.
    """
    return _handed(connection, _HAND_BACK_TIES, {"tenant_id": tenant_id, "at": at, "after": after})


def hand_back_later_ties(connection: Connection, batch_id: int) -> int:
    """The same for the replayed deliveries of a claim, before it is loaded; returns how many.

    What was being loaded when the earlier ones were handed back is loaded by now.
    """
    given = {"batch_id": batch_id}
    with connection.transaction():
        if connection.execute(_IS_REPLAYED, given).fetchone() != (True,):
            return 0
        # How many of a claim are replayed is not in the statistics: one by one they take minutes.
        connection.execute("set local enable_nestloop = off")
        return connection.execute(_HAND_BACK_LATER_TIES, given).rowcount


def _handed(connection: Connection, statement: str, given: dict[str, object]) -> Portion:
    with connection.transaction():
        ((events, last),) = connection.execute(statement, given).fetchall()
        connection.execute(f"notify {CHANNEL}")
    return Portion(events=int(events), last=int(last))

"""Batches of landed events whose load fails: why, taken apart until the culprit is alone, shown.

What is written here outlives a loader that dies of a batch without a word: each try is counted when
the batch is handed out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from warehouse.landing import AS_LANDED, TRIGGERED_AT, LandedEvent

Connection = psycopg.Connection[tuple[Any, ...]]
LONGEST_ERROR = 1_000
# A half has one more try than is left to it in turn: what failed three times is taken apart again.
TRIES_OF_HALVES = 1

_HALVES = """
with halves as (
    select event_seq, ntile(2) over (order by event_seq) as half
    from landing.webhook_events where load_batch = %(batch_id)s
),
made as (
    insert into control.load_batches (claimed_at, tries, error, failed_at)
    select claimed_at, %(tries)s, error, failed_at
    from control.load_batches where batch_id = %(batch_id)s
    returning batch_id
)
update landing.webhook_events as events
set load_batch = made.batch_id
from halves, made
where events.load_batch = %(batch_id)s and events.event_seq = halves.event_seq and halves.half = 2
"""
# One that no later event ties with: loaded again, it changes nothing.
_TWINS_TRIGGERED_AT = TRIGGERED_AT.replace("events.", "twins.")
_WELL_KNOWN = f"""
{AS_LANDED}
where verdict = 'loaded'
    and load_batch in (
        select batch_id from control.load_batches
        where loaded_at is not null and load_id is not null order by loaded_at desc limit 200
    )
    and not exists (
        select 1 from landing.webhook_events as twins
        where twins.tenant_id = events.tenant_id and twins.event_seq > events.event_seq
            and {_TWINS_TRIGGERED_AT} = {TRIGGERED_AT}
    )
order by topic = %s desc, event_seq desc
limit 1
"""
_STUCK = """
select batches.batch_id, batches.tries, batches.claimed_at, batches.failed_at, batches.error,
    count(events.event_seq)
from control.load_batches as batches
left join landing.webhook_events as events on events.load_batch = batches.batch_id
where batches.loaded_at is null and batches.tries > 0
group by batches.batch_id order by batches.batch_id
"""


@dataclass(frozen=True, slots=True)
class StuckBatch:
    """A batch that was not loaded at the first try; its events wait.

    `error` is None while a try is under way, and when the loader died of the last one.
    """

    batch_id: int
    tries: int
    claimed_at: datetime
    failed_at: datetime | None
    error: str | None
    events: int


def note_failure(conn: Connection, batch_id: int, error: str) -> None:
    """Keep why a try failed."""
    conn.execute(
        "update control.load_batches set error = %s, failed_at = clock_timestamp()"
        " where batch_id = %s and loaded_at is null",
        [error[:LONGEST_ERROR], batch_id],
    )


def split_batch(conn: Connection, batch_id: int) -> None:
    """Give the later half of a batch's events to a batch of their own."""
    with conn.transaction():
        conn.execute(_HALVES, {"batch_id": batch_id, "tries": TRIES_OF_HALVES})
        conn.execute(
            "update control.load_batches set tries = %s where batch_id = %s",
            [TRIES_OF_HALVES, batch_id],
        )


def well_known_event(conn: Connection, topic: str) -> LandedEvent | None:
    """The newest event that was loaded, of this topic where there is one."""
    row = conn.execute(_WELL_KNOWN, [topic]).fetchone()
    return LandedEvent(*row) if row else None


def stuck_batches(conn: Connection) -> Sequence[StuckBatch]:
    """Every open batch that was tried more than once, oldest first."""
    return [StuckBatch(*row) for row in conn.execute(_STUCK)]

"""The landing table: what the API writes, what the loader claims, and what was put aside and why.

An event is landed as bytes, claimed in batches by a flag on its row, and ends with a verdict.
A batch that was claimed and never finished is handed out again, so no event is ever lost; an event
that commits late is simply claimed by a later batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]

# Written for asyncpg: nine arrays of equal length, one element for each event. Answers with how
# many were stored and their first and last number; one that had come before is counted beside it.
INSERT_EVENTS = """
with stored as (
    insert into landing.webhook_events (
        tenant_id, webhook_id, event_id, topic, shop_domain, api_version, triggered_at,
        headers, body
    )
    select
        events.tenant_id, events.webhook_id, events.event_id, events.topic, events.shop_domain,
        events.api_version, events.triggered_at, events.headers::jsonb, events.body
    from unnest(
        $1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[],
        $6::text[], $7::timestamptz[], $8::text[], $9::bytea[]
    ) as events (
        tenant_id, webhook_id, event_id, topic, shop_domain, api_version, triggered_at,
        headers, body
    )
    on conflict do nothing
    returning tenant_id, topic, webhook_id, event_seq
),
again as (
    insert into landing.redeliveries as known (tenant_id, topic, webhook_id, times)
    select
        given.tenant_id, given.topic, given.webhook_id,
        count(*) - count(distinct stored.event_seq)
    from unnest($1::bigint[], $4::text[], $2::text[]) as given (tenant_id, topic, webhook_id)
    left join stored using (tenant_id, topic, webhook_id)
    group by given.tenant_id, given.topic, given.webhook_id
    having count(*) > count(distinct stored.event_seq)
    -- In one order everywhere: two committers that meet the same ones must not wait for each other.
    order by given.tenant_id, given.topic, given.webhook_id
    on conflict (tenant_id, topic, webhook_id) do update
    set times = known.times + excluded.times, last_received_at = now()
)
select count(*) as stored, min(event_seq) as first, max(event_seq) as last from stored
"""

# From so many tries on a batch is taken up after all the others.
TRIES_IN_TURN = 2
# Why the last try failed is told once: who dies of the next one leaves nothing behind.
_OPEN_BATCH = """
update control.load_batches as batches set tries = batches.tries + 1, error = null
from (
    select batch_id, error from control.load_batches
    where loaded_at is null and (%(tries)s::integer is null or tries < %(tries)s)
    order by tries, batch_id limit 1
) as oldest
where batches.batch_id = oldest.batch_id
returning batches.batch_id, batches.tries, oldest.error
"""
# Bounded in events and in bytes, but always at least one event, however big.
_BOUND = """
select max(event_seq) from (
    select event_seq, sum(octets) over (order by event_seq) - octets as octets_before
    from (
        select event_seq, octet_length(body) as octets from landing.webhook_events
        where load_batch is null order by event_seq limit %s
    ) as oldest
) as running
where octets_before < %s
"""
_CLAIM = """
update landing.webhook_events set load_batch = %s where load_batch is null and event_seq <= %s
"""
# The header is no part of what is signed: a time of triggering from the future is not believed.
TRIGGERED_AT = """case
    when events.triggered_at between '2000-01-01+00' and events.received_at + interval '1 day'
        then events.triggered_at
    else events.received_at
end"""
AS_LANDED = f"""
select tenant_id, event_seq, webhook_id, topic, {TRIGGERED_AT}, body
from landing.webhook_events as events
"""
_EVENTS = f"{AS_LANDED} where load_batch = %s order by event_seq"
_VERDICTS = """
update landing.webhook_events as event set verdict = decided.verdict
from unnest(%s::bigint[], %s::text[], %s::text[], %s::text[])
    as decided (tenant_id, topic, webhook_id, verdict)
where event.tenant_id = decided.tenant_id and event.topic = decided.topic
    and event.webhook_id = decided.webhook_id
"""
_QUARANTINE = """
insert into landing.quarantine (tenant_id, topic, webhook_id, reason)
select * from unnest(%s::bigint[], %s::text[], %s::text[], %s::text[])
on conflict (tenant_id, topic, webhook_id)
do update set reason = excluded.reason, quarantined_at = now(), released_at = null
"""

Verdict = Literal["loaded", "kept", "quarantined"]


@dataclass(frozen=True, slots=True)
class Batch:
    """A claim on some events; `tries` counts how often it had to be handed out again.

    `error`: why the last try failed, where its loader lived to say so.
    """

    batch_id: int
    tries: int
    error: str | None = None


@dataclass(frozen=True, slots=True)
class LandedEvent:
    """One delivery as it arrived; `triggered_at` falls back to the time of arrival."""

    tenant_id: int
    event_seq: int
    webhook_id: str
    topic: str
    triggered_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of one event; a reason stands only beside `quarantined`."""

    tenant_id: int
    topic: str
    webhook_id: str
    verdict: Verdict
    reason: str | None = None


def claim_batch(conn: Connection, *, limit: int, max_bytes: int = 64_000_000) -> Batch | None:
    """An open batch, else a new one over the oldest unclaimed events; None when nothing is left.

    A batch that failed again and again is handed out after all that is unclaimed.
    """
    with conn.transaction():
        return (
            _open_batch(conn, tries=TRIES_IN_TURN)
            or _new_batch(conn, limit=limit, max_bytes=max_bytes)
            or _open_batch(conn, tries=None)
        )


def _open_batch(conn: Connection, *, tries: int | None) -> Batch | None:
    row = conn.execute(_OPEN_BATCH, {"tries": tries}).fetchone()
    return Batch(*row) if row else None


def _new_batch(conn: Connection, *, limit: int, max_bytes: int) -> Batch | None:
    bound = conn.execute(_BOUND, (limit, max_bytes)).fetchone()
    if bound is None or bound[0] is None:
        return None
    ((batch_id,),) = conn.execute(
        "insert into control.load_batches default values returning batch_id"
    ).fetchall()
    conn.execute(_CLAIM, (batch_id, bound[0]))
    return Batch(batch_id=batch_id, tries=0)


def batch_events(conn: Connection, batch_id: int) -> list[LandedEvent]:
    """The events of one claim in the order of their arrival."""
    return [LandedEvent(*row) for row in conn.execute(_EVENTS, (batch_id,))]


def finish_batch(
    conn: Connection,
    batch_id: int,
    *,
    load_id: str | None,
    decisions: Sequence[Decision],
) -> None:
    """Record every verdict and close the claim, in one transaction (or in the caller's)."""
    aside = [decision for decision in decisions if decision.verdict == "quarantined"]
    with conn.transaction():
        conn.execute(_VERDICTS, (*_keys(decisions), [decided.verdict for decided in decisions]))
        if aside:
            reasons = [decided.reason or "no reason given" for decided in aside]
            conn.execute(_QUARANTINE, (*_keys(aside), reasons))
        conn.execute(
            "update control.load_batches set loaded_at = now(), load_id = %s, error = null"
            " where batch_id = %s",
            (load_id, batch_id),
        )


def jsonb_errors(conn: Connection, documents: Sequence[str]) -> list[str | None]:
    """For each text, why Postgres refuses it as jsonb; None where it does not."""
    rows = conn.execute(
        "select landing.jsonb_error(document) from unnest(%s::text[]) with ordinality"
        " as documents (document, position) order by position",
        (list(documents),),
    )
    return [row[0] for row in rows]


def _keys(decisions: Sequence[Decision]) -> tuple[list[int], list[str], list[str]]:
    return (
        [decided.tenant_id for decided in decisions],
        [decided.topic for decided in decisions],
        [decided.webhook_id for decided in decisions],
    )

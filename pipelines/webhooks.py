"""Landed webhooks into the raw tables: claim, check, mark, load, give every event its verdict.

One loader works at a time. A batch that was claimed and not finished is done again from the start;
each step may be repeated without harm.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from pipelines.destination import WEBHOOK_LANE
from pipelines.documents import Document, newest, record_batches
from pipelines.errors import BadDocument, LoadFailed
from pipelines.landed.deeds import PAYMENT, act, paid_order
from pipelines.landed.marks import Key, orders_to_mark, write_marks
from pipelines.landed.parse import Parsed, is_loaded, parse
from pipelines.landed.shops import record_shops
from pipelines.load import lane, load_documents
from pipelines.resources import BY_NAME
from warehouse.connections import Role, connect
from warehouse.landing import (
    Batch,
    Decision,
    LandedEvent,
    Verdict,
    batch_events,
    claim_batch,
    finish_batch,
    jsonb_errors,
)
from warehouse.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
# About 40 MB of ordinary bodies: one pass of a backlog stays small in memory and in the merge.
BATCH_EVENTS = 4_000


@dataclass(frozen=True)
class WebhookLoad:
    """What one call did: batches, events, documents written, events put aside or only kept."""

    batches: int = 0
    events: int = 0
    documents: int = 0
    quarantined: int = 0
    kept: int = 0
    marked: int = 0
    load_ids: Sequence[str] = field(default=())

    def __add__(self, other: "WebhookLoad") -> "WebhookLoad":
        return WebhookLoad(
            batches=self.batches + other.batches,
            events=self.events + other.events,
            documents=self.documents + other.documents,
            quarantined=self.quarantined + other.quarantined,
            kept=self.kept + other.kept,
            marked=self.marked + other.marked,
            load_ids=(*self.load_ids, *other.load_ids),
        )


def load_webhooks(settings: Settings, *, limit: int = BATCH_EVENTS) -> WebhookLoad:
    """Load every landed event that is not loaded yet, at most `limit` in a batch."""
    done = WebhookLoad()
    with (
        lane(settings, WEBHOOK_LANE),
        connect(settings, Role.LOADER, autocommit=True) as connection,
    ):
        while (batch := claim_batch(connection, limit=limit)) is not None:
            done += _load_batch(settings, connection, batch)
    return done


def _load_batch(settings: Settings, connection: Connection, batch: Batch) -> WebhookLoad:
    events = batch_events(connection, batch.batch_id)
    parsed, marks, decisions = _judged(events)
    marks |= orders_to_mark(connection, parsed)
    write_marks(connection, marks)
    act(connection, batch.batch_id, events)
    loaded, documents, load_id = _loaded(settings, connection, parsed, decisions)
    record_shops(connection, loaded)
    decisions += [_decision(event, "loaded") for event in _events(loaded)]
    finish_batch(connection, batch.batch_id, load_id=load_id, decisions=decisions)
    verdicts = [decision.verdict for decision in decisions]
    return WebhookLoad(
        batches=1,
        events=len(decisions),
        documents=documents,
        quarantined=verdicts.count("quarantined"),
        kept=verdicts.count("kept"),
        marked=len(marks),
        load_ids=(load_id,) if load_id else (),
    )


def _judged(
    events: Sequence[LandedEvent],
) -> tuple[list[Parsed], dict[Key, str], list[Decision]]:
    """What can be loaded, orders that payments mark, and the verdicts on everything else."""
    parsed: list[Parsed] = []
    marks: dict[Key, str] = {}
    decisions: list[Decision] = []
    for event in events:
        try:
            made = parse(event) if is_loaded(event.topic) else []
            if event.topic == PAYMENT and (order_id := paid_order(event)):
                marks[event.tenant_id, order_id] = "payment"
        except BadDocument as error:
            decisions.append(_decision(event, "quarantined", reason=str(error)))
            continue
        parsed += made
        if not made:
            decisions.append(_decision(event, "kept"))
    return parsed, marks, decisions


def _loaded(
    settings: Settings,
    connection: Connection,
    parsed: list[Parsed],
    decisions: list[Decision],
) -> tuple[list[Parsed], int, str | None]:
    """Load what was parsed; when that fails, without what Postgres refuses as jsonb.

    What else such an event became may be in its table by now, so it is loaded with the rest: no row
    may belong to a load that never completed. Returned are the documents of the good events.
    """
    try:
        return parsed, *_load(settings, parsed)
    except LoadFailed:
        reasons = jsonb_errors(connection, [one.document.payload for one in parsed])
        if not any(reasons):
            raise
    refused = {
        one.event.event_seq: (one.event, reason)
        for one, reason in zip(parsed, reasons, strict=True)
        if reason is not None
    }
    for event, reason in refused.values():
        decisions.append(_decision(event, "quarantined", reason=f"Postgres: {reason}"))
    accepted = [one for one, reason in zip(parsed, reasons, strict=True) if reason is None]
    good = [one for one in accepted if one.event.event_seq not in refused]
    return good, *_load(settings, accepted)


def _events(parsed: Sequence[Parsed]) -> list[LandedEvent]:
    """The events that documents were made of, each once."""
    return list({one.event.event_seq: one.event for one in parsed}.values())


def _load(settings: Settings, parsed: Sequence[Parsed]) -> tuple[int, str | None]:
    tables: dict[str, list[Document]] = defaultdict(list)
    for one in parsed:
        tables[one.table].append(one.document)
    if not tables:
        return 0, None
    kept: Mapping[str, list[Document]] = {name: newest(tables[name]) for name in sorted(tables)}
    batches = {
        name: record_batches(documents, key=BY_NAME[name].key) for name, documents in kept.items()
    }
    load_id = load_documents(settings, WEBHOOK_LANE, batches)
    return sum(map(len, kept.values())), load_id


def _decision(event: LandedEvent, verdict: Verdict, reason: str | None = None) -> Decision:
    return Decision(event.tenant_id, event.topic, event.webhook_id, verdict, reason)

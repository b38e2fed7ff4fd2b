"""One batch of landed events: judged, marked, loaded, each event given its verdict.

Every step may be repeated without harm, so a batch that was not finished is done from the start.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from pipelines.destination import WEBHOOK_LANE
from pipelines.documents import Document, newest, record_batches
from pipelines.errors import BadDocument, LoadFailed, PipelineError
from pipelines.landed.deeds import PAYMENT, act, paid_order
from pipelines.landed.marks import Key, orders_to_mark, write_marks
from pipelines.landed.parse import Parsed, is_loaded, parse
from pipelines.landed.shops import record_shops
from pipelines.load import LONGEST_REASON, load_documents
from pipelines.privacy.incoming import look_through
from pipelines.resources import BY_NAME
from warehouse.landing import (
    Batch,
    Decision,
    LandedEvent,
    Verdict,
    batch_events,
    finish_batch,
    jsonb_errors,
)
from warehouse.settings import Settings

LOG = logging.getLogger(__name__)
Connection = psycopg.Connection[tuple[Any, ...]]


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


def load_batch(settings: Settings, connection: Connection, batch: Batch) -> WebhookLoad:
    """Load the events of a claim and close it; raises LoadFailed, and whatever nobody foresaw."""
    erased_shops = look_through(connection, settings, batch.batch_id)
    events = batch_events(connection, batch.batch_id)
    parsed, marks, decisions = _judged(events, erased_shops)
    marks |= orders_to_mark(connection, parsed)
    write_marks(connection, marks)
    act(connection, batch.batch_id, events)
    loaded, documents, load_id = _loaded(settings, connection, parsed, decisions)
    record_shops(connection, loaded)
    decisions += [decided(event, "loaded") for event in _events(loaded)]
    finish_batch(connection, batch.batch_id, load_id=load_id, decisions=decisions)
    verdicts = [decision.verdict for decision in decisions]
    aside = verdicts.count("quarantined")
    LOG.info(
        "batch %d is done by load %s: %d events, %d put aside",
        *(batch.batch_id, load_id, len(decisions), aside),
        extra={"batch_id": batch.batch_id, "load_id": load_id},
    )
    return WebhookLoad(
        batches=1,
        events=len(decisions),
        documents=documents,
        quarantined=aside,
        kept=verdicts.count("kept"),
        marked=len(marks),
        load_ids=(load_id,) if load_id else (),
    )


def _judged(
    events: Sequence[LandedEvent], erased_shops: Collection[int]
) -> tuple[list[Parsed], dict[Key, str], list[Decision]]:
    """What can be loaded, orders that payments mark, and the verdicts on everything else."""
    parsed: list[Parsed] = []
    marks: dict[Key, str] = {}
    decisions: list[Decision] = []
    for event in events:
        if event.tenant_id in erased_shops:
            decisions.append(decided(event, "kept"))
            continue
        try:
            made = parse(event) if is_loaded(event.topic) else []
            if event.topic == PAYMENT and (order_id := paid_order(event)):
                marks[event.tenant_id, order_id] = "payment"
        except BadDocument as error:
            decisions.append(decided(event, "quarantined", reason=str(error)))
            continue
        except Exception as error:
            # What one body does must not stop the others.
            LOG.warning("a body could not be read: %s", told_of(error), exc_info=error)
            reason = f"it could not be read: {told_of(error)}"
            decisions.append(decided(event, "quarantined", reason=reason))
            continue
        parsed += made
        if not made:
            decisions.append(decided(event, "kept"))
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
        return parsed, *load_parsed(settings, parsed)
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
        decisions.append(decided(event, "quarantined", reason=f"Postgres: {reason}"))
    accepted = [one for one, reason in zip(parsed, reasons, strict=True) if reason is None]
    good = [one for one in accepted if one.event.event_seq not in refused]
    return good, *load_parsed(settings, accepted)


def _events(parsed: Sequence[Parsed]) -> list[LandedEvent]:
    """The events that documents were made of, each once."""
    return list({one.event.event_seq: one.event for one in parsed}.values())


def load_parsed(settings: Settings, parsed: Sequence[Parsed]) -> tuple[int, str | None]:
    """Merge the newest of the documents; returns how many, and the id of their load."""
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


def told_of(error: Exception) -> str:
    """An error of ours in its own words, any other with its kind and first line.

    What Postgres says below that quotes rows, and with them people.
    """
    if isinstance(error, PipelineError):
        return str(error)
    first, *_ = str(error).splitlines() or [""]
    return f"{type(error).__name__}: {first}".removesuffix(": ")[:LONGEST_REASON]


def decided(event: LandedEvent, verdict: Verdict, reason: str | None = None) -> Decision:
    """The verdict on an event."""
    return Decision(event.tenant_id, event.topic, event.webhook_id, verdict, reason)

"""Landed webhooks into the raw tables: claim a batch, load it, go on with the next.

One loader works at a time. A batch that was claimed and not finished is done again. One that fails
again and again is taken apart, until what cannot be loaded is alone and is put aside, so that its
neighbours go on; a fault of the house, in which nothing else can be loaded either, puts nothing
aside.
"""

import logging
from contextlib import suppress
from typing import Any

import psycopg

from pipelines.destination import WEBHOOK_LANE
from pipelines.landed.batches import WebhookLoad, decided, load_batch, load_parsed, told_of
from pipelines.landed.parse import parse
from pipelines.load import lane
from warehouse.connections import Role, connect
from warehouse.landing import Batch, LandedEvent, batch_events, claim_batch, finish_batch
from warehouse.migrate import schema_explained
from warehouse.replays import hand_back_later_ties
from warehouse.settings import Settings
from warehouse.stuck_batches import note_failure, split_batch, well_known_event

__all__ = ["WebhookLoad", "load_webhooks"]
LOG = logging.getLogger(__name__)
Connection = psycopg.Connection[tuple[Any, ...]]
# About 40 MB of ordinary bodies: one pass of a backlog stays small in memory and in the merge.
BATCH_EVENTS = 4_000
# What failed so often is no passing fault: from there on a batch is taken apart.
MOST_TRIES = 3
# A loader can be killed for reasons that have nothing to do with what it loads.
MOST_DEATHS = 6
# So many failures in a row are a fault of the house, not of the events.
MOST_FAILURES = 3
NO_WORD = "its loader ended without a word each time"


def load_webhooks(settings: Settings, *, limit: int = BATCH_EVENTS) -> WebhookLoad:
    """Load every landed event that is not loaded yet, at most `limit` in a batch.

    Raises LoadFailed, and whatever nobody foresaw; the batch stays open then.
    """
    done, failures = WebhookLoad(), 0
    with (
        schema_explained(settings),
        lane(settings, WEBHOOK_LANE),
        connect(settings, Role.LOADER, autocommit=True) as connection,
    ):
        while (batch := claim_batch(connection, limit=limit)) is not None:
            try:
                hand_back_later_ties(connection, batch.batch_id)
                done += _done(settings, connection, batch)
                failures = 0
            except Exception as error:
                failures += 1
                _note(connection, batch, error)
                if batch.tries != MOST_TRIES - 1 or failures == MOST_FAILURES:
                    raise
    return done


def _done(settings: Settings, connection: Connection, batch: Batch) -> WebhookLoad:
    if batch.tries < MOST_TRIES:
        return load_batch(settings, connection, batch)
    events = batch_events(connection, batch.batch_id)
    if len(events) > 1:
        split_batch(connection, batch.batch_id)
        return WebhookLoad()
    return _last_try(settings, connection, batch, events)


def _last_try(
    settings: Settings, connection: Connection, batch: Batch, events: list[LandedEvent]
) -> WebhookLoad:
    """Load a batch of one event, or put it aside when others can be loaded and it cannot."""
    why = NO_WORD
    if batch.error or batch.tries < MOST_DEATHS:
        try:
            return load_batch(settings, connection, batch)
        except Exception as error:
            if not _others_load(settings, connection, events):
                raise
            why = told_of(error)
    elif not _others_load(settings, connection, events):
        return load_batch(settings, connection, batch)
    reason = f"it could not be loaded: {why}"
    decisions = [decided(event, "quarantined", reason=reason) for event in events]
    finish_batch(connection, batch.batch_id, load_id=None, decisions=decisions)
    LOG.warning(
        "batch %d is put aside: %s", batch.batch_id, why, extra={"batch_id": batch.batch_id}
    )
    return WebhookLoad(batches=1, events=len(events), quarantined=len(events))


def _others_load(settings: Settings, connection: Connection, events: list[LandedEvent]) -> bool:
    """Whether what was loaded before can be loaded again, which changes nothing."""
    try:
        known = [well_known_event(connection, event.topic) for event in events]
        for event in known:
            if event is not None:
                load_parsed(settings, parse(event))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is not the event's fault
        LOG.warning("what was loaded before cannot be loaded either: %s", told_of(error))
        return False
    return None not in known


def _note(connection: Connection, batch: Batch, error: Exception) -> None:
    LOG.warning(
        "batch %d failed, try %d: %s",
        *(batch.batch_id, batch.tries + 1, told_of(error)),
        extra={"batch_id": batch.batch_id},
    )
    # With the connection gone the try is counted still, only its cause is not known.
    with suppress(psycopg.Error):
        note_failure(connection, batch.batch_id, told_of(error))

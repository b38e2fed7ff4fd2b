"""Requests acted upon: each by itself, with nobody else writing, and cleaned up after.

The live loop calls this after each load, Dagster with each build and each night: whoever comes
first. A receipt is the memory: what has no time of acting is done (again) from the start, what has
none of cleaning is cleaned again.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psycopg

from pipelines.build.building import LOCK as BUILD_LOCK
from pipelines.errors import BadDocument
from pipelines.load import LANES, lane_lock
from pipelines.privacy.cleaning import clean
from pipelines.privacy.erase import Receipt, erase_person
from pipelines.privacy.holding import find_held
from pipelines.privacy.models import Counts
from pipelines.privacy.people import Asked
from pipelines.privacy.requests import (
    CUSTOMER_REDACT,
    DATA_REQUEST,
    NOT_DONE,
    SHOP_REDACT,
    TOPICS,
    Request,
    waiting,
)
from pipelines.privacy.shop import erase_shop, forget_late, is_erased, settle
from warehouse.connections import Role, advisory_lock, connect
from warehouse.locks import lock_is_held
from warehouse.settings import Settings

LOG = logging.getLogger(__name__)
Connection = psycopg.Connection[tuple[Any, ...]]
LOCK = "privacy"
# Topics of receipts that a person's command made; no webhook has them.
BY_HAND, SHOP_BY_HAND = "operator/erase", "operator/erase_shop"

_IS_DUE = """
select exists (
    select 1 from control.receipts
    where topic = any(%s) and (
        (acted_at is null and deed is null) or (acted_at is not null and cleaned_at is null)
    )
)
"""
_IS_ASKED = """
select exists (
    select 1 from control.receipts where topic = any(%s) and acted_at is null and deed is null
)
"""
_UNCLEANED = """
select tenant_id, topic, webhook_id from control.receipts
where topic = any(%s) and acted_at is not null and cleaned_at is null
order by acted_at
"""
_FAILED = """
update control.receipts set deed = %s where tenant_id = %s and topic = %s and webhook_id = %s
"""
_BY_HAND = """
insert into control.receipts (tenant_id, topic, webhook_id) values (%s, %s, %s)
"""


@dataclass(frozen=True)
class Deed:
    """What became of one request: the rows for each table, or why nothing was done."""

    receipt: Receipt
    counts: Counts
    problem: str | None = None


def is_due(connection: Connection) -> bool:
    """Whether a request waits, or its cleaning does; asked with any role that reads receipts."""
    ((due,),) = connection.execute(_IS_DUE, [[*TOPICS, BY_HAND, SHOP_BY_HAND]]).fetchall()
    return bool(due)


def _is_asked(connection: Connection) -> bool:
    ((asked,),) = connection.execute(_IS_ASKED, [list(TOPICS)]).fetchall()
    return bool(asked)


def is_in_the_way(connection: Connection) -> bool:
    """Whether a build or a load runs, for whose end acting would wait."""
    names = [BUILD_LOCK, *map(lane_lock, LANES)]
    return any(lock_is_held(connection, name) for name in names)


def act_on_requests(settings: Settings, *, again: bool = False) -> list[Deed]:
    """Act on every request that waits, then clean up; with `again`, on those that failed, too."""
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        if not again and not is_due(connection):
            return []
        asks = again or _is_asked(connection)
    deeds: list[Deed] = []
    # A cleaning that waits for a sync of hours keeps no load and no build waiting.
    if asks:
        with _alone(settings) as owner:
            deeds = [_acted(settings, owner, request) for request in waiting(owner, again=again)]
            forget_late(owner)
    clean_up(settings)
    return deeds


def erase_by_hand(settings: Settings, tenant_id: int, asked: Asked) -> Deed:
    """Erase a person at an operator's word."""
    receipt = Receipt(tenant_id, BY_HAND, f"by-hand-{uuid4()}")

    def work(owner: Connection) -> Counts:
        if is_erased(owner, tenant_id):
            return settle(owner, tenant_id)
        return erase_person(owner, settings, receipt, asked)

    return _by_hand(settings, receipt, work)


def erase_shop_by_hand(settings: Settings, tenant_id: int) -> Deed:
    """Erase a whole shop at an operator's word."""
    receipt = Receipt(tenant_id, SHOP_BY_HAND, f"by-hand-{uuid4()}")
    return _by_hand(settings, receipt, lambda owner: erase_shop(owner, receipt))


def clean_up(settings: Settings) -> None:
    """Take away the dead rows and the files of what was erased, and say so on the receipts."""
    with connect(settings, Role.OWNER, autocommit=True) as owner:
        receipts = _uncleaned(owner)
    if receipts:
        clean(settings, receipts)


def _uncleaned(owner: Connection) -> list[Receipt]:
    topics = [[*TOPICS, BY_HAND, SHOP_BY_HAND]]
    return [Receipt(*row) for row in owner.execute(_UNCLEANED, topics)]


def _acted(settings: Settings, owner: Connection, request: Request) -> Deed:
    receipt = Receipt(request.tenant_id, request.topic, request.webhook_id)
    if request.topic != SHOP_REDACT and is_erased(owner, request.tenant_id):
        return Deed(receipt, settle(owner, request.tenant_id))
    try:
        asked = request.asked()
    except BadDocument as error:
        return _not_done(owner, receipt, str(error))
    work: dict[str, Callable[[], Counts]] = {
        DATA_REQUEST: lambda: find_held(owner, settings, receipt, asked),
        CUSTOMER_REDACT: lambda: erase_person(owner, settings, receipt, asked),
        SHOP_REDACT: lambda: erase_shop(owner, receipt),
    }
    try:
        counts = work[request.topic]()
    except (psycopg.DataError, ValueError) as error:
        # One request must not stop those behind it; the error's own words may quote the person.
        return _not_done(owner, receipt, f"it cannot be carried out: {type(error).__name__}")
    LOG.info("%s of tenant %d is done: %s", request.topic, request.tenant_id, counts)
    return Deed(receipt, counts)


def _not_done(owner: Connection, receipt: Receipt, problem: str) -> Deed:
    LOG.warning("a request of tenant %d is not done: %s", receipt.tenant_id, problem)
    key = [receipt.tenant_id, receipt.topic, receipt.webhook_id]
    owner.execute(_FAILED, [f"{NOT_DONE}: {problem}", *key])
    return Deed(receipt, {}, problem=problem)


def _by_hand(settings: Settings, receipt: Receipt, work: Callable[[Connection], Counts]) -> Deed:
    with _alone(settings) as owner, owner.transaction():
        owner.execute(_BY_HAND, [receipt.tenant_id, receipt.topic, receipt.webhook_id])
        counts = work(owner)
    clean_up(settings)
    return Deed(receipt, counts)


@contextmanager
def _alone(settings: Settings) -> Iterator[Connection]:
    """The owner's connection, while no load and no build runs; waits for those that do."""
    with ExitStack() as stack:
        holder = stack.enter_context(connect(settings, Role.LOADER, autocommit=True))
        # The webhooks' lane last: they are the ones that should wait least.
        for name in (LOCK, *map(lane_lock, reversed(LANES[1:])), BUILD_LOCK, lane_lock(LANES[0])):
            stack.enter_context(advisory_lock(holder, name))
        owner: Connection = stack.enter_context(connect(settings, Role.OWNER, autocommit=True))
        yield owner

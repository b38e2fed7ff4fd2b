"""Waiting for a launched sync: its row in ``control.syncs`` tells, its run only when that fails."""

import asyncio
import time
from dataclasses import dataclass

from api.errors import Unavailable
from api.services import Services
from warehouse.syncs import Sync, latest_sync

SECONDS_BETWEEN_LOOKS = 0.5


@dataclass(frozen=True)
class Launched:
    """A launched run, and the newest sync from before it."""

    tenant_id: int
    run_id: str
    newest_before: int


class RunEndedEarly(Exception):
    """The run ended badly before the sync began, so that no row tells why."""


async def watch(services: Services, launched: Launched) -> Sync | None:
    """The sync as it stands when it ended or patience did; None when it has not begun.

    Raises RunEndedEarly, Unavailable.
    """
    deadline = time.monotonic() + services.settings.sync_patience_seconds
    while True:
        sync = await _begun(services, launched)
        if sync is not None and sync.status != "running":
            return sync
        if sync is None and await _ended_badly(services, launched):
            raise RunEndedEarly(launched.run_id)
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            return sync
        await asyncio.sleep(min(SECONDS_BETWEEN_LOOKS, remaining))


async def _begun(services: Services, launched: Launched) -> Sync | None:
    sync = await services.control.run(
        lambda connection: latest_sync(connection, launched.tenant_id)
    )
    return sync if sync is not None and sync.sync_id > launched.newest_before else None


async def _ended_badly(services: Services, launched: Launched) -> bool:
    """The run was launched already: a Dagster that does not answer now is no failure of it."""
    try:
        return await services.dagster.has_ended_badly(launched.run_id)
    except Unavailable:
        return False

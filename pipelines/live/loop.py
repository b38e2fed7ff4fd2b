"""The loop: load what landed, build the live models, and now and then all the others.

Each stage fails by itself and is tried again after a rest, so that a broken model does not stop the
loading. What a stage left undone is found again in the database; the loop remembers nothing.
"""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from enum import Enum
from functools import partial
from threading import Event
from typing import Any, TypeVar

import psutil
import psycopg

from pipelines.build import run_build, warm_up
from pipelines.build.building import LOCK as BUILD_LOCK
from pipelines.build.groups import LIVE, WHOLE
from pipelines.build.project import fingerprint
from pipelines.live.backoff import Backoff
from pipelines.live.meters import Meters
from pipelines.live.obeying import obeying
from pipelines.live.refetching import refetching
from pipelines.live.reports import Reports
from pipelines.live.standing import standing, still_holds, wait_for_landing
from pipelines.pending import is_unbuilt, waiting
from pipelines.sync import told
from pipelines.webhooks import load_webhooks
from warehouse.connections import Role, connect
from warehouse.errors import WarehouseError
from warehouse.locks import lock_is_held
from warehouse.settings import Settings

LOG = logging.getLogger(__name__)
Connection = psycopg.Connection[tuple[Any, ...]]
Result = TypeVar("Result")


class End(Enum):
    """Why the loop ended."""

    STOPPED = "stopped"
    WORN_OUT = "worn out"


@dataclass(frozen=True)
class Bounds:
    """When all models are due, and when the process has leaked enough to begin anew."""

    whole_every_seconds: float = 30.0
    passes: int = 5_000
    memory_bytes: int = 500_000_000


class LiveLoop:
    """One loop of one process; ``stop`` ends it after the stage that it is in."""

    def __init__(
        self,
        settings: Settings,
        *,
        stop: Event,
        reports: Reports,
        meters: Meters,
        bounds: Bounds | None = None,
    ) -> None:
        self._settings = settings
        self._stop = stop
        self._reports = reports
        self._meters = meters
        self._bounds = bounds or Bounds()
        self._backoffs = {stage: Backoff() for stage in ("connect", "load", LIVE, WHOLE)}
        self._passes = 0
        self._whole_at = 0.0
        self._views_of = ""

    def run(self) -> End:
        """Work until stopped or worn out; a database that is away is waited for."""
        while not self._stop.is_set():
            try:
                # First warm, then the lock: a standby takes over within a second.
                warm_up(self._settings)
                with standing(self._settings, self._stop) as holder:
                    if holder is not None and self._work(holder) is End.WORN_OUT:
                        return End.WORN_OUT
            except (psycopg.Error, WarehouseError) as error:
                rest = self._backoffs["connect"].failed()
                LOG.warning("the database is away, next try in %.0f s: %s", rest, error)
                self._stop.wait(rest)
        return End.STOPPED

    def _work(self, holder: Connection) -> End:
        LOG.info("this loop is at work")
        with ExitStack() as stack:
            stack.enter_context(self._meters.working())
            builder = stack.enter_context(connect(self._settings, Role.DBT, autocommit=True))
            stack.enter_context(refetching(self._settings, self._reports))
            stack.enter_context(obeying(self._settings))
            self._backoffs["connect"].succeeded()
            while not self._stop.is_set():
                if not self._pass(holder, builder):
                    wait_for_landing(holder, seconds=self._settings.live_poll_seconds)
                elif self._is_worn_out():
                    return End.WORN_OUT
        return End.STOPPED

    def _pass(self, holder: Connection, builder: Connection) -> bool:
        """One round of the stages; whether any of them had something to do and did it."""
        self._meters.serve()
        did = False
        for stage in (self._load, self._build_live, self._build_whole):
            still_holds(holder)
            if not self._stop.is_set():
                did = stage(holder, builder) or did
        self._passes += did
        self._meters.passes.inc(did)
        return did

    def _load(self, holder: Connection, builder: Connection) -> bool:
        found = waiting(holder, builder)
        if not found.events and not found.batches:
            return False
        load = self._tried("load", lambda: load_webhooks(self._settings))
        if load is not None:
            self._reports.loaded(load)
            self._meters.webhooks.inc(load.events)
            LOG.info("%d webhooks loaded, %d quarantined", load.events, load.quarantined)
        return load is not None

    def _build_live(self, holder: Connection, builder: Connection) -> bool:
        return self._build(holder, builder, LIVE)

    def _build_whole(self, holder: Connection, builder: Connection) -> bool:
        if time.monotonic() < self._whole_at:
            return False
        # While views are looked at, one by one, the live models wait: once a version is enough.
        present = fingerprint(self._settings)
        did = self._build(holder, builder, WHOLE, views=self._views_of != present)
        if did:
            self._views_of = present
            self._whole_at = time.monotonic() + self._bounds.whole_every_seconds
        return did

    def _build(
        self, holder: Connection, builder: Connection, group: str, *, views: bool = True
    ) -> bool:
        # A long build of Dagster's must not keep the landed webhooks from being loaded.
        if not is_unbuilt(builder, group=group) or lock_is_held(holder, BUILD_LOCK):
            return False
        build = self._tried(
            group, partial(run_build, self._settings, group=group, tests=False, views=views)
        )
        if build is not None:
            self._reports.built(build)
            LOG.info("%s built in %.2f s: %d loads", build.group, build.duration, build.loads)
        return build is not None

    def _tried(self, stage: str, work: Callable[[], Result]) -> Result | None:
        """The result; None when the stage rests or failed, which is logged and reported."""
        backoff = self._backoffs[stage]
        if not backoff.is_due:
            return None
        began = time.monotonic()
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - no fault of one stage may stop the loop
            rest, (text, _) = backoff.failed(), told(error)
            LOG.error("%s failed, next try in %.0f s: %s", stage, rest, text)
            self._reports.failed(stage, text)
            self._meters.failures[stage].inc()
            return None
        self._meters.seconds[stage].observe(time.monotonic() - began)
        if backoff.has_failed:
            self._reports.recovered(stage)
        backoff.succeeded()
        return result

    def _is_worn_out(self) -> bool:
        memory: int = psutil.Process().memory_info().rss
        return self._passes >= self._bounds.passes or memory > self._bounds.memory_bytes

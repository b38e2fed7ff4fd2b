"""The live loop as a process of its own, and a shop whose orders land as webhooks."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.pipelines.conftest import land, make_tenant, rows
from tests.pipelines.landed.test_shapes import order
from warehouse.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_SECONDS = 120.0
SERVE = "import sys; from pipelines.__main__ import main; sys.exit(main(['live']))"


@dataclass
class Loops:
    """The loops that a test started; all are gone when it ends."""

    settings: Settings
    log: Path
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, code: str = SERVE, **changes: object) -> subprocess.Popen[bytes]:
        settings = self.settings.model_copy(update=changes)
        with self.log.open("ab") as log:
            handle = subprocess.Popen(
                [sys.executable, "-c", code],
                cwd=ROOT,
                env={**os.environ, **settings.environment(), "DO_NOT_TRACK": "1"},
                stdout=log,
                stderr=log,
            )
        self.started.append(handle)
        return handle

    def until(self, holds: Callable[[], object], what: str) -> None:
        """Wait for what must come to hold; fails with the loops' own words."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            assert time.monotonic() < deadline, f"{what}\n{self.said()}"
            time.sleep(0.1)

    def said(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def at_work(self) -> bool:
        return "this loop is at work" in self.said()

    def stop_all(self) -> None:
        for handle in self.started:
            with contextlib.suppress(ProcessLookupError):
                handle.send_signal(signal.SIGKILL)
            handle.wait()


@pytest.fixture
def live(settings: Settings, tmp_path: Path) -> Settings:
    """Settings whose Dagster is nowhere: the loop must do without."""
    changes = {"home": tmp_path, "dagster_url": "http://127.0.0.1:9", "live_poll_seconds": 0.2}
    return settings.model_copy(update=changes)


@pytest.fixture
def loops(live: Settings, tmp_path: Path) -> Iterator[Loops]:
    started = Loops(live, tmp_path / "live.log")
    yield started
    started.stop_all()


@pytest.fixture
def shop(live: Settings) -> int:
    return make_tenant(live, "first.myshopify.com")


def land_orders(settings: Settings, shop: int, *numbers: int) -> None:
    for number in numbers:
        land(settings, shop, "orders/create", order(id=number))


def served(settings: Settings, shop: int) -> set[int]:
    """The orders that the marts know."""
    if rows(settings, "select to_regclass('marts.orders') is null") == [(True,)]:
        return set()
    query = "select order_id from marts.orders where tenant_id = %s"
    return {row[0] for row in rows(settings, query, shop)}

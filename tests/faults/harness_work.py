"""The work that is disturbed: steps by name, done here or in a process that can be killed.

The processes come from a fork server that has imported the pipelines and dbt and runs no thread, so
that a killed process costs a case tenths of a second and not the seconds of the imports.
"""

import multiprocessing
import os
import signal
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import dbt.cli.main  # noqa: F401 - imported once for all processes of the fork server

from api.server import serve
from pipelines.build import run_build
from pipelines.live.serving import serve as loop
from pipelines.refetch import refetch_all
from pipelines.sync import sync_tenants
from pipelines.webhooks import load_webhooks
from tests.faults.harness_points import Point, Signs, arm
from warehouse.migrate import migrate
from warehouse.settings import Settings

EVERY_STEP = ("hear", "live", "refetch", "sync", "build")
# What brings the marts to the same end without a look at each stage on the way.
ENOUGH = ("hear", "sync", "build")
LONGEST_SECONDS = 120.0


class StepFailed(AssertionError):
    """A step that reports failures instead of raising them had some."""


def _sync(settings: Settings) -> None:
    failures = [str(one.error) for one in sync_tenants(settings, trigger="test") if one.error]
    if failures:
        raise StepFailed("; ".join(failures))


def _refetch(settings: Settings) -> None:
    if failures := refetch_all(settings).failures:
        raise StepFailed(str(failures))


STEPS: Mapping[str, Callable[[Settings], object]] = {
    "hear": load_webhooks,
    "live": lambda settings: run_build(settings, group="live", tests=False),
    "refetch": _refetch,
    "sync": _sync,
    "build": lambda settings: run_build(settings, tests=False),
    "serve": serve,
    "loop": loop,
    "migrate": migrate,
    "refresh": lambda settings: run_build(settings, full_refresh=True, tests=False),
}


def work(settings: Settings, *steps: str) -> None:
    """Do these steps in this process, in this order; raises what the first failing one raises."""
    for step in steps:
        STEPS[step](settings)


@dataclass(frozen=True)
class Job:
    """What a process does, where it is struck, and the folder in which it tells."""

    settings: Settings
    steps: tuple[str, ...]
    folder: Path
    point: Point | None = None


def _do(job: Job) -> None:
    """The whole life of a process of the suite."""
    os.environ["DO_NOT_TRACK"] = "1"
    try:
        if job.point:
            arm(job.point, Signs(job.folder))
        work(job.settings, *job.steps)
    except BaseException:  # noqa: BLE001 - whatever it is, the test has to tell of it
        (job.folder / "error").write_text(traceback.format_exc())
        raise SystemExit(1) from None


class Worker:
    """A process that works; it ends by itself, at its point, or when the test kills it."""

    def __init__(self, job: Job) -> None:
        job.folder.mkdir(parents=True)
        self.signs = Signs(job.folder)
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        self._process = context.Process(target=_do, args=(job,), daemon=False)
        self._process.start()

    @property
    def pid(self) -> int:
        """The process's id."""
        return int(self._process.pid or 0)

    @property
    def error(self) -> str:
        """The traceback with which it failed, if it did."""
        told = self.signs.folder / "error"
        return told.read_text() if told.exists() else ""

    def until_reached(self, *, seconds: float = LONGEST_SECONDS) -> None:
        """Wait until the process holds at its point."""
        until = time.monotonic() + seconds
        while not self.signs.reached.exists():
            assert self._process.is_alive(), f"it ended before its point: {self.error}"
            assert time.monotonic() < until, "it never came to its point"
            time.sleep(0.01)

    def go_on(self) -> None:
        """Let a held process go on."""
        self.signs.go.touch()

    def kill(self) -> None:
        """SIGKILL, wherever it is."""
        os.kill(self.pid, signal.SIGKILL)
        self.ended()

    def ended(self, *, seconds: float = LONGEST_SECONDS) -> int:
        """Wait for the end; the exit code, negative for a signal."""
        self._process.join(seconds)
        if self._process.exitcode is None:
            self._process.kill()
            raise AssertionError(f"the process was still at work after {seconds:g} s")
        return self._process.exitcode

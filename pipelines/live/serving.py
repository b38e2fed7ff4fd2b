"""The live loop as a process: works in a thread, hears signals in the main one, renews itself.

dlt swallows signals inside its runs where it may replace their handlers, which is only in the main
thread. A signal ends the loop after the stage that it is in.
"""

import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from types import FrameType

from pipelines.build.project import incremental_models
from pipelines.live.loop import Bounds, End, LiveLoop
from pipelines.live.meters import Meters
from pipelines.live.reports import Reports
from warehouse.settings import Settings

LOG = logging.getLogger(__name__)
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def serve(settings: Settings, *, bounds: Bounds | None = None) -> int:
    """Run the loop until a signal; returns the exit status. Worn out, the process begins anew."""
    stop = Event()
    ends: list[End] = []
    meters = Meters(settings.live_metrics_port)

    def work() -> None:
        with reports(settings).telling() as telling:
            loop = LiveLoop(settings, stop=stop, reports=telling, meters=meters, bounds=bounds)
            ends.append(loop.run())

    with _signals_set(stop):
        thread = Thread(target=work, name="live")
        thread.start()
        while thread.is_alive():
            thread.join(0.2)
    if ends == [End.WORN_OUT]:
        LOG.info("the loop begins anew")
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606
    return 0 if ends else 1


def reports(settings: Settings) -> Reports:
    """The reports to the Dagster that belongs to these settings."""

    def models() -> dict[str, str]:
        relations = [model.relation for model in incremental_models(settings)]
        return {relation.partition(".")[2]: relation.replace(".", "/") for relation in relations}

    url = settings.dagster_url or f"http://127.0.0.1:{settings.dagster_port}"
    return Reports(url, models=models)


@contextmanager
def _signals_set(stop: Event) -> Iterator[None]:
    def note(number: int, _frame: FrameType | None) -> None:
        if not stop.is_set():
            LOG.info("%s: the loop ends after this stage", signal.Signals(number).name)
        stop.set()

    before = {each: signal.signal(each, note) for each in SIGNALS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)

"""How signals stop what runs in front: once, in order, with nothing left behind."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType


@contextlib.contextmanager
def stopped_by_signals() -> Iterator[None]:
    """SIGTERM and a closed terminal end the command as Ctrl-C does.

    A script's background command starts with SIGINT ignored; sent to it, it means what it says.
    """

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    chosen = [signal.SIGINT, signal.SIGTERM]
    # nohup means: outlive the terminal.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        chosen.append(signal.SIGHUP)
    before = {each: signal.signal(each, interrupt) for each in chosen}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextlib.contextmanager
def signals_ignored() -> Iterator[None]:
    """An impatient second Ctrl-C must not leave servers behind."""
    chosen = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {each: signal.signal(each, signal.SIG_IGN) for each in chosen}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)

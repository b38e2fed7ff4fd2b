"""Where a process dies or waits: one call of one function of the real code, named by its path.

Production code knows nothing of this: a process of the suite arms a point before its work begins,
and the named function is then replaced by one that counts its calls.
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

HELD_SECONDS = 120.0


@dataclass(frozen=True)
class Point:
    """The `nth` call of `target` (``package.module:Class.method``), before it or after it returned.

    Only calls count whose arguments, written as text, hold `where`. With `holds` the process waits
    there, for whatever a test does meanwhile, else it is killed there by SIGKILL. A name that
    another module has imported is named where it is called.
    """

    target: str
    when: Literal["before", "after"] = "before"
    nth: int = 1
    where: str = ""
    holds: bool = False

    def __str__(self) -> str:
        part = f" of {self.where}" if self.where else ""
        return f"{self.when} call {self.nth}{part} of {self.target.rpartition(':')[2]}"


@dataclass(frozen=True)
class Signs:
    """How a held process and its test talk to each other: two files."""

    folder: Path

    @property
    def reached(self) -> Path:
        """Made by the process when it has come to its point."""
        return self.folder / "reached"

    @property
    def go(self) -> Path:
        """Made by the test to let it go on."""
        return self.folder / "go"


def arm(point: Point, signs: Signs) -> None:
    """Replace the named function in this process by one that ends or holds it at the point."""
    module, _, path = point.target.partition(":")
    owner: Any = import_module(module)
    *outer, name = path.split(".")
    for part in outer:
        owner = getattr(owner, part)
    original: Callable[..., Any] = getattr(owner, name)
    lock, calls = threading.Lock(), 0

    def counted(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - stands for any function
        nonlocal calls
        if point.where and point.where not in f"{arguments} {named}":
            return original(*arguments, **named)
        with lock:
            calls += 1
            is_it = calls == point.nth
        if is_it and point.when == "before":
            strike(point, signs)
        result = original(*arguments, **named)
        if is_it and point.when == "after":
            strike(point, signs)
        return result

    setattr(owner, name, counted)


def strike(point: Point, signs: Signs) -> None:
    """End this process without a chance to tidy up, or wait until the test lets it go on."""
    signs.reached.touch()
    if not point.holds:
        os.kill(os.getpid(), signal.SIGKILL)
    until = time.monotonic() + HELD_SECONDS
    while not signs.go.exists() and time.monotonic() < until:
        time.sleep(0.01)

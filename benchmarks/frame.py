"""The frame of a benchmark: figures of rounds, their medians and spread, a table, JSON.

A benchmark joins by a function ``run(wanted) -> list[Row]`` and a line in ``benchmarks/__main__``.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Row:
    """One figure: the median of its rounds, their extremes, and its ratio to what it is held to."""

    benchmark: str
    what: str
    unit: str
    rounds: list[float]
    ratio: float | None = None
    ratio_to: str = ""
    median: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "median", statistics.median(self.rounds))

    @property
    def line(self) -> str:
        """The figure as a line of the table."""
        spread = f"{min(self.rounds):.3g} to {max(self.rounds):.3g}"
        told = f"{self.what:<52} {self.median:>9.3g} {self.unit:<13} {spread:>18}"
        return told + (f"  {self.ratio:.2f} x {self.ratio_to}" if self.ratio is not None else "")


def ratio(first: Sequence[float], second: Sequence[float]) -> float | None:
    """How many times the second the first is, by medians; None where there is no second."""
    beside = statistics.median(second) if second else 0.0
    return statistics.median(first) / beside if beside else None


def finish(rows: Iterable[Row], notes: Iterable[str], *, as_json: bool) -> None:
    """Print what was measured: JSON, or the notes and then the table as the last lines."""
    rows = list(rows)
    if as_json:
        json.dump({"figures": [asdict(row) for row in rows], "notes": list(notes)}, sys.stdout)
        print()
        return
    for note in notes:
        print(f"note: {note}")
    print(f"{'what':<52} {'median':>9} {'unit':<13} {'spread':>18}  ratio")
    for row in rows:
        print(row.line)


Run = Callable[[argparse.Namespace], tuple[list[Row], list[str]]]


def command(name: str, told: str | None, add: Callable[[argparse.ArgumentParser], None], run: Run,
            given: Sequence[str] | None = None) -> None:  # fmt: skip
    """A benchmark as a command: its own options, and those of all."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=told)
    parser.add_argument("--json", action="store_true", help="print JSON only")
    parser.add_argument("--tiny", action="store_true", help="only to see that it works: seconds")
    parser.add_argument("--rounds", type=int, default=3, help="of everything that is compared")
    parser.add_argument("--seconds", type=float, default=4.0, help="of load in each round")
    add(parser)
    wanted = parser.parse_args(given)
    if wanted.tiny:
        wanted.rounds, wanted.seconds = 1, 0.3
    rows, notes = run(wanted)
    finish(rows, notes, as_json=wanted.json)

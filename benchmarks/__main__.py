"""Every benchmark that compares, one after the other, and one table of all figures at the end.

``python -m benchmarks`` runs them at their ordinary size, ``--large`` at a million orders; a name
runs that one alone. ``freshness``, ``soak`` and ``metering`` are commands of their own: they watch
a whole service for minutes.
"""

import argparse
from collections.abc import Callable

from benchmarks import landing, serve, wrk
from benchmarks.frame import Row, Run, finish

Add = Callable[[argparse.ArgumentParser], None]
BENCHMARKS: dict[str, tuple[Add, Run, dict[str, object]]] = {
    "serve": (serve.options, serve.run, {"large": 1_000_000}),
    "landing": (landing.options, landing.run, {"minutes": 5.0}),
}
NEEDS_WRK = {"landing"}


def main(given: list[str] | None = None) -> None:
    """Run what is wanted and print the table."""
    wanted = _arguments(given)
    rows: list[Row] = []
    notes: list[str] = []
    for name in wanted.names or BENCHMARKS:
        if name in NEEDS_WRK and not wrk.is_present():
            notes.append(f"{name} was left out: {wrk.ABSENT}")
            continue
        found, told = _run(name, wanted)
        rows += found
        notes += [f"{name}: {note}" for note in told]
    finish(rows, notes, as_json=wanted.json)


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--large", action="store_true", help="a million orders, minutes of load")
    parser.add_argument("--tiny", action="store_true", help="only to see that all work: seconds")
    parser.add_argument("--json", action="store_true", help="print JSON only")
    wanted = parser.parse_args(given)
    if unknown := set(wanted.names) - set(BENCHMARKS):
        parser.error(f"no benchmark is called {', '.join(unknown)}; there are {[*BENCHMARKS]}")
    return wanted


def _run(name: str, wanted: argparse.Namespace) -> tuple[list[Row], list[str]]:
    add, run, large = BENCHMARKS[name]
    options = argparse.ArgumentParser()
    add(options)
    sizes = {"rounds": 1, "seconds": 0.3} if wanted.tiny else {"rounds": 3, "seconds": 4.0}
    given = vars(options.parse_args([])) | sizes | (large if wanted.large else {})
    return run(argparse.Namespace(**given, tiny=wanted.tiny))


if __name__ == "__main__":
    main()

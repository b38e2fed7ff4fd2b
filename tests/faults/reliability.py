"""Writes docs/reliability.md: every fault, what holds after it, and the test that shows it.

`python -m tests.faults.reliability` makes it anew from the tests themselves: a module's docstring
heads a table, a test's docstring is its row, the names of its cases are listed.
"""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "reliability.md"
# They measure the suite, not the product.
OWN = {"test_harness", "test_reliability"}
HEAD = """\
# What breaks, and what then holds

Each row is a test that really does it: processes end by SIGKILL, Postgres stops as in a power cut,
files are cut, points run out. Nothing is tidied by hand afterwards; the work is begun again as a
restart or the next schedule would. Then every mart equals that of an undisturbed run, row for row,
and nothing that was acknowledged is missing (`tests/faults/harness_marts.py`).

`make test-faults` runs all of them, {count} cases in {tests} tests; of those marked •
`make test` runs some cases or all.
This page is written from the tests by `python -m tests.faults.reliability`.
"""
# Faults that are tried where the rest of a part's tests stand, because they need only that part.
ELSEWHERE = {
    "tests/api/webhooks/test_committer.py": (
        "test_what_was_acknowledged_outlives_a_restart_of_postgres_and_landing_goes_on",
        "test_what_was_acknowledged_outlives_a_kill_of_the_server",
        "test_a_server_that_is_stopped_answers_what_it_took_and_stores_what_it_answered",
    ),
    "tests/pipelines/build/test_abandoned.py": (
        "test_the_queries_of_a_killed_build_end_by_themselves",
        "test_an_orphaned_dbt_is_ended_and_builds_nothing_more",
    ),
    "tests/pipelines/live/test_loop.py": (
        "test_while_nothing_can_be_built_raw_goes_on_loading_and_the_loop_recovers",
        "test_a_lost_connection_gives_the_lock_up_and_takes_it_again",
    ),
    "tests/orchestration/test_running.py": (
        "test_a_run_whose_process_is_killed_is_launched_again_and_succeeds",
        "test_a_killed_code_server_that_is_started_again_takes_runs_again",
    ),
    "tests/shopmart/test_up.py": (
        "test_it_serves_starts_again_what_is_killed_and_stops_everything",
        "test_the_embedded_postgres_is_started_again_too",
    ),
}


@dataclass(frozen=True)
class Fault:
    """One row: what happens and then holds, its cases by name, its test, whether CI tries it."""

    says: str
    cases: tuple[str, ...]
    test: str
    in_ci: bool


def modules() -> list[ModuleType]:
    """The suite's modules of faults, by name."""
    names = sorted(path.stem for path in HERE.glob("test_*.py"))
    return [import_module(f"tests.faults.{name}") for name in names if name not in OWN]


def faults(module: ModuleType) -> Iterator[Fault]:
    """The faults of a module in the order in which it tells them."""
    for name, test in vars(module).items():
        if name.startswith("test_") and isinstance(test, FunctionType):
            marks = [*_marks(module), *_marks(test)]
            cases, some_in_ci = _cases(marks)
            in_ci = some_in_ci or any(mark.name == "faults_ci" for mark in marks)
            yield Fault(_says(test), cases, f"{module.__name__.rpartition('.')[2]}::{name}", in_ci)


def page() -> str:
    """The text of docs/reliability.md."""
    found = {module: list(faults(module)) for module in modules()}
    every = [fault for rows in found.values() for fault in rows]
    count = sum(max(1, len(fault.cases)) for fault in every)
    parts = [HEAD.format(count=count, tests=len(every))]
    for module, rows in found.items():
        title = (module.__doc__ or "").splitlines()[0].rstrip(".")
        lines = [_line(fault) for fault in rows]
        parts.append(
            f"## {title}\n\n| fault | cases | test |\n|---|---|---|\n" + "\n".join(lines) + "\n"
        )
    parts.append(_elsewhere())
    return "\n".join(parts)


def _elsewhere() -> str:
    """The tests of other folders, each of which must still be there."""
    lines = []
    for file, names in ELSEWHERE.items():
        text = (ROOT / file).read_text(encoding="utf-8")
        for name in names:
            if f"def {name}(" not in text:
                raise LookupError(f"{file} has no {name}: name in ELSEWHERE what took its place")
            lines.append(f"| {_plain(name)} | `{file}::{name}` |")
    head = "## Tried beside the other tests of a part\n\n| fault | test |\n|---|---|\n"
    return head + "\n".join(lines) + "\n"


def _line(fault: Fault) -> str:
    cases = "; ".join(case.replace("|", "\\|") for case in fault.cases) or "-"
    return f"| {fault.says}{' •' if fault.in_ci else ''} | {cases} | `{fault.test}` |"


def _says(test: FunctionType) -> str:
    told = inspect.getdoc(test)
    return " ".join(told.split("\n\n")[0].split()) if told else _plain(test.__name__)


def _plain(name: str) -> str:
    return name.removeprefix("test_").replace("_", " ").capitalize() + "."


def _marks(of: Any) -> list[Any]:  # noqa: ANN401 - a function or a module
    marks = getattr(of, "pytestmark", [])
    return [getattr(mark, "mark", mark) for mark in (marks if isinstance(marks, list) else [marks])]


def _cases(marks: list[Any]) -> tuple[tuple[str, ...], bool]:
    """The names of a test's cases, and whether some of them run in CI."""
    names: list[str] = []
    in_ci = False
    for mark in (one for one in marks if one.name == "parametrize"):
        ids = mark.kwargs.get("ids")
        for number, given in enumerate(mark.args[1]):
            values = getattr(given, "values", (given,))
            named = getattr(given, "id", None)
            if named is None and ids is not None:
                named = ids(values[0]) if callable(ids) else list(ids)[number]
            names.append(str(named if named is not None else values[0]).replace("_", " "))
            in_ci |= any(one.name == "faults_ci" for one in getattr(given, "marks", ()))
    return tuple(names), in_ci


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

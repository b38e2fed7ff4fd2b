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
    return "\n".join(parts)


def _line(fault: Fault) -> str:
    cases = "; ".join(case.replace("|", "\\|") for case in fault.cases) or "-"
    return f"| {fault.says}{' •' if fault.in_ci else ''} | {cases} | `{fault.test}` |"


def _says(test: FunctionType) -> str:
    told = inspect.getdoc(test)
    plain = test.__name__.removeprefix("test_").replace("_", " ").capitalize()
    return " ".join(told.split("\n\n")[0].split()) if told else f"{plain}."


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

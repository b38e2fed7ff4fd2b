"""``python -m api.documentation.contract``: write ``docs/api.md`` from the promises."""

from collections.abc import Iterable
from pathlib import Path

from api.documentation.faults import FAULTS
from api.documentation.manners import MANNERS
from api.documentation.promises import ENDPOINTS, Promise

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
OPENING = """# The HTTP API

What is promised, and the test that holds each promise. `/docs` of a running API shows every
parameter, answer and error, and lets you try them. This page is written by
`python -m api.documentation.contract`; a test compares the two and looks for every test that is
named. Tests stand below `tests/`, unit tests of models beside their models.
"""


def page() -> str:
    """The whole page."""
    parts = [
        OPENING,
        _table("Endpoints", "Below `/api/v1`, but for `/health`.", "Method and path", ENDPOINTS),
        _table("Everywhere", "What holds for every endpoint.", "What", MANNERS),
        _table("Faults that are gone", "Of the service before this one.", "It did this", FAULTS),
    ]
    return "\n".join(parts)


def proofs() -> set[str]:
    """Every test that a promise names."""
    return {test for one in (*ENDPOINTS, *MANNERS, *FAULTS) for test in one.tests}


def _table(title: str, told: str, first: str, promises: Iterable[Promise]) -> str:
    lines = [f"## {title}", "", told, "", f"| {first} | Promise | Held by |", "|---|---|---|"]
    for line, promise, named in promises:
        held = "<br>".join(f"`{test}`" for test in named)
        lines.append(f"| {line} | {promise} | {held} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

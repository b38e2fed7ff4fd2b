"""``python -m tests.proofs.metrics_page``: write ``docs/metrics_tests.md`` from the sentences."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.proofs.sentences import Sentence
from tests.proofs.sentences_of_checkouts import GIVEN_BACK, LEFT
from tests.proofs.sentences_of_ledger import BEGINNING, LEDGER
from tests.proofs.sentences_of_people import CASES, CUSTOMERS, EQUALITIES
from tests.proofs.sentences_of_sales import SALES

PAGE = Path(__file__).parents[2] / "docs" / "metrics_tests.md"
OPENING = """# What holds the metrics

Each sentence of the definition of the figures, in some of its words, and the tests that hold it.
[metrics.md](metrics.md) tells where each figure is. This page is written by
`python -m tests.proofs.metrics_page`; a test compares the two, looks for every test that is named,
and, where the definition is at hand, for a sentence that no test holds. Tests stand below `tests/`,
unit tests and assertions of models in their YAML.
"""
CHAPTERS = {
    "Names, bases, days, money": BEGINNING,
    "The ledger": LEDGER,
    "Sales": SALES,
    "Customers": CUSTOMERS,
    "Checkouts": LEFT,
    "Refunds": GIVEN_BACK,
    "Equations": EQUALITIES,
    "Cases with known answers": CASES,
}
# Where a sentence ends: METRICS.md puts several on a line.
BETWEEN_SENTENCES = re.compile(r"(?<=\.)\s+(?=[A-Z`Σ])|(?<=:)\s+(?=[A-Z])")


def page() -> str:
    """The whole page."""
    return "\n".join([OPENING, *(_chapter(*chapter) for chapter in CHAPTERS.items())])


def proofs() -> set[str]:
    """Every test that is named."""
    return {test for sentence in every_sentence() for test in sentence.tests}


def every_sentence() -> list[Sentence]:
    """The sentences of all chapters."""
    return [sentence for chapter in CHAPTERS.values() for sentence in chapter]


def sentences(text: str) -> Iterator[str]:
    """What METRICS.md says: each sentence of its lines, each row of its tables."""
    lines = [line.strip() for line in text.splitlines()]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        is_ornament = not line.strip("|- ") or line.startswith("#") or following.startswith("|---")
        if is_ornament:
            continue
        yield from [line] if line.startswith("|") else BETWEEN_SENTENCES.split(line)


def _chapter(title: str, held: Iterable[Sentence]) -> str:
    lines = [f"## {title}", "", "| METRICS.md says | Held by |", "|---|---|"]
    for sentence in held:
        words = sentence.words.strip("| ").replace("|", "\\|")
        lines.append(f"| {words} | {'<br>'.join(f'`{test}`' for test in sentence.tests)} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

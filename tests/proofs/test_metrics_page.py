"""``docs/metrics_tests.md``: each sentence of METRICS.md is held by tests that exist."""

import ast
from functools import cache
from pathlib import Path

from tests.proofs.metrics_page import PAGE, every_sentence, page, proofs, sentences

ROOT = Path(__file__).parents[2]


@cache
def names_in(place: str) -> set[str]:
    """The names of a file's tests: functions of Python, unit and data tests of YAML."""
    if place.endswith(".yml"):
        lines = (ROOT / place).read_text(encoding="utf-8").splitlines()
        named = [line.strip().removeprefix("- ") for line in lines]
        return {name.removeprefix("name: ") for name in named if name.startswith("name: ")}
    module = ast.parse((ROOT / "tests" / place).read_text(encoding="utf-8"))
    return {node.name for node in module.body if isinstance(node, ast.FunctionDef)}


def test_the_page_is_as_the_sentences_say_it() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tests.proofs.metrics_page`"


def test_every_test_that_is_named_exists() -> None:
    named = (test.partition("::") for test in sorted(proofs()))
    assert [test for test in named if test[2] not in names_in(test[0])] == []


def test_every_sentence_of_the_definition_is_held(shared: Path) -> None:
    said = list(sentences((shared / "METRICS.md").read_text(encoding="utf-8")))
    held = [sentence.words for sentence in every_sentence()]
    assert len(said) > 90
    assert [one for one in said if not any(words in one for words in held)] == []


def test_every_sentence_stands_in_the_definition_once(shared: Path) -> None:
    said = list(sentences((shared / "METRICS.md").read_text(encoding="utf-8")))
    places = {one.words: sum(one.words in line for line in said) for one in every_sentence()}
    assert {words: count for words, count in places.items() if count != 1} == {}


def test_a_sentence_without_a_test_would_be_seen() -> None:
    text = "# Title\nOne rule. Another rule:\n| a | b |\n|---|---|\n| figure | meaning |\n"
    assert list(sentences(text)) == ["One rule.", "Another rule:", "| figure | meaning |"]

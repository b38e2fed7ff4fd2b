"""What is made from the models' words stands in the repository as it would be made today."""

import json
import re

import pytest

from pipelines.build.project import PROJECT
from shopmart.catalogue.__main__ import files
from shopmart.catalogue.metrics import catalogue
from shopmart.catalogue.models import marts, models

MADE = files()


@pytest.mark.parametrize("path", MADE, ids=lambda path: path.name)
def test_a_file_is_as_it_would_be_made(path: object) -> None:
    assert path.read_text("utf-8") == MADE[path], (  # type: ignore[attr-defined, index]
        "the models' words have changed: run `python -m shopmart.catalogue`"
    )


def test_the_pages_say_first_how_they_are_made() -> None:
    for name in ("metrics.md", "compat.md"):
        first = (PROJECT / "docs" / name).read_text("utf-8").splitlines()[0]
        assert "`python -m shopmart.catalogue`" in first


def test_every_metric_has_a_row_of_its_own() -> None:
    page = (PROJECT / "docs" / "metrics.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)`", page, re.MULTILINE)
    assert rows == sorted(metric.name for metric in catalogue(marts()))


def test_every_column_of_a_view_is_on_the_page_filled_or_with_the_reason() -> None:
    page = (PROJECT / "docs" / "compat.md").read_text("utf-8")
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    assert list(sections) == [view.name for view in models("compat")]
    for view in models("compat"):
        filled = set(re.findall(r"^\| `(\w+)` \|", sections[view.name], re.MULTILINE))
        rest = sections[view.name].partition("Not filled:")[2]
        unfilled = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^- .*?:", rest, re.MULTILINE))))
        assert filled | unfilled == {column.name for column in view.columns}
        assert filled & unfilled == set()


def test_the_api_has_a_sentence_for_every_metric() -> None:
    words = json.loads((PROJECT / "api" / "documentation" / "metrics.json").read_text("utf-8"))
    assert set(words) == {metric.name for metric in catalogue(marts())}
    assert all(re.fullmatch(r"[A-Z(-].*\.", sentence) for sentence in words.values())

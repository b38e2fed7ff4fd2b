"""The table of faults is the suite: no row without a test, no test without a row."""

import re

import pytest

from tests.faults.reliability import PAGE, faults, modules, page

CURE = "write it anew: python -m tests.faults.reliability"


@pytest.mark.faults_ci
def test_the_page_tells_of_every_fault() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), CURE


@pytest.mark.faults_ci
def test_every_test_that_is_collected_has_its_row(request: pytest.FixtureRequest) -> None:
    told = set(re.findall(r"`(test_\w+::test_\w+)`", PAGE.read_text(encoding="utf-8")))
    collected = {
        f"{item.path.stem}::{getattr(item, 'originalname', item.name)}"
        for item in request.session.items
        if item.path.parent.name == "faults"
    }
    own = {one for one in collected if one.startswith(("test_harness::", "test_reliability::"))}
    assert collected - own - told == set(), CURE


def test_each_half_of_the_suite_has_its_twenty_points() -> None:
    cases = {
        module.__name__: sum(max(1, len(fault.cases)) for fault in faults(module))
        for module in modules()
    }
    assert sum(cases.values()) >= 40, cases

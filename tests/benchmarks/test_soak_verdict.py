"""What a soak says last: of a long run growth is a failure, of a short one it is not."""

from dataclasses import replace

import pytest

from benchmarks.soak import TELLING_MINUTES, WELL, Outcome, verdict
from benchmarks.soak_relay import Book
from benchmarks.soak_watch import Sample, Watch

LOOK = Sample(0.0, service_bytes=10**9, postgres_bytes=10**9, connections=20, files=300)


def soaked(*samples: Sample, faults: tuple[str, ...] = ()) -> Outcome:
    return Outcome(Book(), Watch(list(samples)), faults=list(faults))


@pytest.mark.parametrize("name", ["service_bytes", "postgres_bytes", "connections", "files"])
def test_what_grows_fails_a_long_run_and_is_named(name: str) -> None:
    grown = [replace(LOOK, **{name: getattr(LOOK, name) * times}) for times in (1, 2, 3)]
    said = verdict(soaked(*grown), minutes=TELLING_MINUTES)
    assert said != WELL
    assert f"{name} grew from" in said
    assert verdict(soaked(*grown), minutes=TELLING_MINUTES / 2) == WELL


def test_a_flat_run_is_well_and_a_fault_is_named_however_short_it_was() -> None:
    assert verdict(soaked(LOOK, LOOK, LOOK), minutes=60) == WELL
    assert verdict(soaked(LOOK, faults=("order 1 is missing",)), minutes=1) == (
        "NOT WELL: order 1 is missing"
    )

"""customers/redact: nothing of the person is found anywhere, and no figure moves."""

import pytest

from tests.privacy import planted
from tests.privacy.conftest import House

# Whole builds of dbt, on a machine that may be busy.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


def lasting(found: list[str]) -> list[str]:
    """Without what loads pass through: an erasure empties that for everybody."""
    return [one for one in found if not one.startswith("raw_stage_")]


def test_nothing_of_the_person_is_left_and_no_figure_moves(house: House) -> None:
    before = {tenant: house.marts(tenant) for tenant in (house.first, house.second)}
    other = lasting(house.found(house.second))
    assert len(lasting(house.found(house.first))) == len(other) > 50
    assert len(before[house.first]["orders"]) == 6

    (deed,) = house.ask(house.first, "customers/redact", planted.redact(1, 2))

    assert deed.problem is None
    assert house.found(house.first) == [], house.found(house.first)
    assert house.found_in_files() == []
    assert lasting(house.found(house.second)) == other
    house.build()
    assert house.marts(house.first) == before[house.first]
    house.build(full_refresh=True, tests=True)
    assert house.marts(house.first) == before[house.first]
    assert house.found(house.first) == []
    assert house.found(house.first, [planted.NEIGHBOUR]) != []
    assert house.marts(house.second) == before[house.second]

"""Whatever happened, in whatever loads it came and whichever builds died: a full refresh changes
no row of any mart.

Hypothesis draws the histories; every kind of event that the sandbox knows happens in them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import pytest
from hypothesis import HealthCheck, Phase, assume, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from pipelines.build import BuildFailed, building, run_build
from sandbox.kinds.registry import KINDS
from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.living import Heard, Living, load_heard
from tests.proofs.marts import contents, moved

OFTEN = ("order", "refund", "cancel", "capture", "checkout", "checkout_complete")
Build = Literal["live", "dead all", "dead live", "all"]
BUILDS: tuple[Build, ...] = ("live", "dead all", "dead live", "all")


@dataclass(frozen=True)
class Step:
    """Things happen, part of what was announced arrives, and something is built or dies."""

    events: int
    load: int
    late: float
    stale: float
    is_read_again: bool
    build: Build


@st.composite
def histories(draw: st.DrawFn) -> list[Step]:
    """Two steps for each kind of build, in any order; some of them read the shops again."""
    steps = [
        Step(
            events=draw(st.integers(10, 20)),
            load=draw(st.integers(4, 25)),
            late=draw(st.sampled_from([0.3, 0.0, 0.6])),
            stale=draw(st.sampled_from([0.2, 0.0])),
            is_read_again=draw(st.booleans()),
            build=build,
        )
        for build in draw(st.permutations(BUILDS * 2))
    ]
    # The simplest of all histories, which is drawn first, reads nothing again.
    assume(any(step.is_read_again for step in steps))
    return steps


class Random(Living):
    """Shops of which some news arrives late, and some old news again."""

    kinds = (*KINDS, *OFTEN, *OFTEN)
    past: list[Heard]

    def __init__(self, warehouse: Warehouse, seed: int) -> None:
        super().__init__(warehouse, seed)
        self.past = []

    def arrive(self, step: Step) -> None:
        """Deliver what is not late, with some of what was delivered before, in random loads."""
        late = [one for one in self.told if self.rng.random() < step.late]
        due = [one for one in self.told if one not in late]
        stale = [one for one in self.past if self.rng.random() < step.stale]
        self.told, self.past = late, [*self.past, *due]
        due += stale
        self.rng.shuffle(due)
        for start in range(0, len(due), step.load):
            load_heard(self.warehouse, due[start : start + step.load])


def go_on(living: Random, step: Step) -> None:
    """Live one step."""
    living.live(step.events)
    living.arrive(step)
    if step.is_read_again:
        living.read_again()
    settings, group = living.warehouse.settings, step.build.rpartition(" ")[2]
    if step.build.startswith("dead"):
        with pytest.raises(BuildFailed), building(settings, group=group):
            raise BuildFailed("killed")
    else:
        run_build(settings, group=group, tests=False)


@pytest.mark.slow
@pytest.mark.timeout(900)
@rules(
    # One long history has every kind of build meet every other, and costs one full refresh.
    max_examples=1,
    deadline=None,
    derandomize=True,
    database=None,
    # A smaller history would cost many builds; the one that failed is printed as it is.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(seed=st.integers(1, 10**6), steps=histories())
def test_a_full_refresh_changes_no_row_after_any_history(
    new_warehouse: Callable[..., Warehouse], seed: int, steps: Sequence[Step]
) -> None:
    living = Random(new_warehouse(), seed)
    living.read_again()
    living.warehouse.build(tests=False)
    for step in steps:
        go_on(living, step)
    assert not run_build(living.warehouse.settings, tests=False).full_refresh
    incremental = contents(living.warehouse.settings)
    assert [mart for mart, rows in incremental.items() if not rows] == []
    living.warehouse.build(full_refresh=True, tests=False)
    assert moved(incremental, contents(living.warehouse.settings)) == []

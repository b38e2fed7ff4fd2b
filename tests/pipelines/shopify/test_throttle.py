"""The bucket within one process: what is reserved, what Shopify says, what time brings back."""

from collections.abc import Mapping
from typing import Any

import pytest

from pipelines.shopify.throttle import OwnThrottle, stated_bucket


def cost(available: float, *, actual: float | None = 0, maximum: float = 2000) -> dict[str, Any]:
    """What Shopify states with an answer; a throttled one has no actual cost."""
    status = {"maximumAvailable": maximum, "currentlyAvailable": available, "restoreRate": 100}
    return {"actualQueryCost": actual, "throttleStatus": status}


def test_nobody_waits_before_shopify_said_what_the_bucket_holds() -> None:
    assert OwnThrottle().reserve(5000) == 0


def test_threads_share_one_bucket() -> None:
    throttle = OwnThrottle(clock=lambda: 0.0)
    throttle.settle(10, cost(1990, actual=10))
    assert [throttle.reserve(1000) for _ in range(3)] == [0.0, 0.1, 10.1]


def test_the_bucket_fills_with_time_up_to_its_size() -> None:
    now = [0.0]
    throttle = OwnThrottle(clock=lambda: now[0])
    throttle.settle(0, cost(0, maximum=1000))
    now[0] = 5.0
    assert throttle.reserve(600) == 1.0
    now[0] = 500.0
    assert throttle.reserve(1000) == 0.0
    assert throttle.reserve(100) == 1.0


def test_what_others_reserved_stays_reserved_when_shopify_answers_one() -> None:
    throttle = OwnThrottle(clock=lambda: 0.0)
    throttle.settle(0, cost(2000))
    throttle.reserve(500)
    throttle.reserve(1500)
    throttle.settle(500, cost(1900, actual=100))
    assert throttle.reserve(600) == pytest.approx(2.0)


def test_what_a_query_did_not_cost_is_given_back() -> None:
    throttle = OwnThrottle(clock=lambda: 0.0)
    throttle.settle(0, cost(1000))
    throttle.reserve(1000)
    throttle.settle(1000, cost(990, actual=10))
    assert throttle.reserve(990) == 0.0


def test_points_that_another_app_of_ours_took_are_noticed() -> None:
    throttle = OwnThrottle(clock=lambda: 0.0)
    throttle.settle(0, cost(2000))
    throttle.settle(0, cost(100))
    assert throttle.reserve(300) == pytest.approx(2.0)


def test_a_throttled_query_gets_back_what_it_reserved() -> None:
    throttle = OwnThrottle(clock=lambda: 0.0)
    throttle.settle(0, cost(100))
    throttle.reserve(10)
    throttle.settle(10, cost(100, actual=None))
    assert throttle.reserve(500) == pytest.approx(4.0)


def test_a_query_above_the_whole_bucket_waits_for_a_full_one_only() -> None:
    throttle = OwnThrottle(clock=lambda: 0.0)
    throttle.settle(0, cost(0, maximum=1000))
    assert throttle.reserve(9_000) == 10.0


def test_reservations_that_nobody_uses_cannot_grow_for_ever() -> None:
    throttle = OwnThrottle(clock=lambda: 0.0)
    throttle.settle(0, cost(0, maximum=1000))
    assert max(throttle.reserve(1000) for _ in range(50)) == 100.0


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"throttleStatus": None},
        {"throttleStatus": {}},
        {"throttleStatus": "full"},
        {"throttleStatus": {"maximumAvailable": "x", "currentlyAvailable": 1, "restoreRate": 1}},
        {"throttleStatus": {"maximumAvailable": 0, "currentlyAvailable": 0, "restoreRate": 0}},
    ],
)
def test_an_answer_that_does_not_state_the_bucket_changes_nothing(
    answer: Mapping[str, Any],
) -> None:
    throttle = OwnThrottle(clock=lambda: 0.0)
    throttle.settle(10, answer)
    assert stated_bucket(answer) is None
    assert throttle.reserve(1000) == 0.0

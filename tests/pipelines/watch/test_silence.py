"""What is usual at this hour: shops that sleep, rest on Sundays, or have hardly begun."""

from datetime import UTC, datetime, timedelta

import pytest

from pipelines.watch.silence import Hours, expected

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def hours(days: int, *, opens: int = 0, closes: int = 24, rests: tuple[int, ...] = ()) -> Hours:
    """Ten deliveries in each hour of business on the days before Monday."""
    begins = MONDAY - days * DAY
    return {
        hour: 10 if opens <= hour.hour < closes and hour.weekday() not in rests else 0
        for hour in (begins + at * HOUR for at in range(days * 24))
    }


@pytest.mark.parametrize(("minutes", "usual"), [(0, 0.0), (30, 5.0), (90, 15.0), (24 * 60, 240.0)])
def test_an_even_shop_is_expected_to_go_on(minutes: int, usual: float) -> None:
    now = MONDAY + timedelta(minutes=minutes)
    assert expected(hours(15), last=MONDAY, now=now) == pytest.approx(usual)


def test_nobody_is_expected_to_send_at_night() -> None:
    closed = hours(15, opens=8, closes=20)
    last = MONDAY - 4 * HOUR
    assert expected(closed, last=last, now=MONDAY + 8 * HOUR) == 0
    assert expected(closed, last=last, now=MONDAY + 10 * HOUR) == pytest.approx(20)


def test_a_day_of_rest_is_known_from_the_weeks_before() -> None:
    resting = hours(15, rests=(0,))
    assert expected(resting, last=MONDAY, now=MONDAY + 20 * HOUR) == 0


def test_a_shop_with_less_than_three_days_behind_it_has_no_habit() -> None:
    assert expected(hours(2), last=MONDAY, now=MONDAY + 5 * HOUR) == 0
    assert expected(hours(3), last=MONDAY, now=MONDAY + 5 * HOUR) == pytest.approx(50)


def test_a_long_silence_is_compared_with_the_time_before_it() -> None:
    assert expected(hours(30), last=MONDAY, now=MONDAY + 16 * DAY) == pytest.approx(240)


def test_nothing_known_expects_nothing() -> None:
    assert expected({}, last=MONDAY, now=MONDAY + DAY) == 0
    assert expected(hours(9), last=MONDAY, now=MONDAY - HOUR) == 0

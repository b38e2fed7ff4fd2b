"""Ids, pages and periods."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.arguments import LARGEST_ID, Page, Period, _parse_bound, parse_tenant_id
from api.errors import Invalid, NotFound

BERLIN = "Europe/Berlin"


def days(start: str | None, end: str | None, timezone: str = BERLIN) -> tuple[date, date]:
    return Period(_parse_bound("startDate", start), _parse_bound("endDate", end)).days(timezone)


@pytest.mark.parametrize(
    "given", ["0", "-1", "01", "1.0", "٣", "²", "abc", "", " 1", "1 ", "9" * 19, "1" * 400, "1\n"]
)
def test_a_text_that_no_tenant_has_as_its_id_is_not_found(given: str) -> None:
    with pytest.raises(NotFound):
        parse_tenant_id(given)


def test_every_number_that_the_warehouse_can_hold_is_an_id() -> None:
    assert parse_tenant_id("1") == 1
    assert parse_tenant_id(str(LARGEST_ID)) == LARGEST_ID


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("2026-03-31", date(2026, 3, 31)),
        ("2026-03-31T21:59:59.999Z", date(2026, 3, 31)),
        ("2026-03-31T22:00:00.000Z", date(2026, 4, 1)),
        ("2026-03-31T23:30:00", date(2026, 3, 31)),
        ("2026-03-31T23:30:00-05:00", date(2026, 4, 1)),
        ("2026-04-01T00:30:00 02:00", date(2026, 4, 1)),
        ("2026-03-29T00:59:59Z", date(2026, 3, 29)),
        ("2026-10-24T22:00:00Z", date(2026, 10, 25)),
        ("2026-10-25T23:00:00Z", date(2026, 10, 26)),
    ],
)
def test_a_bound_is_a_day_of_the_shop(given: str, day: date) -> None:
    assert days(given, None) == (day, date.max)
    assert days(None, given) == (date.min, day)


def test_a_moment_near_midnight_is_another_day_in_another_shop() -> None:
    moment = "2026-03-31T23:30:00Z"
    assert days(moment, None, "America/New_York")[0] == date(2026, 3, 31)
    assert days(moment, None, "Asia/Tokyo")[0] == date(2026, 4, 1)


@pytest.mark.parametrize("given", [None, "", "  "])
def test_a_bound_left_empty_is_no_bound(given: str | None) -> None:
    assert days(given, given) == (date.min, date.max)
    assert Period(_parse_bound("startDate", given), None).is_open


@pytest.mark.parametrize(
    "given",
    [
        "yesterday",
        "2026-13-01",
        "2026-02-30",
        "31.03.2026",
        "1e99",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "99999-01-01",
        "2026-03-31T25:00:00",
        "\x00",
    ],
)
def test_what_is_no_day_is_refused_by_its_name_with_the_cure(given: str) -> None:
    with pytest.raises(Invalid) as refused:
        days(given, None)
    assert str(refused.value.detail).startswith("startDate: must be an ISO date")


@given(st.text(max_size=40))
def test_no_text_at_all_breaks_a_bound(given: str) -> None:
    try:
        first, last = days(None, given)
    except Invalid as refused:
        assert refused.status_code == 422
    else:
        assert first <= last


def test_a_start_after_the_end_is_refused() -> None:
    with pytest.raises(Invalid, match="startDate"):
        days("2026-04-01", "2026-03-31")
    assert days("2026-04-01", "2026-04-01") == (date(2026, 4, 1), date(2026, 4, 1))


def test_a_page_however_far_has_an_offset_that_postgres_takes() -> None:
    assert Page(1, 20).offset == 0
    assert Page(3, 50).offset == 100
    assert Page(2**53 - 1, 250).offset <= LARGEST_ID
    assert Page(2**63, 250).offset == LARGEST_ID

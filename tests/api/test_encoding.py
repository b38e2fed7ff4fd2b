"""Money, times and days as the contract writes them."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.encoding import JsonAnswer, encode, instant, money


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0", "0.00"),
        ("-0.0000", "0.00"),
        ("12.5000", "12.50"),
        ("-3.1", "-3.10"),
        ("1E+3", "1000.00"),
        ("9999999999999999.9900", "9999999999999999.99"),
        ("123456789012345678901234567890123456.7800", "123456789012345678901234567890123456.78"),
        ("1.2340", "1.234"),
    ],
)
def test_an_amount_is_written_with_its_own_digits(amount: str, written: str) -> None:
    assert encode([Decimal(amount)]) == f"[{written}]".encode()


@given(st.integers(min_value=-(10**34), max_value=10**34))
def test_no_cent_of_any_amount_is_lost(cents: int) -> None:
    sign = "-" if cents < 0 else ""
    whole, part = divmod(abs(cents), 100)
    text = f"{sign}{whole}.{part:02d}"
    assert money(Decimal(f"{text}00")) == text
    assert encode(Decimal(f"{text}00")).decode() == text


def test_a_large_amount_survives_where_a_float_does_not() -> None:
    amount = Decimal("90071992547409.93")
    assert json.loads(encode({"total": amount}), parse_float=Decimal)["total"] == amount


def test_a_time_is_written_in_utc_whatever_zone_it_came_in() -> None:
    moment = datetime(2026, 3, 31, 22, 0, tzinfo=timezone(timedelta(hours=2)))
    assert instant(moment) == "2026-03-31T20:00:00Z"
    assert encode([moment]) == b'["2026-03-31T20:00:00Z"]'
    assert instant(datetime(2026, 1, 1, 0, 0, 0, 5, tzinfo=UTC)) == "2026-01-01T00:00:00.000005Z"


def test_a_day_is_written_as_a_day() -> None:
    assert encode([date(2026, 3, 1)]) == b'["2026-03-01"]'


def test_what_has_no_json_form_is_refused() -> None:
    with pytest.raises(TypeError):
        encode([object()])


def test_an_answer_that_was_encoded_before_is_not_encoded_again() -> None:
    assert JsonAnswer(b'{"a":1.10}').body == b'{"a":1.10}'

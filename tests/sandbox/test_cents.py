"""Arithmetic on minor units leaves no cent behind."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from sandbox.cents import allocate, decimal, half_up, scalar, share, slice_share, tax_on
from sandbox.truth.entries import rounded

amounts = st.integers(min_value=-10_000_000, max_value=10_000_000)


@given(st.integers(0, 10_000_000), st.lists(st.integers(0, 100_000), min_size=1, max_size=9))
def test_an_allocation_adds_up(total: int, weights: list[int]) -> None:
    parts = allocate(total, weights)
    assert sum(parts) == (total if any(weights) else 0)
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)


@given(amounts, st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_slices_of_a_total_add_up(total: int, units: list[int]) -> None:
    whole, gone, parts = sum(units), 0, 0
    for some in units:
        parts += slice_share(total, after=gone, units=some, of=whole)
        gone += some
    assert parts == total == share(total, units=whole, of=whole)


@given(st.fractions(min_value=-1_000_000, max_value=1_000_000, max_denominator=10_000))
def test_books_and_truth_round_alike_by_different_ways(value: Fraction) -> None:
    assert half_up(value) == rounded(value)


def test_tax_is_on_top_or_inside() -> None:
    assert tax_on(10000, Fraction(20, 100), included=False) == 2000
    assert tax_on(12000, Fraction(20, 100), included=True) == 2000


def test_amounts_read_as_each_surface_writes_them() -> None:
    assert [decimal(n, "USD") for n in (3000, -5, 1234)] == ["30.00", "-0.05", "12.34"]
    assert [scalar(n, "EUR") for n in (3000, 1230, 1234, 0)] == ["30.0", "12.3", "12.34", "0.0"]
    assert decimal(15137, "JPY") == scalar(15137, "JPY") == "15137"

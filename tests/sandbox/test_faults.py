"""Faults happen as often as ordered, to the shop that was named, and wear off."""

import pytest

from sandbox.errors import BadParameter
from sandbox.faults import Faults

LINES = b"".join(b'{"id":"gid:\\/\\/shopify\\/Order\\/%d"}\n' % number for number in range(30))


def test_nothing_fails_unasked() -> None:
    faults = Faults()
    assert faults.cut(LINES, "a") == LINES
    assert faults.bulk_failure("a", roots=1) is None


def test_a_cut_at_a_line_end_leaves_whole_lines() -> None:
    faults = Faults()
    faults.order({"truncate_bulk": "line_end"})
    cut = faults.cut(LINES, "a")
    assert LINES.startswith(cut)
    assert cut.endswith(b"}\n")
    assert 0 < cut.count(b"\n") < 30


def test_a_cut_in_a_line_leaves_a_broken_one() -> None:
    faults = Faults()
    faults.order({"truncate_bulk": "mid_line"})
    cut = faults.cut(LINES, "a")
    assert LINES.startswith(cut)
    assert not cut.endswith((b"}", b"\n"))
    assert cut.count(b"\n") == 29


def test_a_single_line_can_be_cut_away() -> None:
    faults = Faults()
    faults.order({"truncate_bulk": "line_end"})
    assert faults.cut(b'{"id":1}\n', "a") == b""


def test_an_empty_result_uses_no_fault_up() -> None:
    faults = Faults()
    faults.order({"truncate_bulk": "line_end"})
    assert faults.cut(b"", "a") == b""
    assert faults.cut(LINES, "a") != LINES


def test_a_fault_wears_off_after_its_times() -> None:
    faults = Faults()
    faults.order({"fail_bulk": "TIMEOUT", "times": 2})
    assert [faults.bulk_failure("a", roots=1) for _ in range(3)] == ["TIMEOUT", "TIMEOUT", None]


def test_a_fault_hits_only_the_shop_that_was_named() -> None:
    faults = Faults()
    faults.order({"fail_bulk": "ACCESS_DENIED", "shop": "b"})
    assert [faults.bulk_failure(shop, roots=1) for shop in ("a", "b", "b")] == [
        None,
        "ACCESS_DENIED",
        None,
    ]


def test_null_takes_a_fault_back_and_leaves_the_others() -> None:
    faults = Faults()
    faults.order({"fail_bulk": "TIMEOUT", "truncate_bulk": "line_end", "bulk_seconds": 2})
    left = faults.order({"truncate_bulk": None})
    assert left["truncate_bulk"] == []
    assert left["fail_bulk"] == [{"what": "TIMEOUT", "times": 1, "shop": None}]
    assert left["bulk_seconds"] == 2


def test_an_unknown_fault_is_refused_and_changes_nothing() -> None:
    faults = Faults()
    faults.order({"fail_bulk": "TIMEOUT"})
    with pytest.raises(BadParameter, match="earthquake"):
        faults.order({"earthquake": 9})
    assert faults.bulk_failure("a", roots=1) == "TIMEOUT"

"""Posted values are taken as meant or refused with their cure."""

import pytest

from sandbox.errors import BadParameter
from sandbox.wishes import number, only, text, truth_value, whole


def test_what_is_not_named_has_its_default() -> None:
    assert whole({}, "count", 7) == 7
    assert number({}, "share", 0.5, low=0, high=1) == 0.5
    assert truth_value({}, "on", True) is True
    assert text({}, "url") is None


def test_ids_may_come_as_text() -> None:
    assert whole({"order_id": "9007199254740993"}, "order_id", 0) == 9007199254740993
    assert whole({"cents": "-3"}, "cents", 0, low=-9) == -3


@pytest.mark.parametrize(
    "value", [None, "x", "", "-", 1.5, True, [], {}, -1, 11, "--3", "9" * 5000, 2**70]
)
def test_what_is_no_whole_number_in_bounds_is_refused(value: object) -> None:
    with pytest.raises(BadParameter, match=r"count is .*; give a whole number from 0 to 10"):
        whole({"count": value}, "count", 1, high=10)


@pytest.mark.parametrize("value", [None, "1", True, float("nan"), float("inf"), -0.1, 1.1, []])
def test_what_is_no_number_in_bounds_is_refused(value: object) -> None:
    with pytest.raises(BadParameter, match=r"share is .*; give a number from 0 to 1"):
        number({"share": value}, "share", 0, low=0, high=1)


@pytest.mark.parametrize("value", [None, 0, 1, "true"])
def test_only_true_and_false_are_truth_values(value: object) -> None:
    with pytest.raises(BadParameter, match="true or false"):
        truth_value({"on": value}, "on", False)


def test_text_is_text_or_null() -> None:
    assert text({"url": None}, "url") is None
    assert text({"url": "http://x"}, "url") == "http://x"
    with pytest.raises(BadParameter, match="text or null"):
        text({"url": 5}, "url")


def test_an_unknown_name_is_told_the_known_ones() -> None:
    only({"a": 1}, ("a", "b"))
    with pytest.raises(BadParameter, match="Unknown: c, d; give a, b"):
        only({"d": 1, "c": 2}, ("a", "b"))

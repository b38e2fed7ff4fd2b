"""Pages go on where they were, whatever happens between them."""

from typing import Any

import pytest
from graphql import GraphQLError

from sandbox.graph.paging import connection

Thing = dict[str, int]


def place(thing: Thing) -> list[int]:
    return [thing["value"], thing["id"]]


def things(*pairs: tuple[int, int]) -> list[Thing]:
    return [{"value": value, "id": number} for value, number in sorted(pairs)]


def page(items: list[Thing], **args: Any) -> tuple[list[int], dict[str, Any]]:  # noqa: ANN401
    found = connection(items, args, lambda thing: thing, place)
    return [node["id"] for node in found["nodes"]], found["pageInfo"]


ALL = things((1, 1), (1, 2), (2, 3), (3, 4), (3, 5))


def test_the_first_page_has_a_next_one() -> None:
    ids, info = page(ALL, first=2)
    assert ids == [1, 2]
    assert (info["hasNextPage"], info["hasPreviousPage"]) == (True, False)


def test_a_page_begins_after_its_cursor() -> None:
    _, info = page(ALL, first=2)
    assert page(ALL, first=2, after=info["endCursor"])[0] == [3, 4]


def test_a_page_ends_before_its_cursor() -> None:
    _, info = page(ALL, last=2)
    ids, before = page(ALL, last=2, before=info["startCursor"])
    assert ids == [2, 3]
    assert (before["hasNextPage"], before["hasPreviousPage"]) == (True, True)


def test_an_item_that_moves_away_loses_no_other() -> None:
    _, info = page(ALL, first=2)
    moved = things((1, 1), (9, 2), (2, 3), (3, 4), (3, 5))
    assert page(moved, first=5, after=info["endCursor"])[0] == [3, 4, 5, 2]


def test_an_item_that_is_gone_loses_no_other() -> None:
    _, info = page(ALL, first=2)
    assert page(things((1, 1), (2, 3), (3, 4)), first=5, after=info["endCursor"])[0] == [3, 4]


def test_pages_in_reverse_go_down() -> None:
    ids, info = page(ALL, first=2, reverse=True)
    assert ids == [5, 4]
    assert page(ALL, first=5, reverse=True, after=info["endCursor"])[0] == [3, 2, 1]


def test_edges_and_nodes_are_the_same_things() -> None:
    found = connection(ALL, {"first": 5}, lambda thing: thing, place)
    assert [edge["node"] for edge in found["edges"]] == found["nodes"]
    assert len({edge["cursor"] for edge in found["edges"]}) == 5


def test_an_empty_list_has_no_cursors() -> None:
    ids, info = page([], first=3)
    assert ids == []
    assert info == {
        "hasNextPage": False,
        "hasPreviousPage": False,
        "startCursor": None,
        "endCursor": None,
    }


def test_a_list_without_places_is_paged_by_position() -> None:
    letters = list("abcde")
    found = connection(letters, {"first": 2}, str.upper)
    rest = connection(letters, {"first": 9, "after": found["pageInfo"]["endCursor"]}, str.upper)
    assert found["nodes"] + rest["nodes"] == list("ABCDE")


@pytest.mark.parametrize(
    "args",
    [{}, {"first": 1, "last": 1}, {"first": -1}, {"first": 1, "after": "?"}, {"last": -2}],
)
def test_a_window_that_makes_no_sense_is_refused(args: dict[str, Any]) -> None:
    with pytest.raises(GraphQLError) as refused:
        connection(ALL, args, lambda thing: thing, place)
    assert refused.value.extensions == {"code": "BAD_REQUEST"}

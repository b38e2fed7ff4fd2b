"""Shopify's search syntax as a warehouse writes it."""

from datetime import UTC, datetime

import pytest

from sandbox.graph.search import InvalidTimestamp, Searchable, parse_search

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
FIELDS = {
    "id": Searchable(lambda t: t["id"], "id"),
    "updated_at": Searchable(lambda t: t["at"], "time"),
    "day": Searchable(lambda t: t["at"], "day"),
    "name": Searchable(lambda t: t["name"]),
    "status": Searchable(lambda t: t["status"], accepted=("open", "closed")),
}
THINGS = [
    {"id": 1, "at": datetime(2026, 10, 1, 8, tzinfo=UTC), "name": "Ada", "status": "OPEN"},
    {"id": 2, "at": datetime(2026, 10, 2, 0, tzinfo=UTC), "name": "Bo", "status": "CLOSED"},
    {"id": 3, "at": datetime(2026, 10, 2, 23, tzinfo=UTC), "name": None, "status": "OPEN"},
]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        (None, [1, 2, 3]),
        ("", [1, 2, 3]),
        ("id:2", [2]),
        ("id:1 OR id:3", [1, 3]),
        ("id:>1 id:<3", [2]),
        ("id:>=2 AND NOT id:3", [2]),
        ("-id:2", [1, 3]),
        ("(id:1 OR id:2) AND name:ada", [1]),
        ("updated_at:>='2026-10-02T00:00:00Z'", [2, 3]),
        ('updated_at:>"2026-10-02T00:00:00Z"', [3]),
        ("updated_at:>='2026-10-01T08:00:00Z' AND updated_at:<'2026-10-02T00:00:00Z'", [1]),
        ("updated_at:>='2026-10-02T02:00:00+02:00'", [2, 3]),
        ("updated_at:<now", [1, 2, 3]),
        ("updated_at:>=2027", []),
        ("day:>='2026-10-02T22:00:00Z'", [2, 3]),
        ("day:'2026-10-02'", [2, 3]),
        ("day:<'2026-10-02T22:00:00Z'", [1]),
        ("status:open", [1, 3]),
        ("id:gid://shopify/Order/3", [3]),
        ("any words at all", [1, 2, 3]),
    ],
)
def test_a_query_finds_what_it_says(query: str | None, ids: list[int]) -> None:
    search = parse_search(query, FIELDS, NOW)
    assert [thing["id"] for thing in THINGS if search.matches(thing)] == ids
    assert search.warnings == []


def test_an_unknown_field_warns_and_matches_everything() -> None:
    search = parse_search("shoe_size:42 AND id:1", FIELDS, NOW)
    assert [thing["id"] for thing in THINGS if search.matches(thing)] == [1]
    assert [warning["code"] for warning in search.warnings] == ["invalid_field"]


def test_a_value_that_a_field_cannot_have_warns_and_matches_nothing() -> None:
    search = parse_search("status:EXPIRED", FIELDS, NOW)
    assert not any(search.matches(thing) for thing in THINGS)
    assert search.warnings == [
        {
            "field": "status",
            "message": "Input `EXPIRED` is not an accepted value.",
            "code": "invalid_value",
        }
    ]


def test_a_time_filter_wants_a_time() -> None:
    with pytest.raises(InvalidTimestamp, match="`updated_at`"):
        parse_search("updated_at:>=yesterday", FIELDS, NOW)

"""The cost bucket: drained by queries, refilled by time, refused as Shopify refuses."""

import json
from pathlib import Path
from typing import Any

from sandbox.platform.bucket import Bucket

# The client of conftest, which tests cannot import.
App = Any


def test_points_come_back_with_time() -> None:
    now = [0.0]
    bucket = Bucket(clock=lambda: now[0])
    assert bucket.take(1900)
    assert not bucket.take(101)
    now[0] = 1.0
    assert bucket.take(200)
    assert bucket.status()["currentlyAvailable"] == 0
    now[0] = 1000.0
    assert bucket.status()["currentlyAvailable"] == 2000


def test_what_was_not_used_is_given_back_up_to_the_brim() -> None:
    bucket = Bucket(clock=lambda: 0.0)
    bucket.take(500)
    bucket.give_back(400)
    assert bucket.status()["currentlyAvailable"] == 1900
    bucket.give_back(400)
    assert bucket.status()["currentlyAvailable"] == 2000


def test_a_throttled_answer_reads_as_recorded(app: App, shared: Path) -> None:
    recorded = json.loads((shared / "shopify/graphql/throttled_response.json").read_text("utf-8"))
    app.control("throttle", {"maximum": 1000, "restore": 1, "available": 0})
    answer = app.ask("{ orders(first: 50) { nodes { id } } }")
    assert answer["errors"] == recorded["errors"]
    assert "data" not in answer
    cost, theirs = answer["extensions"]["cost"], recorded["extensions"]["cost"]
    assert set(cost) == set(theirs)
    assert set(cost["throttleStatus"]) == set(theirs["throttleStatus"])
    assert (cost["actualQueryCost"], cost["requestedQueryCost"]) == (None, 7)
    assert cost["throttleStatus"]["maximumAvailable"] == 1000


def test_a_throttled_query_costs_nothing_and_is_counted(app: App) -> None:
    app.control("throttle", {"restore": 1, "available": 5, "shop": app.domain})
    assert "errors" in app.ask("{ orders(first: 50) { nodes { id } } }")
    told = app.control("throttle", {"shop": app.domain})[app.domain]
    assert (told["currentlyAvailable"], told["refused"]) == (5, 1)
    assert "errors" not in app.ask("{ shop { id } }")


def test_a_query_above_a_thousand_points_is_refused_however_full_the_bucket(app: App) -> None:
    app.control("throttle", {"maximum": 20_000, "available": 20_000})
    query = """{ orders(first: 250) { nodes { agreements(first: 250) { nodes {
      sales(first: 250) { nodes { taxes { id taxLine { title } } } } } } } } }"""
    (error,) = app.ask(query)["errors"]
    assert error["extensions"]["code"] == "MAX_COST_EXCEEDED"
    assert error["extensions"]["cost"] > error["extensions"]["maxCost"] == 1000


def test_one_shops_bucket_is_not_anothers(app: App) -> None:
    told = app.control("throttle", {"available": 0, "shop": app.domain})
    assert list(told) == [app.domain]
    both = app.control("throttle", {})
    (other,) = (status for domain, status in both.items() if domain != app.domain)
    assert other["currentlyAvailable"] == 2000


def test_a_bucket_that_cannot_be_is_refused(app: App) -> None:
    for body, word in (({"maximum": 0}, "maximum"), ({"leak": 1}, "leak")):
        response = app.respond("throttle", body)
        assert response.status_code == 400
        assert word in response.json()["error"]
    assert app.respond("throttle", {"shop": "nobody"}).status_code == 404

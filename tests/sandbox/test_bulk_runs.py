"""The life of a bulk operation and the bytes of its result."""

import json
import re
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

# The client of conftest, which tests cannot import.
App = Any

ORDERS = """{ orders { edges { node { __typename id
  lineItems { edges { node { __typename id } } }
  agreements { edges { node { __typename id
    sales { edges { node { __typename id } } } } } } } } } }"""


def test_five_runs_are_taken_and_the_sixth_refused_as_recorded(
    app: App, recorded: Callable[[str], Any]
) -> None:
    exchange = recorded("recorded/bulk-operation-run-query-concurrency-limit.json")
    app.control("faults", {"bulk_seconds": 60})
    ids = []
    for run in exchange["successfulRuns"]:
        answer = app.ask(run["query"], **run["variables"])["data"]["bulkOperationRunQuery"]
        theirs = run["response"]["data"]["bulkOperationRunQuery"]
        assert answer["userErrors"] == []
        ids.append(answer["bulkOperation"]["id"])
        unlike = ("id", "createdAt")
        assert {k: v for k, v in answer["bulkOperation"].items() if k not in unlike} == {
            k: v for k, v in theirs["bulkOperation"].items() if k not in unlike
        }
    sixth = app.ask(exchange["sixthRun"]["query"], **exchange["sixthRun"]["variables"])
    theirs = exchange["sixthRun"]["response"]["data"]["bulkOperationRunQuery"]
    (error,) = sixth["data"]["bulkOperationRunQuery"]["userErrors"]
    (real,) = theirs["userErrors"]
    assert (error["field"], error["code"]) == (real["field"], real["code"])
    start = real["message"].partition("gid://")[0]
    assert error["message"] == start + ", ".join(ids) + "."
    cancel = exchange["cancelAttempts"][0]
    stopped = app.ask(cancel["query"], id=ids[0])["data"]["bulkOperationCancel"]
    assert stopped["userErrors"] == []
    assert stopped["bulkOperation"]["status"] == "CANCELING"
    for other in ids[1:]:
        app.ask(cancel["query"], id=other)


def test_a_cancelled_run_ends_without_a_file(app: App) -> None:
    app.control("faults", {"bulk_seconds": 3})
    operation_id = app.start("{ orders { edges { node { id } } } }")["bulkOperation"]["id"]
    cancel = (
        "mutation C($id: ID!) { bulkOperationCancel(id: $id) "
        "{ bulkOperation { id status } userErrors { field message } } }"
    )
    app.data(cancel, id=operation_id)
    operation = app.finished(operation_id)
    assert operation["status"] == "CANCELED"
    assert operation["url"] is None
    again = app.data(cancel, id=operation_id)["bulkOperationCancel"]
    assert again["bulkOperation"]["id"] == operation_id
    assert len(again["userErrors"]) == 1
    unknown = app.data(cancel, id="gid://shopify/BulkOperation/1")["bulkOperationCancel"]
    assert unknown["bulkOperation"] is None
    assert unknown["userErrors"][0]["field"] == ["id"]


def test_a_run_passes_created_and_running_before_it_completes(app: App) -> None:
    app.control("faults", {"bulk_seconds": 0.6})
    operation_id = app.start("{ orders { edges { node { id } } } }")["bulkOperation"]["id"]
    seen = []
    until = time.monotonic() + 20
    while time.monotonic() < until and "COMPLETED" not in seen:
        query = "query P($id: ID!) { bulkOperation(id: $id) { status url } }"
        operation = app.data(query, id=operation_id)["bulkOperation"]
        if operation["status"] not in seen:
            seen.append(operation["status"])
        if operation["status"] != "COMPLETED":
            assert operation["url"] is None
        time.sleep(0.02)
    assert seen == ["CREATED", "RUNNING", "COMPLETED"]


def test_flat_products_look_as_recorded(still: list[Any], recorded: Callable[[str], Any]) -> None:
    exchange = recorded("products_flat_1456.exchange.json")
    operation, content = still[0].bulk(exchange["run"]["variables"]["query"])
    theirs = exchange["terminalOperation"]
    assert {k: type(v) for k, v in operation.items()} == {k: type(v) for k, v in theirs.items()}
    lines = content.decode().splitlines()
    assert lines[0].startswith('{"id":"gid:\\/\\/shopify\\/Product\\/')
    assert all(list(json.loads(line)) == ["id", "title"] for line in lines)
    assert operation["objectCount"] == operation["rootObjectCount"] == str(len(lines))
    assert operation["fileSize"] == str(len(content))


def test_counts_are_those_of_the_file(still: list[Any]) -> None:
    operation, content = still[0].bulk(ORDERS)
    rows = [json.loads(line) for line in content.splitlines()]
    assert operation["objectCount"] == str(len(rows))
    roots = [row for row in rows if "__parentId" not in row]
    assert operation["rootObjectCount"] == str(len(roots)) == str(still[0].shop["orders"])
    assert {row["__typename"] for row in roots} == {"Order"}


def test_every_child_names_a_parent_that_is_in_the_file(still: list[Any]) -> None:
    rows = still[0].rows(ORDERS)
    ids = {row["id"] for row in rows}
    assert all(row["__parentId"] in ids for row in rows if "__parentId" in row)
    kinds = {row["id"].split("/")[-2] for row in rows if row["__typename"].endswith("Agreement")}
    assert kinds == {"SalesAgreement"}
    sales = {row["id"].split("/")[-2] for row in rows if row["__typename"].endswith("Sale")}
    assert sales == {"Sale"}


def test_no_row_comes_twice(still: list[Any]) -> None:
    found = Counter(row["id"] for row in still[0].rows(ORDERS))
    assert [number for number, times in found.items() if times > 1] == []


def test_children_lie_away_from_their_parents_unless_grouped(still: list[Any]) -> None:
    def orphans(rows: list[dict[str, Any]]) -> int:
        """Children that stand before their parent."""
        seen: set[str] = set()
        early = 0
        for row in rows:
            early += "__parentId" in row and row["__parentId"] not in seen
            seen.add(row["id"])
        return early

    loose, grouped = still[0].rows(ORDERS), still[0].rows(ORDERS, grouped=True)
    assert orphans(loose) > 0
    assert orphans(grouped) == 0
    assert sorted(row["id"] for row in loose) == sorted(row["id"] for row in grouped)


def test_nothing_found_is_completed_without_a_url(still: list[Any]) -> None:
    query = "{ orders(query: \"updated_at:>='2031-01-01T00:00:00Z'\") { edges { node { id } } } }"
    operation, _ = still[0].bulk(query)
    assert (operation["status"], operation["url"], operation["objectCount"]) == (
        "COMPLETED",
        None,
        "0",
    )


def costs(extensions: dict[str, Any]) -> list[int]:
    cost = extensions.get("cost", {})
    return [cost[name] for name in ("requestedQueryCost", "actualQueryCost") if name in cost]


def test_the_desk_can_be_searched_as_recorded(app: App, recorded: Callable[[str], Any]) -> None:
    cases = recorded("recorded/bulk-operations-read-arg-validation.json")["cases"]
    for name, case in cases.items():
        answer, theirs = app.ask(case["query"]), case["response"]
        assert answer.get("data") == theirs.get("data"), name
        messages = [error["message"] for error in answer.get("errors", [])]
        assert messages == [error["message"] for error in theirs.get("errors", [])], name
        codes = [error["extensions"] for error in answer.get("errors", [])]
        assert codes == [error["extensions"] for error in theirs.get("errors", [])], name
        paths = [(error.get("path"), error["locations"]) for error in answer.get("errors", [])]
        theirs_paths = [(error["path"], error["locations"]) for error in theirs.get("errors", [])]
        assert paths == theirs_paths, name
        ours, recorded_ = answer.get("extensions", {}), theirs.get("extensions", {})
        assert costs(ours) == costs(recorded_), name
        found = [entry["warnings"] for entry in ours.get("search", [])]
        assert found == [entry["warnings"] for entry in recorded_.get("search", [])], name


def test_running_operations_are_found_by_status(app: App) -> None:
    app.control("faults", {"bulk_seconds": 30})
    operation_id = app.start(ORDERS)["bulkOperation"]["id"]
    query = (
        '{ bulkOperations(first: 10, query: "status:created OR status:running '
        'operation_type:query") { nodes { id query } } }'
    )
    (found,) = app.data(query)["bulkOperations"]["nodes"]
    assert found == {"id": operation_id, "query": ORDERS}


def test_a_cancelled_run_keeps_its_fields_as_recorded(
    app: App, recorded: Callable[[str], Any]
) -> None:
    life = recorded("recorded/bulk-operation-cancel-preserves-fields.json")["lifecycle"]
    app.control("faults", {"bulk_seconds": 2})
    run = app.data(life["run"]["query"], **life["run"]["variables"])["bulkOperationRunQuery"]
    assert run["userErrors"] == []
    operation_id = run["bulkOperation"]["id"]
    cancel, read = life["cancelAttempt"], life["readAfterCancel"]
    stopped = app.data(cancel["query"], id=operation_id)["bulkOperationCancel"]
    seen = app.data(read["query"], id=operation_id)["bulkOperation"]
    theirs = read["response"]["data"]["bulkOperation"]
    unlike = ("id", "createdAt", "objectCount", "rootObjectCount", "status")
    for ours in (run["bulkOperation"], stopped["bulkOperation"], seen):
        assert {k: v for k, v in ours.items() if k not in unlike} == {
            k: v for k, v in theirs.items() if k not in unlike
        }
    assert stopped["bulkOperation"]["status"] == "CANCELING"
    assert app.finished(operation_id)["status"] == "CANCELED"


NESTED = ("products_variants_media_metafields", "product_variants_media_metafields")


@pytest.mark.parametrize("name", NESTED)
def test_nested_exchanges_run_and_end_as_recorded(
    name: str, still: list[Any], recorded: Callable[[str], Any]
) -> None:
    """Media and metafields have no rows here: the sandbox sells no pictures."""
    exchange = recorded(f"{name}.exchange.json")
    query = re.sub(r'\(query: "[^"]*"\)', "", exchange["variables"]["query"])
    started = still[0].ask(exchange["interaction"]["query"], query=query)
    assert started["data"]["bulkOperationRunQuery"]["userErrors"] == []
    operation = still[0].finished(started["data"]["bulkOperationRunQuery"]["bulkOperation"]["id"])
    theirs = exchange["terminalOperation"]
    assert {k: type(v) for k, v in operation.items()} == {
        k: type(v) for k, v in theirs.items() if k in operation
    }

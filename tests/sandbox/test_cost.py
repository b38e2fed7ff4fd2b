"""Costs are as recorded where they were recorded, and sane elsewhere."""

from collections.abc import Callable
from typing import Any

import pytest
from graphql import parse

from sandbox.graph.cost import cost_extension, cost_of


def cost(query: str, **variables: object) -> int:
    return cost_of(parse(query), dict(variables), None)


@pytest.mark.parametrize(
    ("query", "points"),
    [
        ("{ shop { name } }", 1),
        ('{ bulkOperation(id: "gid://shopify/BulkOperation/1") { id status } }', 1),
        ("{ bulkOperations(first: 1) { nodes { id } } }", 3),
        ("mutation { bulkOperationCancel(id: 1) { bulkOperation { id } } }", 10),
    ],
)
def test_small_queries_cost_what_shopify_took(query: str, points: int) -> None:
    assert cost(query) == points


def test_recorded_searches_cost_as_recorded(recorded: Callable[[str], Any]) -> None:
    cases = recorded("recorded/bulk-operations-read-arg-validation.json")["cases"]
    for name in ("invalidStatusExpired", "invalidOperationType", "nonBulkOperationGid"):
        theirs = cases[name]["response"]["extensions"]["cost"]["requestedQueryCost"]
        assert cost(cases[name]["query"]) == theirs, name


def test_a_window_may_be_a_variable() -> None:
    by_variable = "query Q($n: Int) { orders(first: $n) { nodes { id } } }"
    assert cost(by_variable, n=50) == cost("{ orders(first: 50) { nodes { id } } }")


def test_wider_windows_cost_more() -> None:
    query = "query Q($n: Int) { orders(first: $n) { nodes { id } } }"
    costs = [cost(query, n=window) for window in (1, 10, 50, 250)]
    assert costs == sorted(costs)
    assert len(set(costs)) == 4


def test_fragments_cost_what_they_hold() -> None:
    plain = "{ orders(first: 5) { nodes { customer { id } } } }"
    named = """query { orders(first: 5) { nodes { ...Buyer } } }
    fragment Buyer on Order { customer { id } }"""
    assert cost(named) == cost(plain)


def test_the_chosen_operation_is_the_one_that_costs() -> None:
    both = "query A { shop { name } } mutation B { bulkOperationCancel(id: 1) { id } }"
    assert [cost_of(parse(both), {}, name) for name in ("A", "B")] == [1, 10]


def test_an_answer_costs_what_its_windows_held() -> None:
    query = "{ orders(first: 250) { nodes { lineItems(first: 50) { nodes { id } } } } }"
    held = {"orders": {"nodes": [{"lineItems": {"nodes": [{"id": "1"}]}}]}}
    empty: dict[str, object] = {"orders": {"nodes": []}}
    asked = [cost_of(parse(query), {}, None, *data) for data in ((), (held,), (empty,))]
    assert asked[0] > asked[1] > asked[2] == 3


def test_nodes_and_edges_of_one_window_are_not_paid_twice() -> None:
    both = "{ orders(first: 3) { nodes { id customer { id } } edges { cursor node { id } } } }"
    assert cost(both) == cost("{ orders(first: 3) { nodes { id customer { id } } } }") == 6


def test_the_extension_reads_as_shopifys() -> None:
    status = {"maximumAvailable": 2000, "currentlyAvailable": 1985, "restoreRate": 100}
    assert cost_extension(16, 15, status) == {
        "requestedQueryCost": 16,
        "actualQueryCost": 15,
        "throttleStatus": status,
    }

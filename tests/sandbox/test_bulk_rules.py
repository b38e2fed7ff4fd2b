"""What the bulk desk refuses, word for word as recorded from Shopify."""

from collections.abc import Callable
from typing import Any

import pytest

# The client of conftest, which tests cannot import.
App = Any

VALIDATORS = (
    "nodesInsteadOfEdges",
    "ordersNodesInsteadOfEdges",
    "topLevelNode",
    "depthThreeNesting",
    "sixConnections",
    "nestedWithoutParentId",
    "invalidOperationType",
    "connectionWithinList",
)


@pytest.mark.parametrize("case", VALIDATORS)
def test_a_refusal_reads_as_recorded(
    case: str, still: list[Any], recorded: Callable[[str], Any]
) -> None:
    exchange = recorded("recorded/bulk-operation-run-query-validators.json")["validations"][case]
    answer = still[0].ask(exchange["query"], **exchange["variables"])
    assert answer["data"] == exchange["response"]["data"]
    assert answer["extensions"]["cost"]["requestedQueryCost"] == 10


def test_all_recorded_validators_are_tried(recorded: Callable[[str], Any]) -> None:
    known = recorded("recorded/bulk-operation-run-query-validators.json")["validations"]
    assert set(known) == set(VALIDATORS)


def refusal(app: App, query: str) -> list[str]:
    started = app.start(query)
    assert started["bulkOperation"] is None
    return [error["message"] for error in started["userErrors"]]


def test_an_unknown_field_is_refused_by_name(still: list[Any]) -> None:
    (message,) = refusal(still[0], "{ orders { edges { node { id shoeSize } } } }")
    assert "shoeSize" in message and "Order" in message


def test_broken_syntax_is_refused(still: list[Any]) -> None:
    (message,) = refusal(still[0], "{ orders { edges {")
    assert message.startswith("Invalid bulk query: Syntax Error")


def test_a_query_without_a_connection_is_refused(still: list[Any]) -> None:
    assert refusal(still[0], "{ shop { id } }") == [
        "Bulk queries must contain at least one connection."
    ]


def test_refund_lines_cannot_be_exported(still: list[Any]) -> None:
    query = (
        "{ orders { edges { node { id refunds { refundLineItems { edges { node { id } } } } } } } }"
    )
    assert refusal(still[0], query) == [
        "Queries that contain a connection field within a list field are not currently supported."
    ]


def test_an_aliased_id_does_not_count_as_the_parents_id(still: list[Any]) -> None:
    query = "{ orders { edges { node { key: id lineItems { edges { node { id } } } } } } }"
    (message,) = refusal(still[0], query)
    assert message.endswith("Connection fields without 'id': orders.")


def test_a_connection_inside_a_fragment_is_counted(still: list[Any]) -> None:
    query = """query { orders { edges { node { id ...Deep } } } }
    fragment Deep on Order { agreements { edges { node { id sales { edges { node { id
      ... on ProductSale { lineItem { product { id variants { edges { node { id } } } } } }
    } } } } } } }"""
    (message,) = refusal(still[0], query)
    assert "nesting depth greater than 2" in message

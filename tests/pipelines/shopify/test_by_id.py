"""Reading by id: as many as the cost allows, every list to its end."""

from typing import Any

import pytest

from pipelines.errors import QueryTooCostly
from pipelines.shopify.by_id import (
    COST_LIMIT,
    MOST_IDS,
    fitting,
    flattened,
    gid,
    has_more,
    number_of,
    read_nodes,
    read_refunds,
)
from tests.pipelines.shopify.scripted import Answer, data, errors, scripted


def nodes(*numbers: int | None, cost: float = 10) -> Answer:
    found = [None if number is None else {"id": gid("Order", number)} for number in numbers]
    return data({"nodes": found}, cost={"requestedQueryCost": cost})


def page(*items: int, more: bool = False) -> dict[str, Any]:
    return {
        "pageInfo": {"hasNextPage": more, "endCursor": f"after {items[-1] if items else 0}"},
        "nodes": [{"id": item} for item in items],
    }


def refund(lines: dict[str, Any], transactions: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": gid("Refund", 5),
        "note": None,
        "refundLineItems": lines,
        "refundShippingLines": page(),
        "orderAdjustments": page(),
        "transactions": transactions,
    }


def test_a_global_id_is_read_with_or_without_a_query_string() -> None:
    assert (
        number_of("gid://shopify/MailingAddress/9007199254740993?model_name=Customer") == 2**53 + 1
    )


def test_the_number_of_ids_follows_the_stated_cost() -> None:
    asked = [gid("Order", number) for number in range(1, 31)]
    first = nodes(*range(1, 6), cost=50)
    second = nodes(*range(6, 26), cost=1800)
    third = nodes(*range(26, 31), cost=100)
    with scripted(first, second, third) as (client, script, _):
        found = list(read_nodes(client, "orders_by_id", asked, granted=None))
    assert [one for one, _ in found] == asked
    assert [len(one["variables"]["ids"]) for one in script.asked] == [5, 20, 5]


def test_a_query_too_costly_is_halved_until_it_fits() -> None:
    refused = errors("MAX_COST_EXCEEDED", "too much")
    answers = (refused, refused, *(nodes(number, cost=900) for number in range(1, 6)))
    asked = [gid("Order", number) for number in range(1, 6)]
    with scripted(*answers) as (client, script, _):
        found = list(read_nodes(client, "orders_by_id", asked, granted=None))
    assert [one for one, _ in found] == asked
    assert [len(one["variables"]["ids"]) for one in script.asked] == [5, 2, 1, 1, 1, 1, 1]


def test_an_object_too_costly_alone_is_named_or_is_an_error() -> None:
    refused = errors("MAX_COST_EXCEEDED", "too much")
    left: list[str] = []
    with scripted(refused, nodes(2)) as (client, _, _url):
        found = list(
            read_nodes(client, "orders_by_id", [gid("Order", 1)], granted=None, too_costly=left)
        )
    assert (found, left) == ([], [gid("Order", 1)])
    with scripted(refused) as (client, _, _url), pytest.raises(QueryTooCostly):
        list(read_nodes(client, "orders_by_id", [gid("Order", 1)], granted=None))


def test_an_object_that_is_gone_is_none() -> None:
    with scripted(nodes(1, None)) as (client, _, _url):
        found = dict(
            read_nodes(client, "orders_by_id", [gid("Order", 1), gid("Order", 2)], granted=None)
        )
    assert found == {gid("Order", 1): {"id": gid("Order", 1)}, gid("Order", 2): None}


def test_no_query_holds_more_ids_than_shopify_takes_or_none() -> None:
    assert fitting(200, 0) == MOST_IDS
    assert fitting(1, 5 * COST_LIMIT) == 1


def test_the_lists_of_a_refund_are_read_to_their_end_and_only_those_that_have_one() -> None:
    short = refund(page(1, 2, more=True), page(9))
    order = {"id": gid("Order", 7), "refunds": [short]}
    second = refund(page(3, more=True), page(9))
    third = refund(page(4), page(9))
    answers = (data({"nodes": [order]}), data({"node": second}), data({"node": third}))
    with scripted(*answers) as (client, script, _):
        (whole,) = read_refunds(client, [7], granted=None)
    assert [line["id"] for line in whole["refundLineItems"]] == [1, 2, 3, 4]
    assert [one["id"] for one in whole["transactions"]] == [9]
    assert (whole["orderId"], whole["note"]) == (7, None)
    assert [one["variables"] for one in script.asked[1:]] == [
        {"id": gid("Refund", 5), "lines": "after 2"},
        {"id": gid("Refund", 5), "lines": "after 3"},
    ]


def test_a_further_page_is_found_however_deep() -> None:
    sales = {"pageInfo": {"hasNextPage": True}, "nodes": []}
    agreements = {"pageInfo": {"hasNextPage": False}, "nodes": [{"sales": sales}]}
    assert has_more({"id": 1, "agreements": agreements})
    sales["pageInfo"] = {"hasNextPage": False}
    assert not has_more({"id": 1, "agreements": agreements})


def test_connections_become_lists_and_all_else_stays() -> None:
    node = {"id": 1, "tags": ["a"], "app": {"id": 2}, "lineItems": {"nodes": [
        {"id": 3, "sales": {"nodes": [{"id": 4}]}}
    ]}}  # fmt: skip
    assert flattened(node) == {
        "id": 1,
        "tags": ["a"],
        "app": {"id": 2},
        "lineItems": [{"id": 3, "sales": [{"id": 4}]}],
    }

"""How the endpoint answers what is wrong, and what surrounds each answer."""

from typing import Any

import pytest

SHOP = "{ shop { name } }"


def test_a_wrong_token_is_refused_in_shopifys_words(still: list[Any]) -> None:
    app = still[0]
    for headers in ({"X-Shopify-Access-Token": "shpat_wrong"}, {"X-Shopify-Access-Token": ""}):
        response = app.client.post(app.endpoint, json={"query": SHOP}, headers=headers)
        assert response.status_code == 401
        assert response.json() == {
            "errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"
        }


def test_a_token_opens_its_own_shop_only(still: list[Any]) -> None:
    first, second = still[0], still[1]
    response = first.client.post(second.endpoint, json={"query": SHOP})
    assert response.status_code == 401


def test_an_unknown_shop_is_not_found(still: list[Any]) -> None:
    app = still[0]
    address = app.endpoint.replace(app.domain, "nobody.myshopify.com")
    response = app.client.post(address, json={"query": SHOP})
    assert (response.status_code, response.json()) == (404, {"errors": "Not Found"})


def test_another_version_falls_to_the_one_that_is_served(still: list[Any]) -> None:
    app = still[0]
    address = app.endpoint.replace("2026-10", "2020-01")
    response = app.client.post(address, json={"query": SHOP})
    assert response.status_code == 200
    assert response.headers["X-Shopify-API-Version"] == "2026-10"


def test_every_answer_has_a_cost(still: list[Any]) -> None:
    cost = still[0].ask(SHOP)["extensions"]["cost"]
    assert cost["requestedQueryCost"] == cost["actualQueryCost"] == 1
    throttle = cost["throttleStatus"]
    assert (throttle["maximumAvailable"], throttle["restoreRate"]) == (2000, 100)
    assert 0 < throttle["currentlyAvailable"] <= 1999


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"query": 7}', b'"text"'])
def test_a_body_without_a_query_is_an_error_list(still: list[Any], body: bytes) -> None:
    app = still[0]
    response = app.client.post(app.endpoint, content=body)
    assert response.status_code == 200
    assert "query" in response.json()["errors"][0]["message"]


def test_a_body_that_is_not_json_is_a_bad_request(still: list[Any]) -> None:
    app = still[0]
    assert app.client.post(app.endpoint, content=b"{").status_code == 400


def test_an_unknown_field_is_an_error_without_data(still: list[Any]) -> None:
    answer = still[0].ask("{ orders(first: 1) { nodes { shoeSize } } }")
    assert "data" not in answer
    assert "shoeSize" in answer["errors"][0]["message"]


def test_a_connection_wants_a_window(still: list[Any]) -> None:
    answer = still[0].ask("{ orders { nodes { id } } }")
    assert answer["data"] is None
    assert answer["errors"][0]["message"] == "you must provide one of first or last"
    nested = still[0].ask("{ orders(first: 1) { nodes { id lineItems { nodes { id } } } } }")
    assert nested["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}


def test_an_unknown_filter_matches_everything_and_warns(still: list[Any]) -> None:
    app = still[0]
    answer = app.ask('{ ordersCount(query: "shoe_size:42") { count } }')
    assert answer["data"]["ordersCount"]["count"] == app.shop["orders"]
    (search,) = answer["extensions"]["search"]
    assert search["path"] == ["ordersCount"]
    assert search["warnings"][0]["field"] == "shoe_size"


def test_a_clean_search_leaves_no_warning(still: list[Any]) -> None:
    answer = still[0].ask('{ orders(first: 1, query: "test:false") { nodes { id } } }')
    assert "search" not in answer["extensions"]


def test_a_timestamp_that_is_none_is_refused(still: list[Any]) -> None:
    answer = still[0].ask('{ orders(first: 1, query: "updated_at:>=soon") { nodes { id } } }')
    assert answer["errors"][0]["message"] == "Invalid timestamp for query filter `updated_at`."


def test_pages_forward_and_backward_see_each_order_once(still: list[Any]) -> None:
    forward = """query F($c: String) { orders(first: 40, after: $c, sortKey: UPDATED_AT) {
      nodes { id } pageInfo { hasNextPage endCursor } } }"""
    backward = """query B($c: String) { orders(last: 40, before: $c, sortKey: UPDATED_AT) {
      nodes { id } pageInfo { hasPreviousPage startCursor } } }"""

    def walk(query: str, more: str, cursor: str) -> list[list[str]]:
        pages, at = [], None
        while True:
            page = still[0].data(query, c=at)["orders"]
            pages.append([node["id"] for node in page["nodes"]])
            if not page["pageInfo"][more]:
                return pages
            at = page["pageInfo"][cursor]

    ahead = [i for page in walk(forward, "hasNextPage", "endCursor") for i in page]
    back = [i for page in walk(backward, "hasPreviousPage", "startCursor")[::-1] for i in page]
    assert ahead == back
    assert len(set(ahead)) == still[0].shop["orders"]


def test_reverse_turns_the_order_of_a_list(still: list[Any]) -> None:
    query = "{ orders(first: 250, sortKey: ID%s) { nodes { id } } }"
    plain = still[0].data(query % "")["orders"]["nodes"]
    assert still[0].data(query % ", reverse: true")["orders"]["nodes"] == plain[::-1]


def test_a_cursor_that_is_none_is_refused(still: list[Any]) -> None:
    answer = still[0].ask('{ orders(first: 1, after: "what") { nodes { id } } }')
    assert answer["errors"][0]["message"] == "Invalid cursor for current pagination sort."


def test_more_than_250_ids_are_refused(still: list[Any]) -> None:
    ids = ["gid://shopify/Order/1"] * 251
    answer = still[0].ask("query N($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    assert "251" in answer["errors"][0]["message"]


@pytest.mark.parametrize("variables", ["x", [1], 7, {"n": "x"}, {"n": None}, {"n": [1]}, {"n": {}}])
def test_variables_that_do_not_fit_are_an_error_list(still: list[Any], variables: object) -> None:
    app = still[0]
    body = {"query": "query($n: Int!) { orders(first: $n) { nodes { id } } }"}
    response = app.client.post(app.endpoint, json={**body, "variables": variables})
    assert response.status_code == 200
    assert response.json()["errors"]

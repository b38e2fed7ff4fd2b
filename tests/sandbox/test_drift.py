"""A release of Shopify's takes fields away and turns values, in single queries and in bulk."""

from typing import Any

import pytest

# The client of conftest, which tests cannot import.
App = Any

ORDERS = "{ orders { edges { node { id note currencyCode } } } }"
ONE = "{ orders(first: 1) { nodes { id note currencyCode } } }"


def test_a_removed_field_is_refused_in_shopifys_words_until_it_is_back(app: App) -> None:
    app.control("drift", {"removed": ["Order.note"]})
    (error,) = app.ask(ONE)["errors"]
    assert error["message"] == "Field 'note' doesn't exist on type 'Order'"
    (refused,) = app.start(ORDERS)["userErrors"]
    assert "Field 'note' doesn't exist on type 'Order'" in refused["message"]
    app.control("drift", {})
    assert app.data(ONE)["orders"]["nodes"]
    assert app.bulk(ORDERS)[0]["status"] == "COMPLETED"


def test_a_value_may_turn_in_every_answer_and_file(app: App) -> None:
    app.control("drift", {"rewrites": [['"currencyCode":"', '"currencyCode":"x-']]})
    (order,) = app.data(ONE)["orders"]["nodes"]
    assert order["currencyCode"].startswith("x-")
    assert {row["currencyCode"][:2] for row in app.rows(ORDERS)} == {"x-"}


@pytest.mark.parametrize(
    "wish",
    [
        {"removed": "Order.note"},
        {"removed": ["Order.nothing"]},
        {"rewrites": [["", "x"]]},
        {"rewrites": ["x"]},
        {"other": []},
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(app: App, wish: dict[str, Any]) -> None:
    assert app.respond("drift", wish).status_code == 400

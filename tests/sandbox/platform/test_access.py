"""Scopes and protected customer data close fields, lookups and old orders, as Shopify's do."""

import gzip
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType

from sandbox.graph.schema import schema
from sandbox.platform.access import denied, needs
from sandbox.profiles import SCOPES
from sandbox.world import World

# The client of conftest, which tests cannot import.
App = Any


def scopes(app: App, *names: str) -> None:
    app.control(f"shops/{app.domain}/access", {"scopes": list(names)})


def test_the_table_is_shopifys_for_every_type_and_field_of_the_subset(shared: Path) -> None:
    packed = shared / "shopify" / "access_scopes-2026-10.json.gz"
    with gzip.open(packed, "rt", encoding="utf-8") as file:
        theirs = {name: tuple(row["offline_scopes"]) for name, row in json.load(file).items()}
    subset = set()
    for owner in schema().type_map.values():
        if isinstance(owner, GraphQLObjectType | GraphQLInterfaceType):
            subset |= {owner.name, *(f"{owner.name}.{name}" for name in owner.fields)}
    missing = {name for name in subset & theirs.keys() if name not in needs()}
    assert missing == set()
    assert {name: wanted for name, wanted in needs().items() if theirs.get(name) != wanted} == {}


def test_nothing_is_closed_to_an_app_with_all_scopes() -> None:
    assert denied(schema(), SCOPES, "level2") == {}


def test_a_scope_that_is_lacking_closes_its_field_and_leaves_the_rest(app: App) -> None:
    scopes(app, "read_orders", "read_all_orders")
    answer = app.ask("{ orders(first: 1) { nodes { id customer { id } } } }")
    (error,) = answer["errors"]
    assert error["message"] == (
        "Access denied for customer field. Required access: `read_customers` access scope."
    )
    assert error["extensions"]["code"] == "ACCESS_DENIED"
    assert error["extensions"]["requiredAccess"] == "`read_customers` access scope."
    assert error["path"] == ["orders", "nodes", 0, "customer"]
    (node,) = answer["data"]["orders"]["nodes"]
    assert node["id"] and node["customer"] is None


def test_a_closed_root_leaves_no_data(app: App) -> None:
    scopes(app, "read_products")
    answer = app.ask("{ orders(first: 1) { nodes { id } } }")
    assert answer["data"] is None
    assert answer["errors"][0]["path"] == ["orders"]
    assert "errors" not in app.ask("{ products(first: 1) { nodes { id } } }")


def test_a_thing_looked_up_by_id_needs_its_scope_too(app: App) -> None:
    number = app.truth()["orders"][0]["order_id"]
    scopes(app, "read_products")
    query = "query N($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    answer = app.ask(query, ids=[f"gid://shopify/Order/{number}"])
    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"


def test_who_may_write_may_read(app: App) -> None:
    scopes(app, "write_orders")
    assert "errors" not in app.ask("{ orders(first: 1) { nodes { id } } }")


def test_the_app_sees_its_scopes(app: App) -> None:
    query = "{ currentAppInstallation { accessScopes { handle } } }"
    granted = app.data(query)["currentAppInstallation"]["accessScopes"]
    assert [one["handle"] for one in granted] == list(SCOPES) == app.shop["scopes"]
    scopes(app)
    assert app.data(query)["currentAppInstallation"]["accessScopes"] == []
    app.control(f"shops/{app.domain}/access", {"scopes": None})
    assert len(app.data(query)["currentAppInstallation"]["accessScopes"]) == len(SCOPES)


def test_without_read_all_orders_the_last_sixty_days_are_all(app: App, fresh: World) -> None:
    ids = "{ orders(first: 250) { nodes { id createdAt } } ordersCount { count } }"
    every = app.data(ids)["orders"]["nodes"]
    begin = (fresh.moment() - timedelta(days=60)).isoformat()
    scopes(app, "read_orders")
    seen = app.data(ids)
    recent = [order for order in every if order["createdAt"] >= begin[:19] + "Z"]
    assert 0 < len(recent) < len(every)
    assert seen["orders"]["nodes"] == recent
    assert seen["ordersCount"]["count"] == len(recent)
    rows = app.rows("{ orders { edges { node { id } } } }")
    assert {row["id"] for row in rows} == {order["id"] for order in recent}
    old = next(order["id"] for order in every if order not in recent)
    query = "query O($id: ID!) { order(id: $id) { id } node(id: $id) { id } }"
    assert app.data(query, id=old) == {"order": None, "node": None}


def test_without_customer_data_there_are_no_customers(app: App) -> None:
    app.control(f"shops/{app.domain}/access", {"customer_data": "none"})
    (error,) = app.ask("{ customers(first: 1) { nodes { id } } }")["errors"]
    assert error["message"].startswith("This app is not approved to access the Customer object.")
    assert error["extensions"]["code"] == "ACCESS_DENIED"


def test_level_one_hides_who_the_customers_are(app: App) -> None:
    app.control(f"shops/{app.domain}/access", {"customer_data": "level1"})
    answer = app.ask("{ customers(first: 1) { nodes { id firstName createdAt } } }")
    (node,) = answer["data"]["customers"]["nodes"]
    assert node["id"] and node["createdAt"] and node["firstName"] is None
    assert "firstName" in answer["errors"][0]["message"]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"scopes": "read_orders"}, "scopes"),
        ({"scopes": [7]}, "scopes"),
        ({"scopes": ["orders"]}, "orders"),
        ({"customer_data": "level9"}, "level9"),
        ({"scope": []}, "scope"),
    ],
)
def test_access_that_cannot_be_is_refused(app: App, body: dict[str, object], word: str) -> None:
    response = app.respond(f"shops/{app.domain}/access", body)
    assert response.status_code == 400
    assert word in response.json()["error"]

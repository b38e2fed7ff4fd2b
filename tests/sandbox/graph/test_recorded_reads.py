"""Recorded answers of a real shop: what the sandbox serves of them has the same form.

The texts of most of these queries were not recorded, so each is rebuilt from its answer. Every
recorded file is replayed here or elsewhere, or stands in `UNSPOKEN` with the reason.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from graphql import get_named_type

from sandbox.graph.schema import schema

# The client of conftest, which tests cannot import.
App = Any
Json = Any
MUTATION = "an app that only reads sends no such mutation; the sandbox has events instead"
UNSPOKEN = {
    "2025-01__money-bag-presentment-parity.json": MUTATION,
    "products_variants_media_metafields.jsonl": "the sandbox has no pictures and no metafields",
    "product_variants_media_metafields.jsonl": "the sandbox has no pictures and no metafields",
    "products_flat_1456.jsonl": "another shop's products; the lines are compared by form",
}
ELSEWHERE = {
    "2026-04__webhook-subscription-list-connection.json": "platform/test_subscriptions.py",
    "throttled_response.json": "platform/test_bucket.py",
    "bulk-operation-run-query-validators.json": "test_bulk_rules.py",
    "bulk-operation-run-query-concurrency-limit.json": "test_bulk_runs.py",
    "bulk-operation-cancel-preserves-fields.json": "test_bulk_runs.py",
    "bulk-operations-read-arg-validation.json": "test_bulk_runs.py",
    "products_flat_1456.exchange.json": "test_bulk_runs.py",
    "products_variants_media_metafields.exchange.json": "test_bulk_runs.py",
    "product_variants_media_metafields.exchange.json": "test_bulk_runs.py",
}
REFUNDED = "order(id: $refunded)"
# file, way to the answer, our root field, fields that the sandbox does not know
READS = [
    ("2025-01__customers-catalog", "data/customers", "customers(first: 3)"),
    ("2025-01__customers-sort-keys", "data/idOrder", "customers(first: 5, sortKey: ID)"),
    (
        "2025-01__abandoned-checkout-empty-read",
        "response/data/abandonedCheckouts",
        'abandonedCheckouts(first: 2, query: "id:1")',
    ),
    ("2025-01__refund-create-full-parity", "downstreamRead/response/data/order", REFUNDED),
    (
        "2025-01__refund-create-partial-shipping-restock-parity",
        "downstreamRead/response/data/order",
        REFUNDED,
    ),
    (
        "2026-04__orderCancel-restock-refundMethod-parity",
        "downstreamRead/response/data/order",
        "order(id: $cancelled)",
    ),
    (
        "2026-04__order-catalog-count-read",
        "response/data/seedCatalog",
        "orders(first: 2, sortKey: CREATED_AT, reverse: true)",
    ),
    (
        "2026-04__order-payment-transaction-void-live",
        "voidFlow/readAfterVoid/response/payload/data/order",
        "order(id: $voided)",
    ),
    (
        "2026-04__order-edit-commit-history-and-fulfillment-orders",
        "downstreamRead/response/payload/data/order",
        REFUNDED,
    ),
    (
        "2026-04__customer-order-summary-read-effects",
        "afterSet/response/data/customer",
        "customer(id: $customer)",
    ),
]


def selection(value: Json, kind: str) -> str:
    """The fields of a recorded object that the sandbox knows, as a selection."""
    if isinstance(value, list):
        return selection(next((one for one in value if one is not None), None), kind)
    if not isinstance(value, dict):
        return ""
    owner: Json = schema().type_map[kind]
    chosen = []
    for name, below in value.items():
        field = owner.fields.get(name)
        if field is None:
            continue
        named = get_named_type(field.type)
        window = "(first: 9)" if named.name.endswith("Connection") else ""
        inner = selection(below, named.name)
        if inner or not hasattr(named, "fields"):
            chosen.append(f"{name}{window} {inner}")
    return "{ " + " ".join(chosen) + " }"


def unlike(ours: Json, theirs: Json, path: str) -> list[str]:
    """Where two answers differ in form; null is in the form of everything."""
    if ours is None or theirs is None:
        return []
    if type(ours) is not type(theirs):
        return [f"{path}: {type(ours).__name__}, recorded as {type(theirs).__name__}"]
    if isinstance(ours, dict):
        same = ours.keys() & theirs.keys()
        return [odd for name in same for odd in unlike(ours[name], theirs[name], f"{path}/{name}")]
    if isinstance(ours, list) and ours and theirs:
        return unlike(ours[0], theirs[0], f"{path}/0")
    return []


@pytest.fixture
def examples(still: list[App]) -> dict[str, str]:
    """Global ids of orders and a customer such as were recorded."""
    rows = still[0].truth()
    orders = rows["orders"]
    refunded = next(o for o in orders if float(o["amount_refunded"]) > 0)
    cancelled = next(o for o in orders if o["is_cancelled"])
    found = still[0].data(
        '{ orders(first: 1, query: "financial_status:voided") { nodes { id } }'
        " customers(first: 1) { nodes { id } } }"
    )
    return {
        "refunded": f"gid://shopify/Order/{refunded['order_id']}",
        "cancelled": f"gid://shopify/Order/{cancelled['order_id']}",
        "voided": found["orders"]["nodes"][0]["id"],
        "customer": found["customers"]["nodes"][0]["id"],
    }


@pytest.mark.parametrize(("name", "way", "root"), READS)
def test_a_recorded_answer_is_served_in_its_form(
    name: str,
    way: str,
    root: str,
    still: list[App],
    recorded: Callable[[str], Any],
    examples: dict[str, str],
) -> None:
    theirs = recorded(f"../graphql/{name}.json")
    for step in way.split("/"):
        theirs = theirs[step]
    field = root.partition("(")[0]
    query_type: Json = schema().query_type
    chosen = selection(theirs, get_named_type(query_type.fields[field].type).name)
    given = {key: value for key, value in examples.items() if f"${key})" in root}
    declared = "".join(f"(${key}: ID!)" for key in given)
    answer = still[0].data(f"query Q{declared} {{ {root} {chosen} }}", **given)[field]
    assert answer is not None
    assert unlike(answer, theirs, field) == []


def test_every_recorded_file_is_replayed_or_has_its_reason(shared: Path) -> None:
    folders = ("graphql", "bulk", "bulk/recorded")
    files = {
        path.name
        for folder in folders
        for path in (shared / "shopify" / folder).iterdir()
        if path.suffix in (".json", ".jsonl")
    }
    assert files == {*UNSPOKEN, *ELSEWHERE, *(f"{name}.json" for name, _, _ in READS)}


def test_the_places_that_replay_the_others_are_there() -> None:
    tests = Path(__file__).parents[1]
    for name, place in ELSEWHERE.items():
        words = (tests / place).read_text(encoding="utf-8")
        assert name.removesuffix(".json").removesuffix(".exchange") in words, name


def test_a_read_costs_what_it_cost_there(
    still: list[App], recorded: Callable[[str], Any], examples: dict[str, str]
) -> None:
    """Lists and objects 1, money nothing: an order, its payments and their parents are 3."""
    read = recorded("../graphql/2026-04__order-payment-transaction-void-live.json")
    step = read["voidFlow"]["readAfterVoid"]
    unknown = ("    capturable\n    totalCapturable\n", "    totalCapturableSet {\n")
    query = step["query"].replace(unknown[0], "")
    query = query.replace(unknown[1], "    totalOutstandingSet {\n")
    cost = still[0].ask(query, id=examples["voided"])["extensions"]["cost"]
    theirs = step["response"]["payload"]["extensions"]["cost"]
    assert cost["requestedQueryCost"] == theirs["requestedQueryCost"]

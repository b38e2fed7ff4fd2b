"""The control surface says what it did, and what is wrong with what it was asked."""

from typing import Any

import pytest

App = Any


def test_the_shops_come_with_what_a_tenant_needs(still: list[App]) -> None:
    shops = still[0].control("shops")
    assert [shop["currency"] for shop in shops] == ["USD", "EUR", "AUD", "JPY"]
    for shop in shops:
        assert shop["shopDomain"].endswith(".myshopify.com")
        assert shop["accessToken"].startswith("shpat_")
        assert len(shop["webhookSecret"]) == 64
        assert shop["orders"] > 100


def test_the_truth_has_the_columns_of_the_marts(still: list[App]) -> None:
    rows = still[0].truth()
    assert set(rows) == {
        *("orders", "order_lines", "customers", "daily_sales", "products"),
        *("refunds", "refund_lines", "shops", "checkouts", "checkout_funnel"),
        *("customer_cohorts", "daily_sales_by_order", "daily_cash"),
    }
    sales = {
        *("gross_sales", "discounts", "returns", "net_sales", "shipping", "duties"),
        *("additional_fees", "return_fees", "other_sales", "taxes", "total_sales", "tips"),
        "gift_card_sales",
    }
    assert set(rows["daily_sales"][0]) == {
        "shop_date",
        "currency",
        "orders",
        "units_sold",
        *sales,
    }
    assert {"order_id", "amount_paid", "line_count", *sales} <= set(rows["orders"][0])
    line = {"order_id", "line_item_id", "current_quantity", "total_sales", "gift_card_sales"}
    assert line <= set(rows["order_lines"][0])
    customer = {"customer_id", "first_order_id", "total_spent", "net_spent", "cohort_month"}
    assert customer <= set(rows["customers"][0])


def test_truth_keeps_ids_whole_and_money_as_text(still: list[App]) -> None:
    for row in still[0].truth()["orders"]:
        assert isinstance(row["order_id"], int)
        assert isinstance(row["total_price"], str)


def test_an_event_says_what_happened(app: App) -> None:
    told = app.happen("order", count=3, buyer="guest_email")
    assert [fact["fact"] for fact in told["happened"]] == ["Placed"] * 3
    known = {row["order_id"] for row in app.truth()["orders"]}
    placed = {fact["order_id"] for fact in told["happened"]}
    query = "query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    nodes = app.data(query, ids=[f"gid://shopify/Order/{number}" for number in placed])["nodes"]
    assert all(nodes)
    assert placed & known or len(placed) == 3


def test_a_live_event_is_found_by_an_incremental_query(app: App) -> None:
    (fact,) = app.happen("order", buyer="guest_email")["happened"]
    query = "query Q($q: String) { orders(first: 5, query: $q) { nodes { id updatedAt } } }"
    found = app.data(query, q=f"updated_at:>='{fact['at']}'")["orders"]["nodes"]
    assert [node["id"] for node in found] == [f"gid://shopify/Order/{fact['order_id']}"]


def test_tampering_says_which_order_it_changed(app: App) -> None:
    before = {row["order_id"]: row for row in app.truth()["orders"]}
    told = app.control(f"shops/{app.domain}/tamper", {"cents": 1})
    after = {row["order_id"]: row for row in app.truth()["orders"]}
    assert [n for n in before if before[n] != after[n]] == [told["order_id"]]


@pytest.mark.parametrize(
    ("path", "body", "status", "word"),
    [
        ("shops/nobody/truth", None, 404, "the shops are"),
        ("shops/nobody/events", {"kind": "order"}, 404, "the shops are"),
        ("shops/{own}/events", {"kind": "miracle"}, 400, "customer_update"),
        ("shops/{own}/events", {}, 400, "event kind"),
        ("shops/{own}/events", {"kind": "order", "count": 0}, 400, "count"),
        ("shops/{own}/events", {"kind": "order", "count": "many"}, 400, "count"),
        ("shops/{own}/events", {"kind": "order", "buyer": "nobody"}, 400, "guest_email"),
        ("shops/{own}/events", {"kind": "refund", "order_id": 5}, 409, "order_id"),
        ("shops/{own}/events", {"kind": "refund", "order_id": "x"}, 400, "order_id"),
        ("shops/{own}/events", {"kind": "order", "lines": "x"}, 400, "lines"),
        ("shops/{own}/events", {"kind": "order", "quantity": -1}, 400, "quantity"),
        ("shops/{own}/events", {"kind": "customer_update", "customer_id": 5}, 409, "customer_id"),
        ("shops/{own}/events", {"kind": "order", "colour": "red"}, 400, "colour"),
        ("shops/{own}/events", {"kind": "order", "test": "maybe"}, 400, "true or false"),
        ("shops/{own}/tamper", {"cents": 0}, 400, "cents"),
        ("shops/{own}/tamper", {"cents": "x"}, 400, "cents"),
        ("trickle", {"per_minute": -1}, 400, "per_minute"),
        ("trickle", {"per_minute": "x"}, 400, "per_minute"),
        ("faults", {"truncate_bulk": "sideways"}, 400, "line_end"),
        ("faults", {"fail_bulk": "x"}, 400, "TIMEOUT"),
        ("faults", {"times": "x", "fail_bulk": "TIMEOUT"}, 400, "times"),
        ("faults", {"bulk_seconds": "x"}, 400, "bulk_seconds"),
        ("webhooks", {"shuffle": "x"}, 400, "shuffle"),
        ("webhooks", {"duplicates": "x"}, 400, "duplicates"),
        ("webhooks", {"url": "nowhere"}, 400, "url"),
        ("webhooks/flush", {"timeout": "x"}, 400, "timeout"),
    ],
)
def test_a_wrong_request_is_told_its_cure(
    app: App, path: str, body: dict[str, Any] | None, status: int, word: str
) -> None:
    response = app.respond(path.replace("{own}", app.domain), body)
    assert response.status_code == status
    assert word in response.json()["error"]


@pytest.mark.parametrize("content", [b"{", b"[]", b'"x"', b"\xff"])
def test_a_body_that_is_no_object_is_refused(app: App, content: bytes) -> None:
    address = f"{app.url}/_sandbox/shops/{app.domain}/events"
    response = app.client.post(address, content=content)
    assert response.status_code == 400
    assert "object" in response.json()["error"]

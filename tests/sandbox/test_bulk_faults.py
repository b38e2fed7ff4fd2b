"""Bulk runs are cut, fail, are cancelled, expire and stall on wish, and for want of a scope."""

from typing import Any

import pytest

# The client of conftest, which tests cannot import.
App = Any

POLL = "query P($id: ID!) { bulkOperation(id: $id) { status } }"
ORDERS = """{ orders { edges { node { __typename id
  lineItems { edges { node { __typename id } } }
  agreements { edges { node { __typename id
    sales { edges { node { __typename id } } } } } } } } } }"""


@pytest.mark.parametrize("cut", ["line_end", "mid_line"])
def test_a_cut_result_keeps_the_counts_of_the_whole(app: App, cut: str) -> None:
    whole, content = app.bulk(ORDERS)
    app.control("faults", {"truncate_bulk": cut, "times": 1})
    operation, short = app.bulk(ORDERS)
    assert operation["status"] == "COMPLETED"
    assert operation["objectCount"] == whole["objectCount"]
    assert operation["rootObjectCount"] == whole["rootObjectCount"]
    assert len(short) < len(content)
    assert short.endswith(b"}\n") == (cut == "line_end")
    _, healed = app.bulk(ORDERS)
    assert len(healed) == len(content)


def test_a_failed_run_says_why(app: App) -> None:
    app.control("faults", {"fail_bulk": "ACCESS_DENIED", "times": 1, "shop": app.domain})
    operation, _ = app.bulk(ORDERS)
    assert (operation["status"], operation["errorCode"]) == ("FAILED", "ACCESS_DENIED")
    assert operation["url"] is None


def test_a_fault_for_another_shop_leaves_this_one_alone(app: App) -> None:
    app.control("faults", {"fail_bulk": "TIMEOUT", "times": 1, "shop": "other.myshopify.com"})
    assert app.bulk(ORDERS)[0]["status"] == "COMPLETED"


def test_a_failed_run_may_leave_what_it_had(app: App) -> None:
    whole, _ = app.bulk(ORDERS)
    app.control("faults", {"fail_bulk": "TIMEOUT", "partial_data": True})
    operation, _ = app.bulk(ORDERS)
    assert (operation["status"], operation["url"]) == ("FAILED", None)
    rows = app.client.get(operation["partialDataUrl"]).content.splitlines()
    assert 0 < len(rows) < int(whole["objectCount"])


def test_shopify_itself_may_cancel_a_run(app: App) -> None:
    app.control("faults", {"cancel_bulk": True})
    operation, _ = app.bulk(ORDERS)
    assert (operation["status"], operation["errorCode"]) == ("CANCELED", None)
    assert app.bulk(ORDERS)[0]["status"] == "COMPLETED"


def test_an_address_may_be_over(app: App) -> None:
    app.control("faults", {"expire_bulk": "url"})
    operation = app.finished(app.start(ORDERS)["bulkOperation"]["id"])
    assert operation["status"] == "COMPLETED"
    assert app.client.get(operation["url"]).status_code == 403
    app.control("faults", {"expire_bulk": "operation"})
    expired = app.finished(app.start(ORDERS)["bulkOperation"]["id"])
    assert (expired["status"], expired["url"]) == ("EXPIRED", None)


def test_a_stalled_run_goes_on_until_the_fault_is_taken_back(app: App) -> None:
    app.control("faults", {"stall_bulk": True})
    stalled = app.start(ORDERS)["bulkOperation"]["id"]
    assert app.bulk("{ customers { edges { node { id } } } }")[0]["status"] == "COMPLETED"
    assert app.data(POLL, id=stalled)["bulkOperation"]["status"] == "RUNNING"
    app.control("faults", {"stall_bulk": None})
    assert app.finished(stalled)["status"] == "COMPLETED"


def test_one_closed_field_fails_the_whole_run(app: App) -> None:
    app.control(f"shops/{app.domain}/access", {"scopes": ["read_orders", "read_all_orders"]})
    query = "{ orders { edges { node { id customer { id } } } } }"
    operation, _ = app.bulk(query)
    assert (operation["status"], operation["errorCode"]) == ("FAILED", "ACCESS_DENIED")
    assert app.bulk("{ orders { edges { node { id } } } }")[0]["status"] == "COMPLETED"


def test_a_result_may_have_more_lines_than_were_counted(app: App) -> None:
    whole, content = app.bulk(ORDERS)
    app.control("faults", {"truncate_bulk": "extra_lines"})
    operation, longer = app.bulk(ORDERS)
    assert operation["objectCount"] == whole["objectCount"]
    assert len(longer.splitlines()) > len(content.splitlines())


def test_a_finished_run_may_come_without_an_address(app: App) -> None:
    app.control("faults", {"expire_bulk": "no_url"})
    operation = app.finished(app.start(ORDERS)["bulkOperation"]["id"])
    assert (operation["status"], operation["url"]) == ("COMPLETED", None)
    assert int(operation["objectCount"]) > 0


def test_a_run_over_more_than_the_largest_runs_out_of_time(app: App) -> None:
    whole, _ = app.bulk(ORDERS)
    app.control("faults", {"largest_bulk": int(whole["rootObjectCount"]) - 1})
    operation, _ = app.bulk(ORDERS)
    assert (operation["status"], operation["errorCode"]) == ("FAILED", "TIMEOUT")
    app.control("faults", {"largest_bulk": 0})
    assert app.bulk(ORDERS)[0]["status"] == "COMPLETED"

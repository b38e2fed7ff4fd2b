"""The suite's own measure: an undisturbed run equals itself, and any disturbance is noticed."""

import psycopg
import pytest

from tests.faults.harness import Case
from tests.faults.harness_marts import differences, missing, snapshot
from tests.faults.harness_points import Point

DISTURBANCES = {
    "update marts.orders set buyer_key = (select buyer_key from marts.orders limit 1)": (
        "orders.buyer_key"
    ),
    "update marts.orders set total_sales = total_sales + 0.01 where order_id ="
    " (select max(order_id) from marts.orders)": "orders.total_sales",
    "delete from marts.customer_lives where ctid = (select max(ctid) from marts.customer_lives)": (
        "customers.a row"
    ),
    'update raw.products set payload = payload || \'{"title": "other"}\'': "raw.products",
}


def execute(case: Case, statement: str) -> None:
    with psycopg.connect(case.settings.database_url.get_secret_value()) as connection:  # type: ignore[union-attr]
        connection.execute(statement)  # type: ignore[call-overload]


@pytest.mark.faults_ci
def test_two_undisturbed_runs_are_alike_and_a_difference_is_noticed(case: Case) -> None:
    case.work()
    case.assert_undisturbed()
    for statement, told in DISTURBANCES.items():
        execute(case, statement)
        found = differences(
            case.settings, snapshot(case.settings, case.tenants), case.story.undisturbed
        )
        assert any(told in one for one in found), (statement, found)


def test_what_did_not_come_through_is_noticed(case: Case) -> None:
    lost = " ".join(missing(case.settings, case.acknowledged))
    assert "webhooks that no load has finished" in lost
    assert "still waiting" in lost
    case.work("hear", "sync", "build")
    case.assert_undisturbed()
    execute(case, "update raw.orders set _dlt_load_id = '1' where origin = 'admin'")
    execute(case, "update landing.webhook_events set verdict = 'quarantined'")
    lost = " ".join(missing(case.settings, case.acknowledged))
    assert "rows of loads that never finished" in lost
    assert "webhooks put aside" in lost


def test_a_point_that_is_never_reached_is_no_pass(case: Case) -> None:
    with pytest.raises(AssertionError, match="it was not killed"):
        case.killed("hear", at=Point("pipelines.sync:load_documents"))


def test_a_held_process_waits_until_it_is_let_go(case: Case) -> None:
    worker = case.start("hear", at=Point("pipelines.landed.batches:finish_batch", holds=True))
    worker.until_reached()
    assert "webhooks that no load has finished" in " ".join(
        missing(case.settings, case.acknowledged)
    )
    worker.go_on()
    assert worker.ended() == 0, worker.error
    case.work("sync", "build")
    case.assert_undisturbed()

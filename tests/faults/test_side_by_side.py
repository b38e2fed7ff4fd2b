"""Several at work at once, and a schema of Shopify's that is not what it was."""

import psycopg
import pytest

from tests.faults.harness import Case
from tests.faults.harness_marts import missing, read
from tests.faults.harness_points import Point
from tests.faults.harness_shops import failed_alone, other_marts

ci = pytest.mark.faults_ci
MERGE = "dlt.destinations.job_client_impl:SqlLoadJob.run"


def execute(case: Case, statement: str) -> None:
    with psycopg.connect(case.settings.database_url.get_secret_value()) as connection:  # type: ignore[union-attr]
        connection.execute(statement)  # type: ignore[call-overload]


@ci
def test_the_same_work_in_two_processes(case: Case) -> None:
    """Two processes do the same work at once: each shop is read by one, and nothing is doubled."""
    workers = [case.start("hear", "sync", "build") for _ in range(2)]
    for worker in workers:
        code = worker.ended()
        assert code == 0 or "is running already" in worker.error, worker.error
    case.recover("sync", "build")
    case.assert_undisturbed()


def test_one_of_two_processes_is_killed(case: Case) -> None:
    """Two processes load webhooks, and the one that holds the lane dies: the other goes on."""
    first = case.start("hear", at=Point(MERGE, holds=True))
    first.until_reached()
    second = case.start("hear")
    first.kill()
    assert second.ended() == 0, second.error
    case.recover("sync", "build")
    case.assert_undisturbed()


def test_two_shops_load_while_a_third_fails(case: Case) -> None:
    """Postgres refuses one shop's documents: its sync fails by itself, the others are loaded."""
    tenant = case.tenants[2]
    case.work("hear")
    execute(
        case, f"alter table raw.orders add constraint none check (tenant_id <> {tenant}) not valid"
    )
    failed = failed_alone(case, tenant)
    assert "the load failed" in str(failed.error)
    execute(case, "alter table raw.orders drop constraint none")
    case.recover("sync", "build")
    case.assert_undisturbed()


def test_a_field_that_is_new(case: Case) -> None:
    """Shopify sends a field that we do not know: its document keeps it, the marts are as ever."""
    new = '"__typename":"Order","ofTomorrow":{"a":[1,null]}'
    case.shopify.control("drift", rewrites=[['"__typename":"Order"', new]])
    case.work("hear", "sync", "build")
    assert missing(case.settings, case.acknowledged) == []
    assert other_marts(case) == []
    kept = "select count(*) > 0 from raw.orders where payload ? 'ofTomorrow'"
    assert read(case.settings, kept) == [(True,)]


@pytest.mark.parametrize("field", ["Order.note", "Refund.note", "ProductVariant.barcode"])
def test_a_field_that_is_gone(case: Case, field: str) -> None:
    """Shopify takes a field away: syncs fail in its words, load nothing and move no cursor."""
    kind, _, name = field.partition(".")
    before = read(case.settings, "select * from control.cursors order by 1, 2")
    case.work("hear")
    case.shopify.control("drift", removed=[field])
    with pytest.raises(AssertionError, match=f"Field '{name}' doesn't exist on type '{kind}'"):
        case.work("sync")
    assert read(case.settings, "select * from control.cursors order by 1, 2") == before
    case.shopify.control("drift")
    case.recover("sync", "build")
    case.assert_undisturbed()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"amount":"', '"amount":"about '),
        ('"updatedAt":"', '"updatedAt":"on '),
    ],
    ids=["an amount", "a time"],
)
def test_a_value_of_another_type(case: Case, old: str, new: str) -> None:
    """A value turns into what no model can cast: the sync says so and loads nothing of the shop."""
    case.work("hear")
    case.shopify.control("drift", rewrites=[[old, new]])
    with pytest.raises(AssertionError):
        case.work("sync")
    case.shopify.control("drift")
    case.recover("sync", "build")
    case.assert_undisturbed()


def test_a_value_of_another_type_that_says_the_same(case: Case) -> None:
    """A truth value comes as text: the models read it as before."""
    case.shopify.control("drift", rewrites=[['"test":false', '"test":"false"']])
    case.work("hear", "sync", "build")
    assert other_marts(case) == []

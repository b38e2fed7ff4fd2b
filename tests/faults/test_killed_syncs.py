"""A process is killed in the midst of a sync, at every step between Shopify and the cursor."""

import pytest

from tests.faults.harness import Case
from tests.faults.harness_marts import read
from tests.faults.harness_points import Point
from tests.faults.harness_shops import (
    assert_cursors_have_waited,
    begin_from_nothing,
    cursors_by_tenant,
    exported_files,
    runs,
    wait_for,
)

COPY = "dlt.destinations._adbc_jobs:AdbcParquetCopyJob.run"
MERGE = "dlt.destinations.job_client_impl:SqlLoadJob.run"
RECORD = "dlt.destinations.job_client_impl:SqlJobClientBase.complete_load"
ci = pytest.mark.faults_ci

BULK = {
    "before an export is submitted": Point("pipelines.shopify.bulk:BulkRunner._submit"),
    "between Shopify's taking an export and our note of it": Point(
        "pipelines.operations:RecordedOperations.begin", nth=2
    ),
    "when some exports are submitted": Point(
        "pipelines.shopify.bulk:BulkRunner._submit", "after", nth=3
    ),
    "while exports are polled": Point("pipelines.shopify.bulk:BulkRunner._poll", "after", nth=4),
    "when an export is completed, before its download": Point(
        "pipelines.shopify.bulk:BulkRunner._download", nth=2
    ),
    "when a file is on disk": Point("pipelines.shopify.bulk:BulkRunner._download", "after", nth=3),
}
READING = {
    "in DuckDB, with a file read and not proved": Point("pipelines.assembly:_prove", nth=2),
    "in DuckDB, when the documents are checked": Point("pipelines.assembly:check_documents"),
    "when some refunds are read": Point(
        "pipelines.extract:admin_document", "after", nth=3, where="gid://shopify/Refund"
    ),
    "in DuckDB, while documents go to dlt": Point(
        "pipelines.assembly:documents_of", "after", nth=3
    ),
}
LOADING = {
    "before dlt extracts": Point("dlt.extract.extract:Extract.extract"),
    "when dlt has extracted": Point("dlt.extract.extract:Extract.extract", "after"),
    "before dlt normalizes": Point("dlt.normalize:Normalize.run"),
    "when dlt has normalized": Point("dlt.normalize:Normalize.run", "after"),
    "before a table is copied": Point(COPY, nth=2),
    "when a table is copied": Point(COPY, "after", nth=2),
    "before the merge": Point(MERGE),
    "when the merge has committed": Point(MERGE, "after"),
    "when some tables are merged": Point(MERGE, "after", nth=3),
    "before the load is on record": Point(RECORD),
    "when the load is on record": Point(RECORD, "after"),
}
CURSOR = {
    "between the load and the cursors": Point("pipelines.sync:_record"),
    "with some cursors moved and not committed": Point("pipelines.sync:move_cursor", "after", 3),
    "between the cursors and the end of the sync": Point("pipelines.sync:finish_sync"),
}
IN_CI = ("when a table is copied", "between the load and the cursors")


def cases(points: dict[str, Point]) -> list[object]:
    return [
        pytest.param(point, id=name, marks=[ci] if name in IN_CI else [])
        for name, point in points.items()
    ]


def struck_and_recovered(case: Case, point: Point) -> None:
    case.work("hear")
    before = cursors_by_tenant(case)
    case.killed("sync", at=point)
    case.until_left()
    # The next sync reads an overlap again, which can make good what a cursor has skipped.
    assert_cursors_have_waited(case, before)
    case.recover("sync", "build")
    case.assert_undisturbed()


@pytest.mark.parametrize("point", cases(BULK))
def test_killed_while_shopify_exports(case: Case, point: Point) -> None:
    """Killed while Shopify exports: the runs that are known are adopted, the others begun anew."""
    struck_and_recovered(case, point)


@pytest.mark.parametrize("point", cases(READING))
def test_killed_while_files_are_read(case: Case, point: Point) -> None:
    """Killed while files are read: nothing of them counts, the next sync reads them again."""
    struck_and_recovered(case, point)


@pytest.mark.parametrize("point", cases(LOADING))
def test_killed_while_dlt_loads(case: Case, point: Point) -> None:
    """Killed in dlt: the same documents are merged again, none is lost or stands twice."""
    struck_and_recovered(case, point)


@pytest.mark.parametrize("point", cases(CURSOR))
def test_killed_between_load_and_cursor(case: Case, point: Point) -> None:
    """Killed between load and cursor: the cursor stays, and the same span is read again."""
    struck_and_recovered(case, point)


def test_killed_with_half_a_file_on_disk(case: Case) -> None:
    """Killed with half a file downloaded: the half is never used, and the run is adopted."""
    case.work("hear")
    case.shopify.fault(break_download="stall", times=1)
    worker = case.start("sync")
    wait_for(lambda: exported_files(case))
    worker.kill()
    case.shopify.fault(break_download=None)
    case.recover("sync", "build")
    case.assert_undisturbed()


@pytest.mark.faults_ci
def test_running_exports_are_adopted(case: Case) -> None:
    """Killed while Shopify still exports: the next sync waits for those runs, and begins none."""
    case.work("hear")
    case.shopify.fault(stall_bulk=True, times=15)
    worker = case.start("sync")
    noted = "select operation_id from control.bulk_operations order by 1"
    wait_for(lambda: len(read(case.settings, noted)) == 15)
    before = read(case.settings, noted)
    worker.kill()
    case.shopify.fault(stall_bulk=None)
    case.until_left()
    assert read(case.settings, noted) == before
    case.work("sync", "build")
    assert [len(runs(case, domain)) for domain in case.domains] == [5, 5, 5]
    case.assert_undisturbed()


def test_a_first_sync_is_killed(case: Case) -> None:
    """Killed in a shop's very first load: the next sync reads the shop from its beginning."""
    begin_from_nothing(case)
    case.killed("sync", at=Point(MERGE, "after", nth=2))
    case.recover("hear", "sync", "build")
    case.assert_undisturbed()


def test_killed_three_times_in_a_row(case: Case) -> None:
    """Killed three times, each a step further: the fourth sync ends as if none had been."""
    for point in (LOADING["before dlt normalizes"], LOADING["when the merge has committed"]):
        case.killed("sync", at=point)
        case.until_left()
    case.killed("hear", "sync", at=CURSOR["between the load and the cursors"])
    case.recover("hear", "sync", "build")
    case.assert_undisturbed()

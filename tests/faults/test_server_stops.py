"""Postgres stopped as by a power cut, in the middle of each kind of work, and started again."""

from pathlib import Path

import pytest

from tests.conftest import recreate, settings_for
from tests.faults.harness import Case
from tests.faults.harness_marts import read
from tests.faults.harness_points import Point
from tests.faults.harness_work import Job, Worker
from tests.faults.test_killed_builds import COMMIT, within
from warehouse.connections import Role, connect
from warehouse.embedded import EmbeddedPostgres
from warehouse.embedded_place import choose_place
from warehouse.migrate import migrate, migration_files

UNMIGRATED = "shopmart_unmigrated"
COPY = "dlt.destinations._adbc_jobs:AdbcParquetCopyJob.run"
MERGE = "dlt.destinations.job_client_impl:SqlLoadJob.run"
# dlt connects by itself: with the server back at once, a load can go on as if nothing was.
LOADS = ("in_copy", "in_merge", "in_load")
WHERE: dict[str, tuple[tuple[str, ...], Point]] = {
    "in_extract": (("sync",), Point("pipelines.shopify.client:ShopifyClient.costed", nth=9)),
    "in_copy": (("sync",), Point(COPY, nth=2)),
    "in_merge": (("sync",), Point(MERGE)),
    "before_the_cursor_moves": (("sync",), Point("pipelines.sync:_record")),
    "in_claim": (("hear",), Point("pipelines.webhooks:claim_batch", "after")),
    "in_load": (("hear",), Point(COPY, "after")),
    "in_refetch": (("hear", "refetch"), Point("pipelines.refetch:_load")),
    "in_live_pass": (("hear", "live"), within("ledger")),
    "in_build": (("hear", "build"), within("customer_lives")),
    "between_models": (("hear", "build"), Point(COMMIT, "after", nth=20)),
    "in_mark": (
        ("hear", "build"),
        Point("pipelines.build.mark:statement", where="clear_orders"),
    ),
}


def stop_as_by_a_power_cut(home: Path) -> None:
    place = choose_place(home)
    place.run("pg_ctl", "stop", "-D", str(place.data), "-m", "immediate", "-w")


@pytest.mark.parametrize("where", WHERE)
def test_postgres_that_is_cut_off_loses_nothing(case: Case, home: Path, where: str) -> None:
    steps, point = WHERE[where]
    # What a cloned database's sequences gave out is not in the log before the first checkpoint.
    with connect(case.settings, Role.OWNER, autocommit=True) as owner:
        owner.execute("checkpoint")
    worker = case.start(*steps, at=Point(point.target, point.when, point.nth, point.where, True))
    worker.until_reached()
    stop_as_by_a_power_cut(home)
    if where in LOADS:
        worker.go_on()
        assert worker.ended() == 1, "it loaded into a server that is gone"
    url = EmbeddedPostgres(home).start()
    assert url.startswith(case.story.cluster_url), "the server came back elsewhere"
    if where not in LOADS:
        worker.go_on()
        assert worker.ended() == 1, "its connection was cut and it noticed nothing"
    case.recover()
    case.assert_undisturbed()


@pytest.mark.parametrize("way", ["cut", "kill"])
def test_a_migration_that_is_cut_off_is_finished_by_the_next(
    cluster_url: str, home: Path, template: str, tmp_path: Path, way: str
) -> None:
    recreate(cluster_url, UNMIGRATED)
    settings = settings_for(tmp_path, f"{cluster_url}/{UNMIGRATED}")
    point = Point("warehouse.migrate:_digest", nth=8, holds=True)
    worker = Worker(Job(settings, ("migrate",), tmp_path / "job", point))
    worker.until_reached()
    if way == "kill":
        worker.kill()
    else:
        stop_as_by_a_power_cut(home)
        EmbeddedPostgres(home).start()
        worker.go_on()
        assert worker.ended() == 1
    applied = read(settings, "select name from public.shopmart_migrations order by name")
    assert 0 < len(applied) < len(migration_files())
    assert len(migrate(settings)) == len(migration_files()) - len(applied)
    whole = settings_for(tmp_path, f"{cluster_url}/{template}")
    columns = (
        "select table_schema, table_name, column_name, data_type, is_nullable"
        " from information_schema.columns where table_schema in"
        " ('control', 'landing', 'raw') order by 1, 2, 3"
    )
    assert read(settings, columns) == read(whole, columns)

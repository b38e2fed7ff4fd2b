"""Builds that die: in each model, between models, around the marks; alone, and beside another."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.build.project import MODELS as PROJECT
from pipelines.build.project import PROJECT as ROOT
from pipelines.build.project import incremental_models
from tests.conftest import DATABASE, recreate
from tests.faults.harness import Case, Story
from tests.faults.harness_built import case_from
from tests.faults.harness_marts import read
from tests.faults.harness_points import Point
from tests.pipelines.build.test_abandoned import BUILD_BY_COMMAND

LOADED = "shopmart_loaded"
QUERY = "dbt.adapters.sql.connections:SQLConnectionManager.add_query"
COMMIT = "dbt.adapters.postgres.connections:PostgresConnectionManager.commit"
# The models that keep a table from build to build say which keys they consume.
KEPT = sorted(
    path.stem for path in PROJECT.rglob("*.sql") if "'consumes':" in path.read_text("utf-8")
)
FAST = ("checkout_lives", "daily_sales", "ledger", "orders")
AROUND = {
    "while_the_dirty_keys_are_named": Point("pipelines.build.prepare:resolve_identities"),
    "before_the_dirty_keys_are_committed": Point("pipelines.build.prepare:_begin", "after"),
    "after_the_dirty_keys_are_committed": Point("pipelines.build.building:prepare", "after"),
    "after_the_first_model": Point(COMMIT, "after", nth=4),
    "before_a_model_commits": Point(COMMIT, "before", nth=20),
    "after_a_model_has_committed": Point(COMMIT, "after", nth=40),
    "before_it_is_marked_as_built": Point("pipelines.build.building:mark"),
    "while_it_is_marked_as_built": Point("pipelines.build.mark:statement", where="clear_buyers"),
    "after_it_is_marked_as_built": Point("pipelines.build.building:mark", "after"),
}


def within(model: str) -> Point:
    """In a model's transaction: what is dirty is deleted, and nothing stands in its place yet."""
    return Point(QUERY, where=f'insert into "{DATABASE}"."{schema_of(model)}"."{model}" (')


def schema_of(model: str) -> str:
    return "staging" if model.startswith("int_") else "marts"


def rows_of(case: Case, model: str) -> list[tuple[object, ...]]:
    """What readers see of a model at this moment."""
    return read(
        case.settings,
        "select count(*), md5(string_agg(kept::text, ' ' order by kept::text))"
        f" from {schema_of(model)}.{model} as kept",
    )


@pytest.fixture(scope="module")
def loaded(story: Story, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database in which everything is loaded and only the live models are built."""
    with story.case(tmp_path_factory.mktemp("loaded") / "home") as case:
        case.work("hear", "live", "refetch", "sync")
    recreate(story.cluster_url, LOADED, template=DATABASE)
    return LOADED


@pytest.fixture
def due(story: Story, loaded: str, tmp_path: Path) -> Iterator[Case]:
    """A warehouse that only has to be built."""
    with case_from(story, loaded, tmp_path / "home") as case:
        yield case


def test_every_table_that_a_model_keeps_is_among_the_cases(due: Case) -> None:
    relations = [model.relation for model in incremental_models(due.settings)]
    assert sorted(relation.partition(".")[2] for relation in relations) == KEPT


@pytest.mark.parametrize("model", KEPT)
def test_a_build_killed_within_a_model_is_made_good_by_the_next(due: Case, model: str) -> None:
    before = rows_of(due, model)
    due.killed("build", at=within(model))
    due.until_left()
    assert rows_of(due, model) == before, "a half of it can be seen"
    due.recover("build")
    due.assert_undisturbed()


@pytest.mark.faults_ci
def test_builds_killed_in_one_model_after_another_are_made_good(due: Case) -> None:
    for model in ("orders", "customer_lives", "products"):
        due.killed("build", at=within(model))
    due.recover("build")
    due.assert_undisturbed()


@pytest.mark.parametrize("model", FAST)
def test_a_live_build_killed_within_a_model_is_made_good(case: Case, model: str) -> None:
    case.killed("hear", "live", at=within(model))
    case.recover()
    case.assert_undisturbed()


@pytest.mark.parametrize("moment", AROUND)
def test_a_build_killed_around_its_models_is_made_good(due: Case, moment: str) -> None:
    due.killed("build", at=AROUND[moment])
    due.recover("build")
    due.assert_undisturbed()


@pytest.mark.parametrize("nth", [6, 30])
def test_a_full_refresh_that_is_killed_is_one_again(due: Case, nth: int) -> None:
    due.killed("refresh", at=Point(COMMIT, "after", nth=nth))
    due.recover("build")
    refreshed = "select full_refresh from control.builds order by build_id desc limit 1"
    assert read(due.settings, refreshed) == [(True,)]
    due.assert_undisturbed()


def test_of_two_builds_at_once_one_waits_for_the_other(due: Case) -> None:
    first = due.start("build", at=Point("pipelines.build.building:mark", holds=True))
    first.until_reached()
    second = due.start("live", "build")
    time.sleep(1.0)
    first.go_on()
    assert (first.ended(), second.ended()) == (0, 0), first.error + second.error
    due.assert_undisturbed()


def test_a_build_that_waits_takes_over_from_one_that_is_killed(due: Case) -> None:
    first = due.start("build", at=Point("pipelines.build.building:mark", holds=True))
    first.until_reached()
    second = due.start("build")
    time.sleep(1.0)
    first.kill()
    assert second.ended() == 0, second.error
    due.assert_undisturbed()


def test_a_build_by_dbts_own_command_whose_caller_is_killed_is_made_good(due: Case) -> None:
    code = f"from warehouse.settings import load_settings\n{BUILD_BY_COMMAND}"
    environment = {**os.environ, **due.settings.environment(), "DO_NOT_TRACK": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as caller:
        assert caller.stdout is not None
        assert caller.stdout.readline()
        time.sleep(2.0)
        caller.kill()
        due.recover("build")
        due.assert_undisturbed()
        # Whatever of it lived on has written nothing by its end.
        caller.stdout.read()
        with_orphan_gone = caller.wait()
    assert with_orphan_gone == -signal.SIGKILL
    due.assert_undisturbed()

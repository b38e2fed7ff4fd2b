"""The merge of documents into raw: the first thing that must hold, whatever happens to a loader."""

import pickle
import random
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from pipelines.destination import SYNC_LANES, WEBHOOK_LANE
from pipelines.documents import Document, newest, record_batches
from pipelines.load import lane, load_documents
from pipelines.resources import RAW_COLUMNS, RESOURCES
from tests.pipelines.conftest import make_tenant, rows
from tests.pipelines.killed_load import MOMENTS
from tests.pipelines.model import Model, held, random_batch, unrecorded_loads
from warehouse.settings import Settings

ROOT = Path(__file__).parents[2]
LANES = (WEBHOOK_LANE, *SYNC_LANES)


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"home": tmp_path})


@pytest.fixture
def shops(settings: Settings) -> list[int]:
    return [make_tenant(settings, f"shop-{number}.myshopify.com") for number in range(2)]


def load(settings: Settings, documents: Sequence[Document], *, lane_name: str = "0") -> str:
    with lane(settings, lane_name):
        return load_documents(settings, lane_name, {"orders": record_batches(newest(documents))})


def test_every_random_batch_leaves_what_the_model_holds(
    settings: Settings, shops: list[int]
) -> None:
    dice, model = random.Random(20261122), Model()
    for number in range(10):
        batch = random_batch(dice, tenants=shops)
        load(settings, batch, lane_name=LANES[number % len(LANES)])
        model.take(batch)
        assert held(settings) == model.held, f"batch {number}"
    assert unrecorded_loads(settings) == 0


def test_replays_and_shuffles_of_old_batches_change_nothing(
    settings: Settings, shops: list[int]
) -> None:
    dice, model = random.Random(3), Model()
    # Every version has a moment of its own: among equals the last to arrive stands.
    unique = {
        (*document.newness, document.id): document
        for document in random_batch(dice, tenants=shops[:1], size=300)
    }
    documents = list(unique.values())
    model.take(documents)
    load(settings, documents)
    before = held(settings)
    for _ in range(3):
        dice.shuffle(documents)
        load(settings, documents[: len(documents) // 2])
    assert held(settings) == before


def test_one_batch_with_a_stale_and_a_fresh_twin_keeps_the_fresh_one(
    settings: Settings, shops: list[int]
) -> None:
    dice, model = random.Random(5), Model()
    first = random_batch(dice, tenants=shops)
    load(settings, first)
    model.take(first)
    # Past our own sorting: both twins reach dlt, whose dedup_sort is the second lock.
    twins = [document for document in random_batch(dice, tenants=shops) if document.id % 2]
    by_moment = {(d.tenant_id, d.id, d.origin, d.updated_at): d for d in twins}
    with lane(settings, "0"):
        load_documents(settings, "0", {"orders": record_batches(by_moment.values())})
    model.take(newest(by_moment.values()))
    assert held(settings) == model.held


def test_an_equal_row_is_written_again_with_the_new_load(
    settings: Settings, shops: list[int]
) -> None:
    batch = random_batch(random.Random(7), tenants=shops)
    load(settings, batch)
    second = load(settings, batch)
    assert rows(settings, "select distinct _dlt_load_id from raw.orders") == [(second,)]


def test_two_tenants_with_the_same_ids_never_touch(settings: Settings, shops: list[int]) -> None:
    batch = random_batch(random.Random(9), tenants=shops[:1])
    load(settings, batch)
    before = held(settings)
    later = [
        Document(shops[1], d.id, d.origin, d.updated_at, d.triggered_at, None, '{"version": 1}')
        for d in batch
    ]
    load(settings, later)
    after = held(settings)
    assert {key: after[key] for key in before} == before
    assert len(after) == 2 * len(before)


def test_lanes_at_the_same_time_lose_and_double_nothing(
    settings: Settings, shops: list[int]
) -> None:
    models = {name: Model() for name in LANES}

    def work(position: int) -> None:
        tenant = make_tenant(settings, f"lane-{position}.myshopify.com")
        dice = random.Random(position)
        for _ in range(3):
            batch = random_batch(dice, tenants=[tenant])
            load(settings, batch, lane_name=LANES[position])
            models[LANES[position]].take(batch)

    with ThreadPoolExecutor(len(LANES)) as pool:
        list(pool.map(work, range(len(LANES))))
    expected = {key: value for model in models.values() for key, value in model.held.items()}
    assert held(settings) == expected
    assert unrecorded_loads(settings) == 0


def test_a_killed_loader_is_made_good_by_the_next_run(
    settings: Settings, shops: list[int], tmp_path: Path
) -> None:
    dice, model = random.Random(11), Model()
    tenants = [make_tenant(settings, f"killed-{number}.myshopify.com") for number in range(7)]
    first = random_batch(dice, tenants=tenants, size=700)
    load(settings, first)
    model.take(first)
    batches = [random_batch(dice, tenants=[tenant], size=200) for tenant in tenants]
    plans = list(zip(tenants, batches, MOMENTS, strict=True))
    for start in range(0, len(plans), len(LANES)):
        _kill_all(settings, plans[start : start + len(LANES)], tmp_path)
    for _, batch, _ in plans:
        load(settings, batch, lane_name="0")
        model.take(newest(batch))
    assert held(settings) == model.held
    assert unrecorded_loads(settings) == 0


def test_the_table_is_whole_in_the_middle_of_a_merge(settings: Settings, shops: list[int]) -> None:
    batch = random_batch(random.Random(13), tenants=shops, size=400)
    load(settings, batch)
    before = held(settings)
    newer = [
        Document(d.tenant_id, d.id, d.origin, d.updated_at, d.triggered_at, None, '{"version": 7}')
        for d in newest(batch)
    ]
    _slow_inserts(settings)
    seen: list[object] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            seen.append(held(settings))

    watcher = threading.Thread(target=look)
    watcher.start()
    load(settings, newer)
    done.set()
    watcher.join()
    after = held(settings)
    assert after != before
    assert before in seen
    assert all(look in (before, after) for look in seen)


def test_the_filter_names_the_columns_as_the_migration_made_them(settings: Settings) -> None:
    for resource in RESOURCES:
        found = rows(
            settings,
            "select column_name from information_schema.columns where table_schema = 'raw'"
            " and table_name = %s order by ordinal_position",
            resource.name,
        )
        assert tuple(name for (name,) in found) == RAW_COLUMNS, resource.name


def test_dlt_leaves_the_tables_as_the_migration_made_them(
    settings: Settings, shops: list[int]
) -> None:
    shape = (
        "select column_name, data_type, is_nullable from information_schema.columns"
        " where table_schema = 'raw' and table_name = 'orders' order by ordinal_position"
    )
    before = rows(settings, shape)
    load(settings, random_batch(random.Random(1), tenants=shops))
    assert rows(settings, shape) == before


def test_nothing_is_left_on_disk_after_a_load(settings: Settings, shops: list[int]) -> None:
    load(settings, random_batch(random.Random(1), tenants=shops))
    assert list((settings.home_path / "dlt").glob("lane_*")) == []


def _kill_all(
    settings: Settings, plans: Sequence[tuple[int, list[Document], str]], folder: Path
) -> None:
    children = []
    for lane_name, (tenant, batch, moment) in zip(LANES, plans, strict=False):
        file = folder / f"{tenant}.pickle"
        file.write_bytes(pickle.dumps((settings, newest(batch))))
        command = [sys.executable, "-m", "tests.pipelines.killed_load", str(file), lane_name]
        children.append(
            (moment, subprocess.Popen([*command, moment], stderr=subprocess.PIPE, cwd=ROOT))
        )
    for moment, child in children:
        _, errors = child.communicate(timeout=120)
        assert child.returncode == -9, f"{moment}: {errors.decode()[-2000:]}"


def _slow_inserts(settings: Settings) -> None:
    """Make the second statement of the merge start late, so that others can look in between."""
    with psycopg.connect(settings.database_url.get_secret_value()) as connection:  # type: ignore[union-attr]
        connection.execute(
            "create function raw.dawdle() returns trigger language plpgsql as"
            " 'begin perform pg_sleep(0.5); return null; end'"
        )
        connection.execute(
            "create trigger dawdle before insert on raw.orders"
            " for each statement execute function raw.dawdle()"
        )

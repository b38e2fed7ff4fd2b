"""Documents into the raw tables: one dlt run at a time in each lane, nothing left on disk.

A lane is a staging schema and the advisory lock that guards it. dlt's work directory is thrown away
before each run and after it: whatever a killed run left is delivered again by its source.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa  # type: ignore[import-untyped]
from dlt.common.exceptions import DltException
from dlt.pipeline.exceptions import PipelineStepFailed

from pipelines.destination import (
    SYNC_LANES,
    WEBHOOK_LANE,
    configure_dlt,
    open_pipeline,
    raw_resource,
    staging_schema,
)
from pipelines.errors import LoadFailed, ShopErased
from pipelines.privacy.screen import Screen
from warehouse.connections import Role, advisory_lock, connect, try_advisory_lock
from warehouse.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
Batches = Iterable[pa.RecordBatch]
LONGEST_REASON = 1_000
LANES = (WEBHOOK_LANE, *SYNC_LANES)


@contextmanager
def lane(settings: Settings, name: str) -> Iterator[str]:
    """Hold one lane, waiting for it."""
    with ExitStack() as stack:
        connection = stack.enter_context(connect(settings, Role.LOADER, autocommit=True))
        stack.enter_context(advisory_lock(connection, lane_lock(name)))
        yield name


@contextmanager
def free_lane(settings: Settings, *, tenant_id: int) -> Iterator[str]:
    """Hold any sync lane: a free one, else the tenant's own when its turn comes."""
    first = tenant_id % len(SYNC_LANES)
    turns = SYNC_LANES[first:] + SYNC_LANES[:first]
    with connect(settings, Role.LOADER, autocommit=True) as connection, ExitStack() as stack:
        for name in turns:
            if stack.enter_context(try_advisory_lock(connection, lane_lock(name))):
                yield name
                return
        stack.enter_context(advisory_lock(connection, lane_lock(turns[0])))
        yield turns[0]


def load_documents(settings: Settings, lane_name: str, documents: Mapping[str, Batches]) -> str:
    """Merge documents into their raw tables in one load; returns its id. The lane must be held.

    What comes of erased people is erased on its way. Raises LoadFailed; ShopErased when nothing is
    left, because the shop was erased while it was read.
    """
    configure_dlt(settings)
    work_dir = work_folder(settings, lane_name)
    shutil.rmtree(work_dir, ignore_errors=True)
    try:
        with screening(settings, lane_name) as screen, _first_run_alone(settings):
            screened = screen.screened(documents)
            resources = [raw_resource(name, batches) for name, batches in screened.items()]
            pipeline = open_pipeline(settings, lane_name, str(work_dir))
            info = pipeline.run(resources, loader_file_format="parquet")
            info.raise_on_failed_jobs()
    except DltException as error:
        raise LoadFailed(f"the load failed: {_reason(error)}") from error
    finally:
        shutil.rmtree(work_dir, ignore_errors=True)
    if not info.loads_ids and screen.met_erased_shop:
        raise ShopErased("the shop was erased while it was read")
    if len(info.loads_ids) != 1:
        raise LoadFailed(f"expected one load, dlt made {len(info.loads_ids)}")
    return str(info.loads_ids[0])


def work_folder(settings: Settings, lane_name: str) -> Path:
    """Where dlt packs the documents of a lane; only there while its load runs."""
    return settings.home_path / "dlt" / f"lane_{lane_name}"


@contextmanager
def screening(settings: Settings, lane_name: str) -> Iterator[Screen]:
    """A screen for one load; what was left for its end is done when the load succeeded."""
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        screen = Screen(connection, settings)
        yield screen
        screen.finish(staging_schema(lane_name))


@contextmanager
def _first_run_alone(settings: Settings) -> Iterator[None]:
    """Keep lanes apart while dlt makes its bookkeeping tables: two at once collide."""
    with ExitStack() as stack:
        with connect(settings, Role.LOADER, autocommit=True) as connection:
            made = _bookkeeping_exists(connection)
        if not made:
            holder = stack.enter_context(connect(settings, Role.LOADER, autocommit=True))
            stack.enter_context(advisory_lock(holder, "dlt:first-run"))
        yield


def _bookkeeping_exists(connection: Connection) -> bool:
    row = connection.execute("select to_regclass('raw._dlt_loads') is not null").fetchone()
    return bool(row and row[0])


def lane_lock(lane_name: str) -> str:
    """The lock that whoever loads through a lane holds."""
    return f"lane:{lane_name}"


def _reason(error: BaseException) -> str:
    """The innermost cause in one line: dlt wraps Postgres's words several times."""
    while isinstance(error, PipelineStepFailed) and error.exception is not None:
        error = error.exception
    while error.__cause__ is not None:
        error = error.__cause__
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__)[:LONGEST_REASON]

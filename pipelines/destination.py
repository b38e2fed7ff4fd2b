"""dlt's one destination: the schema raw of our Postgres, and every setting that makes it safe.

The combination is delete-insert + primary key + dedup_sort + source_filter, and it was proved under
duplicates, stale rows, ties and kill -9. Change nothing here without tests/pipelines/test_merge.py.
"""

import os
from typing import Any, Literal

import dlt
from dlt.extract import DltResource

from pipelines.resources import BY_NAME, NEWNESS, PRIMARY_KEY, RAW_COLUMNS
from warehouse.connections import Role, dsn
from warehouse.settings import Settings

DATASET = "raw"
WEBHOOK_LANE = "webhooks"
SYNC_LANES = ("0", "1", "2", "3")

_ENVIRONMENT = {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    # Our input is delivered again until it is marked done: what dlt remembers is never wanted.
    "RESTORE_FROM_DESTINATION": "false",
    # Packing files that live for a second costs half of the client's work.
    "DATA_WRITER__DISABLE_COMPRESSION": "true",
    "NORMALIZE__DATA_WRITER__DISABLE_COMPRESSION": "true",
    # The build takes documents by the load that wrote them.
    "NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_LOAD_ID": "true",
    # dlt tries wrong data again like a lost connection; twice is enough for either.
    "LOAD__RAISE_ON_MAX_RETRIES": "2",
    "LOAD__DELETE_COMPLETED_JOBS": "true",
    "LOAD__WORKERS": "4",
    "NORMALIZE__WORKERS": "1",
}


def configure_dlt(settings: Settings) -> None:
    """Put dlt's settings into this process's environment, where dlt looks first."""
    os.environ.update(_ENVIRONMENT)
    os.environ["DLT_DATA_DIR"] = str(settings.home_path / "dlt")
    # At its own default dlt warns with each load that our hints differ from Arrow's types.
    os.environ["RUNTIME__LOG_LEVEL"] = "INFO" if settings.log_level == "debug" else "ERROR"


def open_pipeline(settings: Settings, lane: str, work_dir: str) -> dlt.Pipeline:
    """dlt's pipeline of one lane, with a staging schema that no other lane touches.

    Pipelines that share a staging schema lose rows without an error.
    """
    destination = dlt.destinations.postgres(
        credentials=dsn(settings, Role.LOADER),
        staging_dataset_name_layout=staging_schema(lane),
        create_indexes=False,
    )
    return dlt.pipeline(
        pipeline_name=f"shopmart_{lane}",
        pipelines_dir=work_dir,
        destination=destination,
        dataset_name=DATASET,
    )


def staging_schema(lane: str) -> str:
    """The schema, made by migration, in which a lane stages its rows."""
    return f"raw_stage_{lane}"


def raw_resource(name: str, batches: Any) -> DltResource:  # noqa: ANN401 - whatever dlt iterates
    """A dlt resource that merges Arrow batches into one raw table."""
    key_type: Literal["bigint", "text"] = "bigint" if BY_NAME[name].key == "number" else "text"
    resource: DltResource = dlt.resource(
        batches,
        name=name,
        write_disposition={
            "disposition": "merge",
            "strategy": "delete-insert",
            "source_filter": refuse_older(name),
        },
        primary_key=PRIMARY_KEY,
        columns={
            "tenant_id": {"data_type": "bigint", "nullable": False},
            "id": {"data_type": key_type, "nullable": False},
            "origin": {"data_type": "text", "nullable": False},
            "updated_at": {"data_type": "timestamp", "nullable": False, "dedup_sort": "desc"},
            "triggered_at": {"data_type": "timestamp", "nullable": False},
            "parent_id": {"data_type": key_type, "nullable": True},
            "payload": {"data_type": "json", "nullable": False},
        },
        max_table_nesting=0,
        # The tables are made by migration; whatever Shopify adds stays inside the payload.
        schema_contract={"tables": "evolve", "columns": "evolve", "data_type": "freeze"},
    )
    return resource


def refuse_older(table: str) -> str:
    """The merge's filter: a staged row goes in unless a strictly newer one stands there.

    Equal rows are written again, else a load killed before dlt's bookkeeping would leave rows of a
    load that no build ever sees. The table's columns are renamed so that the bare names mean the
    staged row: a SQL function would cost a fifth more and is refused by Citus.
    """
    renamed = ", ".join(f"x_{column}" for column in RAW_COLUMNS)
    same = " and ".join(f"x_{column} = {column}" for column in PRIMARY_KEY)
    theirs = ", ".join(f"x_{column}" for column in NEWNESS)
    return (
        f"not exists (select 1 from {DATASET}.{table} as x ({renamed})"  # noqa: S608
        f" where {same} and ({theirs}) > ({', '.join(NEWNESS)}))"
    )

"""Our questions to Dagster, held against Dagster's own schema and our own job."""

import warnings

import pytest
from graphql import parse, validate

from api.syncs import dagster
from orchestration import names
from warehouse.settings import Settings


@pytest.mark.parametrize("query", [dagster.LAUNCH, dagster.RUNS])
def test_dagsters_schema_takes_the_question(query: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from dagster_graphql.schema import create_schema

        schema = create_schema().graphql_schema
    assert validate(schema, parse(query)) == []


def test_the_names_are_those_of_the_location() -> None:
    assert (dagster.LOCATION, dagster.JOB, dagster.STEP) == (
        names.LOCATION,
        names.SYNC_JOB,
        names.SYNC_STEP,
    )


def test_our_job_takes_the_configuration_of_a_launch(settings: Settings) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import dagster as dg

        from orchestration.assembly import build_definitions

        job = build_definitions(settings).get_job_def(dagster.JOB)
    config = dagster.run_config(7)
    assert dg.validate_run_config(job, config)["ops"][dagster.STEP]["config"] == {
        "tenant_ids": ["7"],
        "trigger": "api",
        "retries": 0,
    }

"""dbt's own unit tests, one for each rule of a model, stand beside the models and all hold."""

import pytest
from dbt.cli.main import dbtRunner

from pipelines.build.project import dbt_environment, in_environment, manifest
from tests.dbt_project.conftest import Warehouse


@pytest.fixture
def built(warehouse: Warehouse) -> Warehouse:
    """An empty warehouse whose relations exist, for dbt reads their columns' types."""
    warehouse.build(tests=False)
    return warehouse


def test_every_unit_test_of_the_models_holds(built: Warehouse) -> None:
    runner = dbtRunner(manifest=manifest(built.settings))
    with in_environment(dbt_environment(built.settings)):
        outcome = runner.invoke(["--quiet", "test", "--select", "test_type:unit"])
    results = list(outcome.result.results) if outcome.result else []
    tests = [result for result in results if result.node.resource_type == "unit_test"]
    assert {r.node.name: r.message for r in tests if str(r.status) != "pass"} == {}
    assert len(tests) >= 20

"""How dbt's nodes look in Dagster, and what surrounds dbt's command."""

import json
import os
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import dagster as dg
import pytest

from orchestration.models import (
    ModelTranslator,
    environment,
    failed_nodes,
    installed_dbt,
    refuse_a_part,
)

TRANSLATOR = ModelTranslator()
PROFILES = str(Path(__file__).resolve().parents[2] / "dbt_project")


def node(folder: str, **changes: object) -> Mapping[str, Any]:
    return {
        "resource_type": "model",
        "schema": "marts",
        "name": "orders",
        "fqn": ["shopmart", folder, "orders"],
        "description": "One row for each order.",
        "raw_code": "select 1",
        **changes,
    }


def test_a_model_is_known_by_schema_and_name() -> None:
    assert TRANSLATOR.get_asset_key(node("marts")) == dg.AssetKey(["marts", "orders"])


def test_a_source_is_the_raw_asset_of_its_name() -> None:
    source = node("staging", resource_type="source", schema="raw", source_name="anything")
    assert TRANSLATOR.get_asset_key(source) == dg.AssetKey(["raw", "orders"])


@pytest.mark.parametrize(
    ("folder", "group"),
    [("staging", "staging"), ("intermediate", "ledger"), ("marts", "marts"), ("other", "marts")],
)
def test_the_group_is_the_folder_of_the_model(folder: str, group: str) -> None:
    assert TRANSLATOR.get_group_name(node(folder)) == group


def test_the_description_is_that_of_dbt_without_sql() -> None:
    assert TRANSLATOR.get_description(node("marts")) == "One row for each order."
    assert TRANSLATOR.get_description(node("marts", description=None)) == ""


def test_the_environment_is_set_inside_and_as_before_outside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SHOPMART_X", "before")
    monkeypatch.delenv("SHOPMART_Y", raising=False)
    with (
        pytest.raises(KeyError),
        environment({"SHOPMART_X": "inside", "SHOPMART_Y": "inside"}),
    ):
        assert (os.environ["SHOPMART_X"], os.environ["SHOPMART_Y"]) == ("inside", "inside")
        raise KeyError
    assert os.environ["SHOPMART_X"] == "before"
    assert "SHOPMART_Y" not in os.environ


def test_the_version_of_dbt_is_known_without_asking_the_command() -> None:
    assert str(installed_dbt(profiles=PROFILES)._cli_version) == version("dbt-core")


def test_a_failed_build_names_its_nodes(tmp_path: Path) -> None:
    results = tmp_path / "run_results.json"
    assert failed_nodes(results) == []
    nodes = [
        {"unique_id": "model.shopmart.orders", "status": "success", "message": "INSERT 0 1"},
        {"unique_id": "model.shopmart.ledger", "status": "error", "message": "Database\n  Error"},
        {"unique_id": "test.shopmart.sums.1ab", "status": "fail", "message": "Got 2 results"},
        {"unique_id": "model.shopmart.customers", "status": "skipped", "message": None},
    ]
    results.write_text(json.dumps({"results": nodes}))
    assert failed_nodes(results) == ["ledger: Database Error", "sums: Got 2 results"]


def test_some_of_the_models_are_refused_and_all_are_not() -> None:
    refuse_a_part(context_of(is_subset=False))
    with pytest.raises(dg.Failure, match="build_job"):
        refuse_a_part(context_of(is_subset=True))


def context_of(*, is_subset: bool) -> dg.AssetExecutionContext:
    return cast(dg.AssetExecutionContext, SimpleNamespace(is_subset=is_subset))

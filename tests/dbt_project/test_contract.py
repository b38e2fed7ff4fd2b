"""Laws L1, L6 and L8 over what dbt sends and what stands in the database, without Citus.

Every join, window, grouping and key names the tenant; policies have the plain form; each hook and
each statement of a build is one statement.
"""

import re
from collections.abc import Callable, Iterator

import pytest

from pipelines.build.project import MODELS, manifest
from pipelines.build.statements import statement
from tests.dbt_project.conftest import Warehouse

STATEMENTS = MODELS.parent / "pipelines" / "build" / "statements"
SQL = sorted([*MODELS.rglob("*.sql"), *STATEMENTS.glob("*.sql")])
MODEL_SQL = sorted((MODELS / "models").rglob("*.sql"))
CLAUSE_END = (
    r"(?=\b(?:where|group by|order by|having|union|select|inner join|left join|full join"
    r"|cross join|window|limit)\b|\)\s*(?:,|as\b|select\b|$)|$)"
)


def plain(text: str) -> str:
    """The SQL without comments, Jinja calls and line breaks."""
    text = re.sub(r"\{#.*?#\}", " ", text, flags=re.DOTALL)
    text = re.sub(r"--[^\n]*", " ", text)
    text = re.sub(r"\{%.*?%\}|\{\{ config\(.*?\) \}\}", " ", text, flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}", "jinja", text, flags=re.DOTALL)
    return " ".join(text.split()).lower()


def found(pattern: str, text: str) -> Iterator[str]:
    return (match.group(0) for match in re.finditer(pattern, text))


@pytest.mark.parametrize("path", SQL, ids=lambda path: path.stem)
def test_every_join_names_the_tenant(path: object) -> None:
    text = plain(path.read_text())  # type: ignore[attr-defined]
    for join in found(rf"\b(?:inner|left|full|right) join\b.*?{CLAUSE_END}", text):
        assert "tenant_id" in join, join


@pytest.mark.parametrize("path", SQL, ids=lambda path: path.stem)
def test_every_window_and_distinct_key_begins_with_the_tenant(path: object) -> None:
    text = plain(path.read_text())  # type: ignore[attr-defined]
    for key in found(r"partition by [\w.]+|distinct on \([\w.]+", text):
        assert key.endswith("tenant_id"), key


@pytest.mark.parametrize("path", MODEL_SQL, ids=lambda path: path.stem)
def test_every_grouping_begins_with_the_tenant(path: object) -> None:
    text = plain(path.read_text())  # type: ignore[attr-defined]
    for key in found(r"group by [\w.]+", text):
        assert key.endswith("tenant_id"), key


@pytest.mark.parametrize("path", SQL, ids=lambda path: path.stem)
def test_every_choice_by_a_sub_select_names_the_tenant(path: object) -> None:
    text = plain(path.read_text())  # type: ignore[attr-defined]
    for chosen in found(r"exists \( select 1.*?\)(?! as)", text):
        # Loads and builds are of no tenant.
        assert re.search("tenant_id|load_id|build_id", chosen), chosen
    for keys in found(r"\(([\w.]+), [\w.]+\) in \(", text):
        assert "tenant_id" in keys, keys


@pytest.mark.parametrize("path", sorted(STATEMENTS.glob("*.sql")), ids=lambda path: path.stem)
def test_each_statement_of_a_build_is_one_and_writes_no_secret(path: object) -> None:
    text = plain(statement(path.stem))  # type: ignore[attr-defined]
    assert ";" not in text
    assert "hmac" not in text


@pytest.mark.parametrize("path", sorted(MODELS.rglob("*.sql")), ids=lambda path: path.stem)
def test_nothing_that_citus_or_a_replay_cannot_do_is_used(path: object) -> None:
    text = plain(path.read_text())  # type: ignore[attr-defined]
    is_view = "materialized='view'" in path.read_text()  # type: ignore[attr-defined]
    for word in (r"set_config", r"\brollup\b", r"\bcube\b", r"grouping sets", r"create trigger"):
        assert not re.search(word, text), word
    # A view is computed when it is read, so that what it says of that moment is never stale.
    if path.parent.parent.name == "models" and not is_view:  # type: ignore[attr-defined]
        for clock in (r"\bnow\(", r"current_date", r"current_timestamp", r"random\(", r"load_id"):
            assert not re.search(clock, text), clock


@pytest.fixture(scope="module")
def built(new_warehouse: Callable[[], Warehouse]) -> Warehouse:
    warehouse = new_warehouse()
    warehouse.build(tests=False)
    return warehouse


def test_each_hook_is_one_statement(built: Warehouse) -> None:
    for node in manifest(built.settings).nodes.values():
        for hook in getattr(node.config, "post_hook", []):
            assert hook.sql.count("{{") == 1, hook.sql
            assert ";" not in hook.sql, hook.sql


def test_every_unique_index_begins_with_the_tenant(built: Warehouse) -> None:
    indexes = built.rows(
        "select indexdef from pg_indexes where schemaname in ('marts', 'raw')"
        " and tablename not like '\\_dlt%' and indexdef like 'CREATE UNIQUE%'"
    )
    assert len(indexes) >= 10
    for (definition,) in indexes:
        assert re.search(r"\(tenant_id[,)]", definition), definition


def test_money_and_times_of_every_mart_have_exact_types(built: Warehouse) -> None:
    columns = built.rows(
        "select table_name || '.' || column_name, data_type, numeric_precision, numeric_scale"
        " from information_schema.columns where table_schema = 'marts'"
    )
    kinds = {name: (kind, digits, scale) for name, kind, digits, scale in columns}
    inexact = {"real", "double precision", "money", "timestamp without time zone"}
    assert {name for name, (kind, _, _) in kinds.items() if kind in inexact} == set()
    numbers = {name: kind[1:] for name, kind in kinds.items() if kind[0] == "numeric"}
    assert numbers.pop("customer_cohorts.retention") == (9, 6)
    assert len(numbers) > 100
    assert {name: of for name, of in numbers.items() if of != (20, 4)} == {}


def test_every_policy_has_the_plain_form(built: Warehouse) -> None:
    policies = built.rows(
        "select tablename, roles::text, qual from pg_policies where schemaname = 'marts'"
    )
    assert len({table for table, _, _ in policies}) * 2 == len(policies) >= 18
    for table, roles, condition in policies:
        assert "SELECT" not in condition, (table, condition)
        if roles == "{shopmart_reader}":
            setting = "NULLIF(current_setting('app.tenant_id'::text, true), ''::text)"
            assert condition == f"(tenant_id = ({setting})::bigint)"


def test_every_mart_has_an_enforced_contract_and_every_column_a_description(
    built: Warehouse,
) -> None:
    models = [
        node for node in manifest(built.settings).nodes.values() if node.resource_type == "model"
    ]
    for node in models:
        assert node.description, node.name
        assert node.columns, node.name
        assert all(column.description for column in node.columns.values()), node.name
        assert (MODELS.parent / node.original_file_path).with_suffix(".yml").exists(), node.name
        if node.schema == "marts":
            assert node.config.contract.enforced, node.name


def test_every_test_of_the_data_says_in_words_what_it_proves(built: Warehouse) -> None:
    for node in manifest(built.settings).nodes.values():
        if node.resource_type == "test":
            assert node.description, node.name
            assert not node.name.endswith("_") and "__" not in node.name, node.name


def test_postgres_can_look_through_every_staging_view() -> None:
    # A view with WITH is computed whole before one dirty order is taken from it.
    views = sorted((MODELS / "models" / "staging").glob("*.sql"))
    assert {path.stem for path in views if re.search(r"\bwith\b", plain(path.read_text()))} == set()


def test_no_model_is_longer_than_a_reader_bears() -> None:
    assert {p.stem for p in MODEL_SQL if len(p.read_text().splitlines()) > 120} == set()

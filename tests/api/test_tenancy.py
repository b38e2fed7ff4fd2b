"""Two locks on tenancy, and the questions tied to the marts' contracts."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import yaml

from tests.api.conftest import Built
from tests.api.shops import rows
from warehouse.connections import Role, connect

ROOT = Path(__file__).parents[2]
QUESTIONS = sorted((ROOT / "api" / "queries").glob("*.sql"))
MARTS = [
    "orders",
    "customers",
    "customer_lives",
    "daily_sales",
    "ledger",
    "products",
    "checkouts",
    "checkout_lives",
    "refunds",
]
# Counts and places that lists are paged by.
KEPT = ["int_list_days", "int_customer_places", "int_product_places"]


def named(question: Path) -> str:
    return question.stem


@pytest.fixture
def reader(built: Built) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with connect(built.settings, Role.READER) as connection:
        yield connection


@pytest.mark.parametrize(
    "relation",
    [
        *(f"marts.{mart}" for mart in MARTS),
        *(f"staging.{table}" for table in KEPT),
        "control.tenants",
    ],
)
def test_without_a_tenant_set_the_reader_sees_nothing(
    reader: psycopg.Connection[tuple[object, ...]], built: Built, relation: str
) -> None:
    assert reader.execute(f"select count(tenant_id) from {relation}").fetchone() == (0,)
    ((count,),) = rows(built.settings, "select count(*) from control.tenants")
    assert count == 3


@pytest.mark.parametrize("relation", [f"marts.{mart}" for mart in MARTS])
def test_a_question_that_forgot_its_tenant_sees_one_tenant_only(
    reader: psycopg.Connection[tuple[object, ...]], built: Built, relation: str
) -> None:
    seen = []
    for shop in (built.berlin, built.new_york, built.empty):
        reader.execute(f"set local app.tenant_id = '{shop.tenant_id}'")
        found = reader.execute(f"select distinct tenant_id from {relation}").fetchall()
        assert set(found) <= {(shop.tenant_id,)}
        seen += found
        reader.rollback()
    assert seen[0] == (built.berlin.tenant_id,)


def test_the_reader_can_neither_write_nor_read_secrets(
    reader: psycopg.Connection[tuple[object, ...]],
) -> None:
    for statement in (
        "select * from control.credentials",
        "select * from landing.webhook_events",
        "select * from raw.orders",
        "delete from marts.orders",
    ):
        with pytest.raises(
            (psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)
        ):
            reader.execute(statement)
        reader.rollback()


@pytest.mark.parametrize("question", QUESTIONS, ids=named)
def test_a_question_binds_the_tenant_of_every_relation_that_it_reads(question: Path) -> None:
    text = question.read_text()
    for relation in re.findall(r"(?:from|join) (?:marts|control|staging)\.(\w+)", text):
        bound = rf"\b{relation}\.tenant_id = (\$1|tenants\.tenant_id|ledger\.tenant_id)"
        assert re.search(bound, text), relation
    assert "select *\n" not in text


@pytest.mark.parametrize("question", QUESTIONS, ids=named)
def test_a_question_asks_only_for_columns_of_the_marts_contracts(question: Path) -> None:
    text = question.read_text()
    for mart in [*MARTS, *KEPT]:
        (contract,) = (ROOT / "dbt_project" / "models").rglob(f"{mart}.yml")
        (model,) = yaml.safe_load(contract.read_text())["models"]
        columns = {column["name"] for column in model["columns"]}
        named_apart = text.replace(f"marts.{mart}", "").replace(f"staging.{mart}", "")
        asked = set(re.findall(rf"\b{mart}\.(\w+)", named_apart))
        assert asked <= columns, f"{mart} has no {sorted(asked - columns)}"


@pytest.mark.parametrize("question", QUESTIONS, ids=named)
def test_postgres_takes_every_question(
    reader: psycopg.Connection[tuple[object, ...]], question: Path
) -> None:
    reader.execute(f"prepare question as {question.read_text()}".encode())

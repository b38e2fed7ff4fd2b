"""The page for analysts: every table is on it, and each question's SQL answers from a real shop."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from pipelines.build.project import PROJECT
from shopmart.catalogue.models import marts
from tests.dbt_project.compat_shop import history, second_order
from tests.dbt_project.conftest import Warehouse
from warehouse.connections import Role, connect

PAGE = (PROJECT / "docs" / "marts.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"^## (\d+)\. [^\n]+\n(?:(?!^## ).)*?```sql\n(.*?)```", PAGE, re.M | re.S)
Row = dict[str, Any]


@pytest.fixture(scope="module")
def built(new_warehouse: Callable[[], Warehouse]) -> tuple[Warehouse, int]:
    """A shop with two orders of one buyer and a refund."""
    warehouse = new_warehouse()
    shop = warehouse.tenant("first")
    warehouse.load(*history(shop), (shop, "orders", "admin", second_order()))
    warehouse.build(tests=False)
    return warehouse, shop


def ask(built: tuple[Warehouse, int], query: str) -> list[Row]:
    """What an analyst sees who named the shop as the page says."""
    warehouse, shop = built
    with connect(warehouse.settings, Role.READER) as connection:
        connection.execute(f"set local app.tenant_id = '{shop}'")
        cursor = connection.execute(query)
        names = [column.name for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor]


def test_there_are_ten_questions_and_each_has_its_query() -> None:
    assert [int(number) for number, _ in QUESTIONS] == list(range(1, 11))
    assert len(re.findall(r"^## ", PAGE, re.MULTILINE)) == 10


def test_every_table_that_people_query_is_on_the_page() -> None:
    told = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert sorted(told) == sorted(model.name for model in marts())


@pytest.mark.parametrize("number", range(1, 11))
def test_each_question_is_answered(built: tuple[Warehouse, int], number: int) -> None:
    query = dict(QUESTIONS)[str(number)]
    rows = ask(built, query)
    for name, wanted in ANSWERS[number].items():
        assert rows[0][name] == wanted, name
    assert bool(rows) == bool(ANSWERS[number])


# Of the first row; a question whose answer is nothing in this shop has none.
ANSWERS: dict[int, Row] = {
    1: {"net_sales": Decimal("39.5"), "change": None},
    2: {"sold": Decimal(20), "returns": Decimal("10.5"), "refund_rate": Decimal("0.525")},
    3: {"product_id": 5, "units_sold": 5, "net_sales": Decimal(40), "refund_rate": None},
    4: {"new_orders": 1, "returning_orders": 1, "returning_net_sales": Decimal(30)},
    5: {"customers": 1, "worth_at_first": Decimal("39.5"), "best_retention": None},
    6: {"repeat_rate": Decimal(1), "median_days": 4},
    7: {},
    8: {},
    9: {},
    10: {"total_sales": Decimal("43.8"), "net_cash": Decimal("43.8"), "still_open": Decimal(0)},
}


def test_the_opening_says_how_to_name_a_shop(built: tuple[Warehouse, int]) -> None:
    opening = re.search(r"```\nbegin;\nset local .*?;\n(.*?);\ncommit;", PAGE, re.DOTALL)
    assert opening is not None
    assert next(row["total_sales"] for row in ask(built, opening[1])) == Decimal(30)

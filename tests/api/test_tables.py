"""CSV of every list: the same rows, streamed, safe in a spreadsheet."""

import asyncio
import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import Unavailable
from api.marts import EXPORT_CONNECTIONS, Marts
from api.tables import FORMULA, cell, prefers_csv
from tests.api.conftest import Built
from tests.api.shops import Shop
from warehouse.connections import Role, dsn

LISTS = ["tenants/{}/orders", "tenants/{}/customers", "tenants/{}/products",
         "analytics/checkouts/{}/list", "analytics/refunds/{}/list"]  # fmt: skip


def table(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def rows_of(answer: httpx.Response) -> list[dict[str, object]]:
    (rows,) = [found for found in answer.json().values() if isinstance(found, list)]
    found: list[dict[str, object]] = rows
    return found


@pytest.mark.parametrize("path", LISTS)
def test_every_list_is_a_table_of_the_same_rows_by_header_and_by_name(
    built: Built, path: str
) -> None:
    path = "/api/v1/" + path.format(built.berlin.tenant_id)
    rows = rows_of(built.api.get(path))
    by_name = built.api.get(f"{path}.csv")
    by_header = built.api.get(path, headers={"Accept": "text/csv"})
    assert by_name.content == by_header.content
    found = table(by_name)
    assert [list(line) for line in found] == [list(row) for row in rows]
    assert [line["id"] for line in found] == [row["id"] for row in rows]
    assert "attachment" in by_name.headers["content-disposition"]


def test_the_tenants_are_a_table_too(built: Built) -> None:
    by_name = built.api.get("/api/v1/tenants.csv")
    assert [line["id"] for line in table(by_name)] == ["1", "2", "3"]
    by_header = built.api.get("/api/v1/tenants", headers={"Accept": "text/csv"})
    assert by_header.content == by_name.content


@pytest.mark.parametrize("path", LISTS)
def test_a_list_without_rows_is_a_header(built: Built, path: str) -> None:
    answer = built.api.get(f"/api/v1/{path.format(built.empty.tenant_id)}.csv")
    assert table(answer) == []
    assert answer.text.startswith("id,")


def test_before_any_build_a_list_is_a_header(api: httpx.Client, shop: Shop) -> None:
    assert table(api.get(f"{shop.path}/orders.csv")) == []


def test_a_page_that_is_asked_for_is_that_page(built: Built) -> None:
    found = table(built.api.get(f"{built.berlin.path}/orders.csv?page=2&limit=2"))
    assert len(found) == 2
    assert len(table(built.api.get(f"{built.berlin.path}/orders.csv?startDate=2026-04-01"))) == 1
    part = f"/api/v1/analytics/refunds/{built.berlin.tenant_id}/list.csv?limit=1&offset=1"
    assert [line["id"] for line in table(built.api.get(part))] == ["702"]


def test_what_would_be_a_formula_is_a_text(built: Built) -> None:
    found = table(built.api.get(f"{built.berlin.path}/products.csv"))
    assert found[0]["title"] == "'=HYPERLINK(1)"
    assert found[2]["title"] == "Matcha, 30 g"


def test_many_tables_one_after_the_other_leave_no_connection_behind(built: Built) -> None:
    for _ in range(10):
        with built.api.stream("GET", f"{built.berlin.path}/orders.csv") as answer:
            assert answer.status_code == 200


def test_one_export_too_many_is_told_that_others_are_under_way(built: Built) -> None:
    async def too_many() -> Unavailable:
        marts = Marts(dsn(built.settings, Role.READER))
        await marts.open()
        orders = ("orders", built.berlin.tenant_id, None, None, None, 0)
        under_way = [marts.batches(*orders) for _ in range(EXPORT_CONNECTIONS)]
        for one in under_way:
            await anext(one)
        with pytest.raises(Unavailable, match="exports of whole lists are under way") as refused:
            await anext(marts.batches(*orders))
        await under_way.pop().aclose()
        again = marts.batches(*orders)
        assert await anext(again)
        for one in (again, *under_way):
            await one.aclose()
        await marts.close()
        return refused.value

    refused = asyncio.run(too_many())
    assert "database" not in refused.detail
    assert refused.headers == {"Retry-After": "15"}


@pytest.mark.parametrize("query", ["limit=0", "page=x", "startDate=soon"])
def test_a_wrong_question_has_the_one_shape_of_errors(built: Built, query: str) -> None:
    answer = built.api.get(f"{built.berlin.path}/orders.csv?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


@given(st.text())
def test_no_text_begins_like_a_formula(text: str) -> None:
    assert not cell(text).startswith(FORMULA)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (True, "true"),
        (-3, "-3"),
        (Decimal("-5.5"), "-5.50"),
        (date(2026, 3, 31), "2026-03-31"),
        (datetime(2026, 3, 31, 22, tzinfo=UTC), "2026-03-31T22:00:00Z"),
    ],
)
def test_a_value_stands_as_it_does_in_json(value: object, shown: str) -> None:
    assert cell(value) == shown


@pytest.mark.parametrize(
    ("accept", "is_csv"),
    [
        ("text/csv", True),
        ("text/csv;q=0.9, application/json;q=0.5", True),
        ("application/json, text/csv", False),
        ("text/csv, application/json", True),
        ("text/csv;q=0", False),
        ("text/csv;q=no", False),
        ("*/*", False),
        ("text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("", False),
    ],
)
def test_csv_is_given_to_who_prefers_it(accept: str, is_csv: bool) -> None:
    assert prefers_csv(accept) is is_csv

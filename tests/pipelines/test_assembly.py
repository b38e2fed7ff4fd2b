"""Export files to documents: proved by their counts, joined whatever the order of their lines."""

import random
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from pipelines.assembly import assemble
from pipelines.errors import BulkIncomplete
from pipelines.resources import CUSTOMERS, ORDERS, Children, Resource
from pipelines.shopify.bulk import BulkFile

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
Line = dict[str, Any]


def order_lines(number: int, **changes: object) -> Iterator[Line]:
    order = f"gid://shopify/Order/{number}"
    yield {"id": order, "updatedAt": "2026-02-01T00:00:00Z", "refunds": [], **changes}
    for item in range(number * 10, number * 10 + 3):
        yield {"id": f"gid://shopify/LineItem/{item}", "title": "a/b", "__parentId": order}
    yield {"id": f"gid://shopify/ShippingLine/{number}", "__parentId": order}
    for agreement in range(number * 10, number * 10 + 2):
        gid = f"gid://shopify/SalesAgreement/{agreement}"
        yield {"id": gid, "reason": "ORDER", "__parentId": order}
        for sale in range(agreement * 10, agreement * 10 + 2):
            yield {"id": f"gid://shopify/Sale/{sale}", "quantity": -1, "__parentId": gid}


def written(path: Path, lines: list[Line]) -> bytes:
    content = b"".join(orjson.dumps(line).replace(b"/", b"\\/") + b"\n" for line in lines)
    path.write_bytes(content)
    return content


def documents(file: BulkFile, resource: Resource = ORDERS) -> list[dict[str, Any]]:
    with closing(assemble(file, resource)) as assembly:
        return [
            row
            for batch in assembly.batches(tenant_id=3, read_began=BEGAN)
            for row in batch.to_pylist()
        ]


def test_children_find_their_parents_in_any_order(tmp_path: Path) -> None:
    lines = [line for number in range(1, 6) for line in order_lines(number)]
    expected = None
    for seed in range(4):
        random.Random(seed).shuffle(lines)
        written(tmp_path / "orders.jsonl", lines)
        found = documents(BulkFile(tmp_path / "orders.jsonl", len(lines), 5))
        found.sort(key=lambda row: row["id"])
        assert expected in (None, found)
        expected = found
    assert expected is not None
    first = orjson.loads(expected[0]["payload"])
    assert [item["id"][-2:] for item in first["lineItems"]] == ["10", "11", "12"]
    assert first["lineItems"][0] == {"id": "gid://shopify/LineItem/10", "title": "a/b"}
    assert [len(one["sales"]) for one in first["agreements"]] == [2, 2]
    assert len(first["shippingLines"]) == 1


def test_a_document_carries_its_tenant_origin_and_times(tmp_path: Path) -> None:
    lines = list(order_lines(2**53 + 1))
    written(tmp_path / "orders.jsonl", lines)
    (row,) = documents(BulkFile(tmp_path / "orders.jsonl", len(lines), 1))
    row.pop("payload")
    assert row == {
        "tenant_id": 3,
        "id": 2**53 + 1,
        "origin": "admin",
        "updated_at": datetime(2026, 2, 1, tzinfo=UTC),
        "triggered_at": BEGAN,
        "parent_id": None,
    }


def test_an_order_without_children_has_empty_lists(tmp_path: Path) -> None:
    (order, *_) = order_lines(1)
    written(tmp_path / "orders.jsonl", [order])
    (row,) = documents(BulkFile(tmp_path / "orders.jsonl", 1, 1))
    payload = orjson.loads(row["payload"])
    assert (payload["lineItems"], payload["shippingLines"], payload["agreements"]) == ([], [], [])


def test_text_that_looks_like_structure_changes_nothing(tmp_path: Path) -> None:
    note = 'a "__parentId":"gid" }], \\ \u0000\u0000 \\u0000 ,"__parentId":"x"}'
    lines = list(order_lines(1, note=note))
    written(tmp_path / "orders.jsonl", lines)
    (row,) = documents(BulkFile(tmp_path / "orders.jsonl", len(lines), 1))
    assert orjson.loads(row["payload"])["note"] == note.replace("\x00", "")


def test_an_empty_export_has_no_documents(tmp_path: Path) -> None:
    (tmp_path / "customers.jsonl").write_bytes(b"")
    assert documents(BulkFile(tmp_path / "customers.jsonl", 0, 0), CUSTOMERS) == []


def test_the_refunded_orders_are_those_with_refunds(tmp_path: Path) -> None:
    lines = [*order_lines(1), *order_lines(2, refunds=[{"id": "x"}]), *order_lines(3)]
    written(tmp_path / "orders.jsonl", lines)
    with closing(assemble(BulkFile(tmp_path / "orders.jsonl", len(lines), 3), ORDERS)) as found:
        assert found.refunded() == [2]


def refusal(path: Path, content: bytes, *, objects: int, roots: int) -> str:
    path.write_bytes(content)
    with pytest.raises(BulkIncomplete) as refused:
        documents(BulkFile(path, objects, roots))
    return str(refused.value)


def test_every_way_of_cutting_a_file_is_noticed_with_its_counts(tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl"
    lines = [line for number in range(1, 4) for line in order_lines(number)]
    content = written(path, lines)
    for cut in random.Random(1).sample(range(1, len(content)), 25):
        # A file that lacks nothing but its last line end is whole.
        if cut == len(content) - 1:
            continue
        assert str(len(lines)) in refusal(path, content[:cut], objects=len(lines), roots=3)


def test_lines_that_are_too_many_or_too_few_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl"
    lines = list(order_lines(1))
    content = written(path, lines)
    assert "of 99 and 1" in refusal(path, content, objects=99, roots=1)
    assert "of 11 and 2" in refusal(path, content, objects=len(lines), roots=2)
    assert "22 lines" in refusal(path, content * 2, objects=len(lines), roots=1)


def test_rows_of_an_unknown_kind_or_without_their_parent_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl"
    lines = list(order_lines(1))
    stranger = {"id": "gid://shopify/Fulfillment/1", "__parentId": lines[0]["id"]}
    orphan = {"id": "gid://shopify/LineItem/1", "__parentId": "gid://shopify/Order/404"}
    content = written(path, [*lines, stranger])
    assert "1 rows of an unknown kind" in refusal(path, content, objects=len(lines) + 1, roots=1)
    content = written(path, [*lines, orphan])
    assert "1 rows whose parent" in refusal(path, content, objects=len(lines) + 1, roots=1)


@pytest.mark.parametrize("moment", [None, "soon", "9999-12-31T00:00:00Z"])
def test_an_order_without_a_usable_time_is_an_error(tmp_path: Path, moment: str | None) -> None:
    lines = list(order_lines(1, updatedAt=moment))
    content = written(tmp_path / "orders.jsonl", lines)
    message = refusal(tmp_path / "orders.jsonl", content, objects=len(lines), roots=1)
    assert "1 orders have no usable updatedAt" in message


def test_a_recorded_export_of_shopify_is_read_line_by_line(shared: Path) -> None:
    products = Resource(
        "products",
        "Product",
        children=(
            Children("variants", kinds=("ProductVariant",)),
            Children("media", kinds=("MediaImage",)),
            Children("metafields", kinds=("Metafield",)),
        ),
    )
    recorded = shared / "shopify" / "bulk" / "products_variants_media_metafields.jsonl"
    lines = recorded.read_bytes().splitlines()
    # It selects no updatedAt, so the counts are proved and then the missing time is told.
    with pytest.raises(BulkIncomplete, match="1 products have no usable updatedAt"):
        assemble(BulkFile(recorded, len(lines), 1), products)


def test_an_order_that_stands_in_the_file_twice_is_one_with_its_children_once(
    tmp_path: Path,
) -> None:
    lines = [*order_lines(1), *order_lines(1, updatedAt="2026-02-02T00:00:00Z")]
    written(tmp_path / "orders.jsonl", lines)
    (row,) = documents(BulkFile(tmp_path / "orders.jsonl", len(lines), 2))
    payload = orjson.loads(row["payload"])
    assert payload["updatedAt"] == "2026-02-02T00:00:00Z"
    assert [len(payload["lineItems"]), len(payload["agreements"])] == [3, 2]

"""Tables whose documents are known by a text: they merge as those with numbers do."""

import random
from pathlib import Path

import pytest

from pipelines.documents import newest, record_batches
from pipelines.load import lane, load_documents
from pipelines.resources import RESOURCES
from tests.pipelines.conftest import make_tenant, rows
from tests.pipelines.model import Model, held, random_batch, unrecorded_loads, with_text_keys
from warehouse.settings import Settings

TABLES = [one.name for one in RESOURCES if one.key == "text"]
SHAPE = """
select column_name, data_type, is_nullable from information_schema.columns
where table_schema = 'raw' and table_name = %s order by ordinal_position
"""


@pytest.mark.parametrize("table", TABLES)
def test_documents_that_are_known_by_a_text_merge_as_those_with_numbers(
    settings: Settings, tmp_path: Path, table: str
) -> None:
    settings = settings.model_copy(update={"home": tmp_path})
    shops = [make_tenant(settings, f"shop-{number}.myshopify.com") for number in range(2)]
    before = rows(settings, SHAPE, table)
    dice, model = random.Random(17), Model()
    for _ in range(3):
        batch = newest(with_text_keys(random_batch(dice, tenants=shops)))
        with lane(settings, "0"):
            load_documents(settings, "0", {table: record_batches(batch, key="text")})
        model.take(batch)
        assert held(settings, table) == model.held
    assert unrecorded_loads(settings, table) == 0
    parents = rows(settings, f"select distinct left(parent_id, 5) from raw.{table}")
    assert sorted(parents, key=str) == [("cart-",), (None,)]
    assert rows(settings, SHAPE, table) == before

"""Keys, groups and descriptions of the assets that dbt does not describe."""

import dagster as dg
import pytest

from orchestration.lineage import (
    ADMIN_API,
    LANDED,
    RAW_DESCRIPTIONS,
    WEBHOOK_DESCRIPTIONS,
    WEBHOOKS,
    admin_specs,
    delivery_spec,
    raw_key,
    webhook_specs,
)
from orchestration.names import OWNERS
from pipelines.resources import RESOURCES

READING, *TABLES = admin_specs(RAW_DESCRIPTIONS)
ADMIN = {spec.key.path[-1]: spec for spec in TABLES}


def test_every_resource_is_exactly_one_raw_asset() -> None:
    raw = [*ADMIN.values(), *(spec for spec in webhook_specs() if spec.key != LANDED)]
    assert sorted(spec.key.path for spec in raw) == sorted(["raw", r.name] for r in RESOURCES)


@pytest.mark.parametrize("resource", RAW_DESCRIPTIONS)
def test_a_raw_table_comes_from_both_ways_of_shopify(resource: str) -> None:
    spec = ADMIN[resource]
    assert spec.key == dg.AssetKey(["raw", resource])
    assert {dep.asset_key for dep in spec.deps} == {ADMIN_API, LANDED}


@pytest.mark.parametrize("resource", RAW_DESCRIPTIONS)
def test_a_raw_table_shows_its_kinds_group_and_table(resource: str) -> None:
    spec = ADMIN[resource]
    assert spec.kinds == {"dlt", "postgres"}
    assert spec.group_name == "raw"
    assert spec.metadata["dagster/table_name"] == f"raw.{resource}"
    assert spec.description == RAW_DESCRIPTIONS[resource]


def test_the_reading_comes_before_the_tables() -> None:
    assert READING.key == ADMIN_API
    assert not list(READING.deps)


def test_landed_events_come_from_shopify_and_edits_from_them() -> None:
    upstream = {spec.key: [dep.asset_key for dep in spec.deps] for spec in webhook_specs()}
    only = {raw_key(name): [LANDED] for name in WEBHOOK_DESCRIPTIONS}
    assert upstream == {LANDED: [WEBHOOKS], **only}


def test_everything_has_words_for_an_operator() -> None:
    specs = [READING, *TABLES, *webhook_specs(), delivery_spec()]
    assert not [spec.key for spec in specs if not spec.description or not spec.kinds]
    assert {owner for spec in specs for owner in spec.owners} == set(OWNERS)

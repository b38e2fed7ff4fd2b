"""How the outcome of a sync is told."""

import pytest

from orchestration.outcomes import (
    ShopSync,
    failure_of,
    loaded_metadata,
    read_tenant_ids,
    shop_names,
    shop_table,
    told,
)
from pipelines.sync import SyncOutcome, SyncResult
from warehouse.connections import Role, connect
from warehouse.errors import UnknownTenant
from warehouse.settings import Settings

SHOPS = {1: "one.myshopify.com", 2: "two.myshopify.com"}
LOADED = SyncOutcome(1, result=SyncResult(1, 7, {"orders": 12, "shops": 1}, ["1.5"], 0.5))
REFUSED = SyncOutcome(2, error="[API] Invalid API key.", hint="copy the token again")
SYNCS = told([LOADED, REFUSED], SHOPS)


def test_no_ids_stand_for_every_tenant() -> None:
    assert read_tenant_ids([]) is None
    assert read_tenant_ids(["2", "1"]) == [2, 1]


@pytest.mark.parametrize("wrong", ["one.myshopify.com", "-1", "", "1.5", "٣"])
def test_an_id_that_is_none_is_named_with_its_field(wrong: str) -> None:
    with pytest.raises(UnknownTenant, match="tenant_ids"):
        read_tenant_ids(["1", wrong])


def test_a_shop_is_told_by_its_domain() -> None:
    assert [sync.shop for sync in SYNCS] == ["one.myshopify.com", "two.myshopify.com"]
    assert told([SyncOutcome(9, error="x")], SHOPS)[0].shop == "unknown"


def test_the_names_come_from_the_tenants(settings: Settings) -> None:
    with connect(settings, Role.OWNER) as owner:
        owner.execute(
            "insert into control.tenants (name, shop_domain) values ('1', 'one.myshopify.com')"
        )
    assert list(shop_names(settings).values()) == ["one.myshopify.com"]


def test_an_asset_counts_only_what_was_loaded() -> None:
    metadata = loaded_metadata(SYNCS, "orders")
    assert metadata["documents"].value == 12
    assert (metadata["shops synced"].value, metadata["shops failed"].value) == (1, 1)


def test_the_table_has_a_row_for_every_shop() -> None:
    table = shop_table(SYNCS, ["orders"])
    assert [record.data for record in table.records] == [
        {"tenant": "1", "shop": SHOPS[1], "orders": 12, "result": "loaded", "cure": ""},
        {
            "tenant": "2",
            "shop": SHOPS[2],
            "orders": 0,
            "result": "[API] Invalid API key.",
            "cure": "copy the token again",
        },
    ]


def test_the_columns_of_the_table_are_those_of_its_rows() -> None:
    table = shop_table(SYNCS, ["orders", "refunds"])
    assert [column.name for column in table.schema.columns] == list(table.records[0].data)


def test_what_was_left_out_of_a_shop_stands_beside_its_figures() -> None:
    why = {"orders": "read without the customers", "products": "no scope read_products"}
    result = SyncResult(1, 8, {"orders": 3}, ["1.6"], 0.5, skipped=why)
    syncs = told([SyncOutcome(1, result=result)], SHOPS)
    (row,) = shop_table(syncs, ["orders", "customers"]).records
    assert row.data["result"] == "loaded; left out: orders: read without the customers"
    assert loaded_metadata(syncs, "products")["shops with a part left out"].value == 1
    assert loaded_metadata(syncs, "customers")["shops with a part left out"].value == 0


def test_a_failure_names_the_shop_the_words_and_the_cure() -> None:
    assert failure_of(SYNCS).description == (
        "1 of 2 shops could not be synced.\n"
        "two.myshopify.com (tenant 2): [API] Invalid API key. Cure: copy the token again."
    )


def test_a_failure_without_a_cure_claims_none() -> None:
    words = failure_of([ShopSync("1", "one", {}, error="went away")]).description
    assert words == "1 of 1 shops could not be synced.\none (tenant 1): went away."

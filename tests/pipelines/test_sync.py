"""A tenant's shop into the raw tables: proved data only, and cursors that move only over it."""

from pathlib import Path

import pytest

from pipelines.errors import (
    AccessDenied,
    BulkFailed,
    BulkIncomplete,
    NoAccessToken,
    SyncRunning,
    TenantPaused,
    UnknownShop,
    WrongToken,
    WrongVersion,
)
from pipelines.resources import EXPORTED
from pipelines.sync import sync_tenant, sync_tenants
from tests.pipelines.conftest import LocalShopify, make_tenant, rows
from warehouse.connections import Role, advisory_lock, connect
from warehouse.secrets import Sealer
from warehouse.settings import Settings
from warehouse.tenants import update_tenant

COUNTS = "select count(*) from raw.{} where tenant_id = %s and origin = 'admin'"


def loaded(settings: Settings, tenant_id: int) -> dict[str, int]:
    tables = [*(resource.name for resource in EXPORTED), "refunds", "shops"]
    return {name: rows(settings, COUNTS.format(name), tenant_id)[0][0] for name in tables}


def cursors(settings: Settings) -> int:
    return int(rows(settings, "select count(*) from control.cursors")[0][0])


def last_sync(settings: Settings) -> tuple[str, str | None, str | None]:
    found = rows(
        settings, "select status, error, hint from control.syncs order by sync_id desc limit 1"
    )
    return found[0]  # type: ignore[return-value]


def test_a_first_sync_loads_the_whole_shop_and_says_how_much(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify
) -> None:
    told: list[str] = []
    result = sync_tenant(sandboxed, tenants[0], trigger="test", on_progress=told.append)
    assert dict(result.counts) == loaded(sandboxed, tenants[0])
    assert result.counts["orders"] == shopify.shops[0]["orders"]
    assert result.counts["refunds"] > 0
    assert any("orders exported" in line for line in told)
    assert last_sync(sandboxed) == ("succeeded", None, None)
    assert all(result.counts.values()), result.counts
    assert cursors(sandboxed) == len(EXPORTED)
    shop = shopify.shops[0]
    assert rows(
        sandboxed,
        "select iana_timezone, currency from control.tenants where tenant_id = %s",
        tenants[0],
    ) == [(shop["timezone"], shop["currency"])]


def test_an_order_document_holds_all_its_lines_and_agreements(
    sandboxed: Settings, tenants: list[int]
) -> None:
    sync_tenant(sandboxed, tenants[0], trigger="test")
    # The sum of an order's sales is the total that Shopify states: nothing is missing or doubled.
    wrong = rows(
        sandboxed,
        """
        select id from raw.orders
        where (payload #>> '{currentTotalPriceSet,shopMoney,amount}')::numeric <> (
            select coalesce(sum((sale #>> '{totalAmount,shopMoney,amount}')::numeric), 0)
            from jsonb_array_elements(payload -> 'agreements') as agreement
            cross join jsonb_array_elements(agreement -> 'sales') as sale
        ) or jsonb_array_length(payload -> 'lineItems') = 0
        """,
    )
    assert wrong == []


def test_each_refund_names_its_order_and_has_its_lists(
    sandboxed: Settings, tenants: list[int]
) -> None:
    sync_tenant(sandboxed, tenants[0], trigger="test")
    lists = ("refundLineItems", "refundShippingLines", "orderAdjustments", "transactions")
    kinds = ", ".join(f"jsonb_typeof(payload -> '{name}')" for name in lists)
    found = rows(sandboxed, f"select distinct {kinds} from raw.refunds")
    assert found == [("array",) * 4]
    strays = rows(
        sandboxed,
        "select refunds.id from raw.refunds left join raw.orders on orders.id = refunds.parent_id"
        " where orders.id is null or (refunds.payload ->> 'orderId')::bigint <> refunds.parent_id",
    )
    assert strays == []


def test_the_next_sync_reads_only_what_changed(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify
) -> None:
    domain = shopify.shops[0]["shopDomain"]
    first = sync_tenant(sandboxed, tenants[0], trigger="test")
    shopify.happen(domain, "order", count=2)
    second = sync_tenant(sandboxed, tenants[0], trigger="test")
    assert second.counts["orders"] == 2
    assert loaded(sandboxed, tenants[0])["orders"] == first.counts["orders"] + 2


def test_two_tenants_with_the_same_ids_keep_their_own(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify
) -> None:
    outcomes = sync_tenants(sandboxed, trigger="test")
    assert [outcome.error for outcome in outcomes] == [None, None]
    shared_ids = "select count(*) from raw.orders a join raw.orders b using (id)"
    ((collisions,),) = rows(sandboxed, f"{shared_ids} where a.tenant_id < b.tenant_id")
    assert collisions > 0
    for tenant_id, shop in zip(tenants, shopify.shops, strict=True):
        assert loaded(sandboxed, tenant_id)["orders"] == shop["orders"]
        found = rows(
            sandboxed,
            "select distinct payload ->> 'currencyCode' from raw.orders where tenant_id = %s",
            tenant_id,
        )
        assert found == [(shop["currency"],)]


@pytest.mark.parametrize("cut", ["line_end", "mid_line"])
def test_a_cut_export_loads_nothing_and_moves_no_cursor_until_it_is_whole(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify, cut: str
) -> None:
    shopify.fault(truncate_bulk=cut, times=1)
    with pytest.raises(BulkIncomplete, match=r"\d+ .*lines.* of \d+.* that Shopify counted"):
        sync_tenant(sandboxed, tenants[0], trigger="test")
    assert (cursors(sandboxed), loaded(sandboxed, tenants[0])["orders"]) == (0, 0)
    status, error, hint = last_sync(sandboxed)
    assert status == "failed"
    assert "Shopify counted" in str(error)
    assert "no cursor moved" in str(hint)
    sync_tenant(sandboxed, tenants[0], trigger="test")
    assert cursors(sandboxed) == len(EXPORTED)


def test_a_failed_export_moves_no_cursor(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify
) -> None:
    shopify.fault(fail_bulk="INTERNAL_SERVER_ERROR", times=1)
    with pytest.raises(BulkFailed, match="INTERNAL_SERVER_ERROR"):
        sync_tenant(sandboxed, tenants[0], trigger="test")
    assert cursors(sandboxed) == 0


def test_a_missing_scope_is_named_with_its_cure(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify
) -> None:
    shopify.fault(fail_bulk="ACCESS_DENIED", times=100)
    with pytest.raises(AccessDenied) as denied:
        sync_tenant(sandboxed, tenants[0], trigger="test")
    assert "read_orders" in str(denied.value.hint)


def test_a_wrong_token_fails_in_shopifys_words_with_a_cure_and_stops_no_other_tenant(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify
) -> None:
    unknown = make_tenant(sandboxed, "nowhere.myshopify.com", token="shpat_wrong")
    sealed_wrong = _with_token(sandboxed, tenants[1], "shpat_wrong")
    outcomes = {one.tenant_id: one for one in sync_tenants(sandboxed, trigger="test")}
    assert outcomes[tenants[0]].result is not None
    assert "Invalid API key or access token" in str(outcomes[sealed_wrong].error)
    assert "access token" in str(outcomes[sealed_wrong].hint)
    assert "404" in str(outcomes[unknown].error)
    assert "shpat_wrong" not in str(outcomes)


def test_each_refusal_is_an_error_of_its_own(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify
) -> None:
    with pytest.raises(WrongToken):
        sync_tenant(sandboxed, _with_token(sandboxed, tenants[0], "no"), trigger="test")
    nowhere = make_tenant(sandboxed, "nowhere.myshopify.com", token="x")
    with pytest.raises(UnknownShop):
        sync_tenant(sandboxed, nowhere, trigger="test")
    tokenless = make_tenant(sandboxed, "tokenless.myshopify.com")
    with pytest.raises(NoAccessToken):
        sync_tenant(sandboxed, tokenless, trigger="test")
    past = sandboxed.model_copy(update={"shopify_api_version": "2024-01"})
    with pytest.raises(WrongVersion, match="2024-01"):
        sync_tenant(past, tenants[1], trigger="test")


def test_a_tenant_is_synced_by_one_at_a_time(sandboxed: Settings, tenants: list[int]) -> None:
    name = f"sync:{tenants[0]}"
    with (
        connect(sandboxed, Role.LOADER, autocommit=True) as holder,
        advisory_lock(holder, name),
        pytest.raises(SyncRunning),
    ):
        sync_tenant(sandboxed, tenants[0], trigger="test")
    assert rows(sandboxed, "select count(*) from control.syncs") == [(0,)]
    sync_tenant(sandboxed, tenants[0], trigger="test")


def test_a_paused_tenant_is_left_alone(sandboxed: Settings, tenants: list[int]) -> None:
    with connect(sandboxed, Role.CONTROL) as connection:
        connection.execute(
            "update control.tenants set status = 'paused', pause_reason = 'uninstalled'"
            " where tenant_id = %s",
            [tenants[0]],
        )
    with pytest.raises(TenantPaused, match="uninstalled"):
        sync_tenant(sandboxed, tenants[0], trigger="test")
    assert [one.tenant_id for one in sync_tenants(sandboxed, trigger="test")] == tenants[1:]


def test_nothing_of_the_exports_stays_on_disk(sandboxed: Settings, tenants: list[int]) -> None:
    sync_tenant(sandboxed, tenants[0], trigger="test")
    left = [file for file in Path(sandboxed.home_path).rglob("*") if file.is_file()]
    assert [file.name for file in left if file.name != ".anonymous_id"] == []


def _with_token(settings: Settings, tenant_id: int, token: str) -> int:
    with connect(settings, Role.CONTROL) as connection:
        sealer = Sealer.from_settings(settings)
        update_tenant(connection, sealer, tenant_id, credentials={"access_token": token})
    return tenant_id

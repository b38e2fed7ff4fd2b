"""shop/redact and app/uninstalled: the whole tenant goes, the other stays, nothing comes back."""

import psycopg
import pytest

from pipelines.errors import ShopErased
from pipelines.privacy.acting import act_on_requests, erase_by_hand
from pipelines.privacy.people import Asked
from pipelines.sync import sync_tenant
from pipelines.upkeep import tidy
from pipelines.watch.silence import count_deliveries
from pipelines.webhooks import load_webhooks
from tests.pipelines.conftest import land
from tests.privacy import planted
from tests.privacy.conftest import House
from warehouse.connections import Role, connect
from warehouse.errors import TenantErased
from warehouse.receipts import list_receipts
from warehouse.secrets import Credentials, Sealer
from warehouse.tenants import add_tenant, find_tenant, resume_tenant, update_tenant

# Whole builds of dbt, on a machine that may be busy.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
# The tombstone, its receipts, and the version that ends answers computed before.
KEPT = {"control.tenants", "control.receipts", "control.data_versions"}
REDACT = {"shop_id": 1, "shop_domain": "first.myshopify.com"}
TABLES = """
select columns.table_schema || '.' || columns.table_name
from information_schema.columns as columns
inner join information_schema.tables as tables using (table_schema, table_name)
where columns.column_name = 'tenant_id' and tables.table_type = 'BASE TABLE'
"""


def tables_with(house: House, tenant: int) -> set[str]:
    """Every table that has a row of a tenant."""
    with psycopg.connect(house.url) as connection:
        names = [name for (name,) in connection.execute(TABLES)]
        query = "select exists (select 1 from {} where tenant_id = %s)"
        return {
            name
            for name in names
            if connection.execute(query.format(name).encode(), [tenant]).fetchall() == [(True,)]
        }


def states(house: House) -> dict[str, str]:
    """How far each request is, by its webhook id."""
    with connect(house.settings, Role.CONTROL) as connection:
        return {one.webhook_id: one.state for one in list_receipts(connection)}


def test_the_whole_shop_is_erased_and_the_other_is_untouched(house: House) -> None:
    before = house.marts(house.second)
    held = tables_with(house, house.second)
    land(house.settings, house.first, "app/uninstalled", {"domain": "first.myshopify.com"})
    deeds = house.ask(house.first, "shop/redact", REDACT)

    assert [deed.problem for deed in deeds] == [None]
    assert tables_with(house, house.first) == KEPT
    assert house.found(house.first) == []
    house.build()
    assert tables_with(house, house.first) == KEPT
    house.build(full_refresh=True)
    assert tables_with(house, house.first) == KEPT
    assert house.marts(house.second) == before
    # What loads pass through is emptied for everybody.
    lost = held - tables_with(house, house.second)
    assert all(name.startswith("raw_stage_") for name in lost), lost
    with connect(house.settings, Role.CONTROL) as connection:
        told = {one.topic: one.state for one in list_receipts(connection)}
    assert told == {"app/uninstalled": "done", "shop/redact": "done"}


def test_an_erased_shop_is_read_no_more_and_says_so(house: House) -> None:
    house.ask(house.first, "shop/redact", REDACT)
    with pytest.raises(ShopErased, match=r"first\.myshopify\.com was erased"):
        sync_tenant(house.settings, house.first, trigger="test")
    with connect(house.settings, Role.CONTROL) as connection:
        with pytest.raises(TenantErased, match="connect it anew"):
            resume_tenant(connection, house.first)
        sealer = Sealer.from_settings(house.settings)
        with pytest.raises(TenantErased):
            update_tenant(connection, sealer, house.first, name="again")


def test_what_people_of_an_erased_shop_asked_for_is_settled(house: House) -> None:
    person = {"customer": {"id": planted.CUSTOMER, "email": planted.EMAIL}}
    house.ask(house.first, "customers/data_request", person, webhook_id="before")
    assert states(house) == {"before": "to be answered"}
    house.ask(house.first, "shop/redact", REDACT, webhook_id="shop")
    for topic in ("customers/data_request", "customers/redact"):
        (deed,) = house.ask(house.first, topic, person, webhook_id=topic)
        assert (deed.problem, deed.counts) == (None, {})
    by_hand = erase_by_hand(house.settings, house.first, Asked(customer=planted.CUSTOMER))
    assert by_hand.counts == {}
    assert len(states(house)) == 5
    assert set(states(house).values()) == {"done"}
    assert tables_with(house, house.first) == KEPT


def test_what_comes_late_of_an_erased_shop_is_neither_loaded_nor_kept(house: House) -> None:
    house.ask(house.first, "shop/redact", REDACT)
    land(house.settings, house.first, "orders/create", planted.order(1))
    land(house.settings, house.second, "orders/create", planted.neighbour(30))
    done = load_webhooks(house.settings)
    assert (done.kept, done.quarantined, done.documents) == (1, 0, 1)
    assert house.found(house.first) == []
    with pytest.raises(ShopErased):
        house.sync(house.first, planted.admin_documents())
    with connect(house.settings, Role.LOADER, autocommit=True) as connection:
        count_deliveries(connection)
    tidy(house.settings)
    assert tables_with(house, house.first) == KEPT


def test_a_shop_that_comes_back_begins_anew(house: House) -> None:
    house.ask(house.first, "shop/redact", REDACT)
    with connect(house.settings, Role.CONTROL) as connection:
        tenant = add_tenant(
            connection,
            Sealer.from_settings(house.settings),
            name="first again",
            shop_domain="first.myshopify.com",
            credentials=Credentials(webhook_secret="another"),
        )
        assert (tenant.tenant_id, tenant.status) == (house.first, "active")
        assert find_tenant(connection, "first").erased_at is None
    land(house.settings, house.first, "orders/create", planted.order(1))
    load_webhooks(house.settings)
    assert act_on_requests(house.settings) == []
    house.build()
    assert [row["order_id"] for row in house.marts(house.first)["orders"]] == [1]

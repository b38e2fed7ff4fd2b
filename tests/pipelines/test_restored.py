"""A warehouse restored into an empty cluster goes on where its backup stopped, row for row."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from pipelines.build import run_build
from pipelines.refetch import refetch_all
from pipelines.sync import sync_tenants
from pipelines.webhooks import load_webhooks
from tests.conftest import DATABASE, recreate
from tests.pipelines.conftest import LocalShopify, land_deliveries
from tests.proofs.marts import contents, differing, moved, rows_of
from warehouse.backup import back_up, restore
from warehouse.embedded import EmbeddedPostgres
from warehouse.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

LIFE = ("order", "order", "refund", "order_edit", "cancel", "return", "customer_create", "order")


@pytest.fixture
def elsewhere(sandboxed: Settings) -> Iterator[Settings]:
    """An empty database in a cluster of another home, which knows no role of ours."""
    home = Path(tempfile.mkdtemp(prefix="shopmart-test-"))
    home.chmod(0o755)
    server = EmbeddedPostgres(home)
    try:
        cluster = server.start().rpartition("/")[0]
        recreate(cluster, DATABASE)
        url = SecretStr(f"{cluster}/{DATABASE}")
        yield sandboxed.model_copy(update={"database_url": url, "home": home})
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def work(settings: Settings) -> None:
    """What a night brings: webhooks, marked orders, a sync, a build."""
    load_webhooks(settings)
    refetch_all(settings)
    assert not [one.error for one in sync_tenants(settings, trigger="test") if one.error]
    run_build(settings, tests=False)


def test_a_sync_and_a_build_after_a_restore_give_the_marts_of_the_original(
    sandboxed: Settings,
    tenants: list[int],
    shopify: LocalShopify,
    elsewhere: Settings,
    tmp_path: Path,
) -> None:
    domains = [str(shop["shopDomain"]) for shop in shopify.shops]
    by_domain = dict(zip(domains, tenants, strict=True))
    shopify.happen(domains[0], "order", count=3)
    land_deliveries(sandboxed, shopify.delivered(), by_domain)
    work(sandboxed)
    back_up(sandboxed, tmp_path / "saved")
    restore(elsewhere, tmp_path / "saved")
    assert moved(contents(sandboxed), contents(elsewhere)) == []
    for kind in LIFE:
        shopify.happen(domains[0], kind)
    told = shopify.delivered()
    for each in (sandboxed, elsewhere):
        land_deliveries(each, told, by_domain)
        work(each)
    for tenant in tenants:
        ours, theirs = rows_of(sandboxed, tenant), rows_of(elsewhere, tenant)
        assert ours["orders"]
        found = {mart: differing(sandboxed, mart, ours[mart], theirs[mart]) for mart in ours}
        assert {mart: odd for mart, odd in found.items() if odd} == {}

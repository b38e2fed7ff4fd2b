"""``python -m pipelines``: the same functions as the scheduled runs, with exit status and cures."""

import pytest

from pipelines.__main__ import main
from tests.pipelines.conftest import LocalShopify, land, rows
from tests.pipelines.landed.test_shapes import order
from warehouse.connections import Role, connect
from warehouse.secrets import Sealer
from warehouse.settings import Settings
from warehouse.tenants import update_tenant


@pytest.fixture
def environment(sandboxed: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The test's settings as the environment of a command."""
    assert sandboxed.database_url is not None
    for name, value in {
        "DATABASE_URL": sandboxed.database_url.get_secret_value(),
        "SECRET_KEY": sandboxed.secret_key.get_secret_value(),
        "HOME": str(sandboxed.home),
        "SHOPIFY_BASE_URL": sandboxed.shopify_base_url,
        "BULK_POLL_SECONDS": "0.05",
    }.items():
        monkeypatch.setenv(f"SHOPMART_{name}", value)
    return sandboxed


def test_sync_reads_one_tenant_and_says_how_much(
    environment: Settings, tenants: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sync", "--tenant", str(tenants[0])]) == 0
    assert f"tenant {tenants[0]}:" in capsys.readouterr().out
    assert rows(environment, "select distinct tenant_id from raw.orders") == [(tenants[0],)]


def test_sync_fails_with_words_and_cure_and_no_traceback(
    environment: Settings, tenants: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    with connect(environment, Role.CONTROL) as connection:
        sealer = Sealer.from_settings(environment)
        update_tenant(connection, sealer, tenants[0], credentials={"access_token": "wrong"})
    assert main(["sync", "--tenant", str(tenants[0])]) == 1
    complaint = capsys.readouterr().err
    assert "Invalid API key" in complaint
    assert "`shopmart tenant update`" in complaint
    assert main(["sync", "--tenant", "4711"]) == 1
    assert "no tenant has the id 4711" in capsys.readouterr().err


def test_landed_webhooks_and_marked_orders_have_their_commands(
    environment: Settings,
    tenants: list[int],
    shopify: LocalShopify,
    capsys: pytest.CaptureFixture[str],
) -> None:
    land(environment, tenants[0], "orders/create", order(id=1))
    assert main(["load-webhooks"]) == 0
    assert "documents=1" in capsys.readouterr().out
    assert main(["refetch"]) == 0


def test_a_missing_setting_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    assert main(["load-webhooks"]) == 1
    assert "SHOPMART_SECRET_KEY: is missing" in capsys.readouterr().err

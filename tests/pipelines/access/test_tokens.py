"""Three ways to a token; it is renewed in time, once for all, and never lost by a crash."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.access import TenantTokens, tenant_client
from pipelines.access.grants import ask_for_token
from pipelines.errors import GrantRefused, NoAccessToken, WrongToken
from pipelines.shopify.queries import document
from tests.pipelines.access.conftest import again, change, connected, shop_id, stored
from tests.pipelines.conftest import LocalShopify
from warehouse.connections import Role, connect
from warehouse.settings import Settings
from warehouse.tenants import Tenant

ROOT = Path(__file__).resolve().parents[3]


def ending_in(minutes: float) -> str:
    """A moment from now, as it is stored."""
    return (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()


def test_client_credentials_give_a_token_of_a_day_that_is_kept(
    sandboxed: Settings, by_client_credentials: Tenant
) -> None:
    token = TenantTokens(sandboxed, by_client_credentials).current()
    assert stored(sandboxed, by_client_credentials).access_token == token
    assert TenantTokens(sandboxed, by_client_credentials).current() == token
    known = again(sandboxed, by_client_credentials)
    assert known.token_expires_at is not None
    assert timedelta(hours=23) < known.token_expires_at - datetime.now(UTC) < timedelta(hours=25)
    assert shop_id(sandboxed, by_client_credentials).startswith("gid://shopify/Shop/")


def test_a_refresh_token_gives_a_token_of_an_hour_and_rotates(
    sandboxed: Settings, by_refresh_token: Tenant, shop: dict[str, Any]
) -> None:
    token = TenantTokens(sandboxed, by_refresh_token).current()
    kept = stored(sandboxed, by_refresh_token)
    assert kept.access_token == token
    assert kept.refresh_token not in (None, shop["refreshToken"])
    assert kept.refresh_token_expires_at is not None
    assert shop_id(sandboxed, by_refresh_token).startswith("gid://shopify/Shop/")


def test_a_lasting_token_is_used_as_it_is(
    sandboxed: Settings, by_lasting_token: Tenant, shop: dict[str, Any]
) -> None:
    assert TenantTokens(sandboxed, by_lasting_token).current() == shop["accessToken"]
    assert again(sandboxed, by_lasting_token).token_expires_at is None


def test_a_shop_without_any_credentials_says_what_is_missing(
    sandboxed: Settings, shop: dict[str, Any]
) -> None:
    with pytest.raises(NoAccessToken, match="has no access token") as refused:
        TenantTokens(sandboxed, connected(sandboxed, shop)).current()
    assert "client id" in str(refused.value.hint)


@pytest.mark.parametrize(("minutes", "renewed"), [(-1.0, True), (4.0, True), (6.0, False)])
def test_a_token_is_renewed_five_minutes_before_its_end(
    sandboxed: Settings, by_client_credentials: Tenant, minutes: float, renewed: bool
) -> None:
    end = ending_in(minutes)
    change(sandboxed, by_client_credentials, access_token="held", access_token_expires_at=end)
    assert (TenantTokens(sandboxed, by_client_credentials).current() != "held") is renewed


def test_a_token_that_lives_shorter_than_that_is_used_for_half_of_its_life(
    sandboxed: Settings, by_client_credentials: Tenant, shopify: LocalShopify
) -> None:
    shopify.control(f"shops/{by_client_credentials.shop_domain}/tokens", lifetime_seconds=60)
    tokens = TenantTokens(sandboxed, by_client_credentials)
    assert tokens.current() == tokens.current()


@pytest.mark.parametrize("way", ["by_client_credentials", "by_refresh_token"])
def test_a_token_that_ends_while_a_shop_is_read_is_renewed_at_once(
    request: pytest.FixtureRequest, sandboxed: Settings, shopify: LocalShopify, way: str
) -> None:
    tenant: Tenant = request.getfixturevalue(way)
    with tenant_client(sandboxed, tenant) as client:
        first = client.query(document("shop"))
        before = stored(sandboxed, tenant).access_token
        shopify.control(f"shops/{tenant.shop_domain}/tokens", expire=True)
        assert client.query(document("shop")) == first
    assert stored(sandboxed, tenant).access_token != before
    assert again(sandboxed, tenant).status == "active"


def test_threads_of_one_reading_renew_once(sandboxed: Settings, by_refresh_token: Tenant) -> None:
    tokens = TenantTokens(sandboxed, by_refresh_token)
    found: set[str] = set()
    threads = [threading.Thread(target=lambda: found.add(tokens.current())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 1


@contextmanager
def asking(settings: Settings, tenant: Tenant) -> Iterator[subprocess.Popen[str]]:
    """A process that is about to ask for the token; a line on its input lets it go."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.pipelines.access.asking", str(tenant.tenant_id)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=settings.environment(),
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.stdin.close()
        process.stdout.close()
        process.wait()


def go(process: subprocess.Popen[str]) -> None:
    """Let it ask."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def test_processes_that_renew_at_once_get_one_and_the_same_token(
    sandboxed: Settings, by_refresh_token: Tenant
) -> None:
    with (
        asking(sandboxed, by_refresh_token) as one,
        asking(sandboxed, by_refresh_token) as two,
        asking(sandboxed, by_refresh_token) as three,
    ):
        for process in (one, two, three):
            go(process)
        told = {str(process.stdout and process.stdout.readline()) for process in (one, two, three)}
    assert told == {f"{stored(sandboxed, by_refresh_token).access_token}\n"}
    assert shop_id(sandboxed, by_refresh_token).startswith("gid://shopify/Shop/")


def test_a_crash_between_the_grant_and_its_storing_loses_nothing(
    sandboxed: Settings, by_refresh_token: Tenant, shopify: LocalShopify, shop: dict[str, Any]
) -> None:
    """The row is held, so that the process is killed with a token that nobody stored."""
    hold = "select 1 from control.credentials where tenant_id = %s for update"
    with connect(sandboxed, Role.CONTROL) as holder, asking(sandboxed, by_refresh_token) as doomed:
        holder.execute(hold, [by_refresh_token.tenant_id])
        go(doomed)
        until = time.monotonic() + 30
        while shopify.shops[0]["refreshToken"] == shop["refreshToken"]:
            assert time.monotonic() < until, "Shopify was never asked"
            time.sleep(0.02)
        doomed.kill()
        doomed.wait()
        holder.rollback()
    assert stored(sandboxed, by_refresh_token).refresh_token == shop["refreshToken"]
    assert shop_id(sandboxed, by_refresh_token).startswith("gid://shopify/Shop/")
    assert stored(sandboxed, by_refresh_token).refresh_token != shop["refreshToken"]


def test_an_answer_that_never_arrived_is_asked_for_again(
    sandboxed: Settings, by_refresh_token: Tenant
) -> None:
    held = stored(sandboxed, by_refresh_token)
    ask_for_token(sandboxed, by_refresh_token.shop_domain, held)
    assert shop_id(sandboxed, by_refresh_token).startswith("gid://shopify/Shop/")


def test_a_revoked_lasting_token_pauses_the_tenant_and_a_new_one_resumes_it(
    sandboxed: Settings, by_lasting_token: Tenant, shop: dict[str, Any]
) -> None:
    change(sandboxed, by_lasting_token, access_token="shpat_revoked")
    with pytest.raises(WrongToken, match="401") as refused:
        shop_id(sandboxed, by_lasting_token)
    assert "shopmart tenant update" in str(refused.value.hint)
    paused = again(sandboxed, by_lasting_token)
    assert paused.status == "paused"
    assert str(paused.pause_reason).startswith("access refused: Shopify answered HTTP 401")
    resumed = change(sandboxed, by_lasting_token, access_token=shop["accessToken"])
    assert resumed.status == "active"
    assert shop_id(sandboxed, by_lasting_token).startswith("gid://shopify/Shop/")


def test_a_revoked_refresh_token_pauses_the_tenant_in_shopifys_words(
    sandboxed: Settings, by_refresh_token: Tenant, shopify: LocalShopify
) -> None:
    shopify.control(f"shops/{by_refresh_token.shop_domain}/tokens", revoke=True)
    with pytest.raises(GrantRefused, match="refresh token is invalid") as refused:
        TenantTokens(sandboxed, by_refresh_token).current()
    assert "install the app again" in str(refused.value.hint)
    paused = again(sandboxed, by_refresh_token)
    assert (paused.status, paused.waits_for_access) == ("paused", True)
    assert "invalid_grant" in str(paused.pause_reason)


def test_tokens_that_are_all_revoked_are_replaced_where_the_app_may_ask_for_one(
    sandboxed: Settings, by_client_credentials: Tenant, shopify: LocalShopify
) -> None:
    TenantTokens(sandboxed, by_client_credentials).current()
    shopify.control(f"shops/{by_client_credentials.shop_domain}/tokens", revoke=True)
    assert shop_id(sandboxed, by_client_credentials).startswith("gid://shopify/Shop/")
    assert again(sandboxed, by_client_credentials).status == "active"


def test_a_wrong_client_secret_pauses_the_tenant_without_showing_it(
    sandboxed: Settings, by_client_credentials: Tenant
) -> None:
    change(sandboxed, by_client_credentials, client_secret="planted-secret")
    with pytest.raises(GrantRefused, match="invalid_client") as refused:
        TenantTokens(sandboxed, by_client_credentials).current()
    paused = again(sandboxed, by_client_credentials)
    assert paused.status == "paused"
    assert "planted" not in f"{refused.value} {refused.value.hint} {paused.pause_reason}"

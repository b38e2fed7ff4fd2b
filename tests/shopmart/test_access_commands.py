"""Reaching a shop by the command line: credentials in three ways, the doctor, the webhooks."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from sandbox.serving import running
from sandbox.world import World
from tests.shopmart.commands import SHOPMART, shopmart
from warehouse.connections import Role, connect
from warehouse.credentials import read_credentials
from warehouse.secrets import Credentials, Sealer
from warehouse.settings import Settings

ADDRESS = "https://shopmart.example/api/v1/webhook/shopify"


@pytest.fixture(scope="module")
def sandbox_url() -> Iterator[str]:
    with running(World.generate(shops=1, orders=5, seed=5), bulk_seconds=0.05) as url:
        yield url


@pytest.fixture
def shop(sandbox_url: str) -> dict[str, Any]:
    (only,) = httpx.get(f"{sandbox_url}/_sandbox/shops").json()
    return dict(only)


@pytest.fixture
def env(sandbox_url: str) -> dict[str, str]:
    return {"SHOPMART_SHOPIFY_BASE_URL": f"{sandbox_url}/{{shop}}"}


def held(settings: Settings, tenant_id: int = 1) -> Credentials:
    """What is sealed for a tenant."""
    with connect(settings, Role.CONTROL) as connection:
        return read_credentials(connection, Sealer.from_settings(settings), tenant_id)


def piped(settings: Settings, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command that reads standard input."""
    return subprocess.run(
        [*SHOPMART, *arguments],
        env={"PATH": str(Path(sys.executable).parent), **settings.environment()},
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_shop_of_our_own_organisation_is_reached_by_client_id_and_secret(
    settings: Settings, shop: dict[str, Any], env: dict[str, str]
) -> None:
    added = shopmart(
        *("tenant", "add", shop["shopDomain"], "--client-id", shop["clientId"]),
        settings=settings,
        SHOPMART_NEW_WEBHOOK_SECRET=shop["clientSecret"],
    )
    assert added.returncode == 0, added.stderr
    assert "next: shopmart doctor 1" in added.stdout
    assert held(settings).client_secret == shop["clientSecret"]
    told = json.loads(shopmart("doctor", "1", "--json", settings=settings, **env).stdout)
    assert told["healthy"] is True
    assert "client credentials" in told["findings"][1]["found"]


def test_the_client_secret_is_read_from_standard_input_without_any_noise(
    settings: Settings, shop: dict[str, Any]
) -> None:
    add = ("tenant", "add", shop["shopDomain"], "--refresh-token", "-", "--client-id", "id")
    done = piped(settings, "planted-secret\nshprt_planted\n", *add)
    assert (done.returncode, done.stderr) == (0, "")
    found = held(settings)
    assert (found.webhook_secret, found.refresh_token) == ("planted-secret", "shprt_planted")
    nothing = piped(settings, "", "tenant", "add", "another.myshopify.com")
    assert nothing.returncode == 1
    assert "--webhook-secret" in nothing.stderr
    assert "Traceback" not in nothing.stderr


def test_a_sync_of_all_tells_whom_it_leaves_out(settings: Settings) -> None:
    for name in ("one", "two"):
        add = ("tenant", "add", f"{name}.myshopify.com", "--client-id", "id")
        assert piped(settings, "planted-secret\n", *add).returncode == 0
        shopmart("tenant", "pause", name, "--reason", f"{name} rests", settings=settings)
    done = shopmart("sync", settings=settings)
    assert done.returncode == 0, done.stderr
    assert "tenant 1 (one.myshopify.com) is left out: paused: one rests" in done.stdout
    assert "no shop is connected" not in done.stdout
    refused = shopmart("sync", "two", settings=settings)
    assert refused.returncode == 1
    assert "cure: " in refused.stdout and "shopmart tenant resume" in refused.stdout


def test_the_url_of_a_tenant_opens_its_marts_only(settings: Settings, shop: dict[str, Any]) -> None:
    for name in ("one", "two"):
        add = ("tenant", "add", f"{name}.myshopify.com")
        assert piped(settings, "planted-secret\n", *add).returncode == 0
    seen = "select array_agg(tenant_id order by tenant_id) from control.tenants"
    for arguments, rows in ((("url", "two"), [2]), (("url",), [1, 2])):
        told = shopmart(*arguments, settings=settings)
        with psycopg.connect(told.stdout.strip()) as connection:
            assert connection.execute(seen.encode()).fetchone() == (rows,)
    unknown = shopmart("url", "nobody", settings=settings)
    assert unknown.returncode == 1
    assert "nobody.myshopify.com" in unknown.stderr


def test_a_secret_is_read_from_standard_input_where_a_dash_stands_for_it(
    settings: Settings, shop: dict[str, Any]
) -> None:
    add = ("tenant", "add", shop["shopDomain"], "--client-id", "id", "--refresh-token", "-")
    done = piped(settings, "shprt_planted\n", *add, "--webhook-secret", "planted-secret")
    assert done.returncode == 0, done.stderr
    assert held(settings).refresh_token == "shprt_planted"
    assert "planted" not in done.stdout + done.stderr
    update = ("tenant", "update", "1", "--access-token", "-")
    assert piped(settings, "shpat_other\n", *update).returncode == 0
    assert held(settings).access_token == "shpat_other"
    empty = piped(settings, "", *update)
    assert empty.returncode == 1
    assert "--access-token -: standard input holds no line" in empty.stderr


def test_credentials_that_cannot_work_are_refused_by_name(settings: Settings) -> None:
    add = ("tenant", "add", "one.myshopify.com", "--webhook-secret", "secret")
    alone = shopmart(*add, "--refresh-token", "shprt_x", settings=settings)
    assert alone.returncode == 1 and "--client-id" in alone.stderr
    odd = shopmart(*add, "--access-token", "токен", settings=settings)
    assert odd.returncode == 1 and "accessToken: must be" in odd.stderr
    assert "Traceback" not in alone.stderr + odd.stderr


def test_a_new_client_secret_signs_and_asks_for_tokens_and_the_old_one_is_still_taken(
    settings: Settings,
) -> None:
    add = ("tenant", "add", "one.myshopify.com", "--webhook-secret", "before")
    assert shopmart(*add, "--client-id", "id", settings=settings).returncode == 0
    done = shopmart("tenant", "update", "one", "--webhook-secret", "after", settings=settings)
    assert done.returncode == 0, done.stderr
    kept = held(settings)
    assert (kept.webhook_secret, kept.client_secret) == ("after", "after")
    assert kept.previous_webhook_secret == "before"


def test_a_refused_token_pauses_and_a_new_one_resumes(
    settings: Settings, shop: dict[str, Any], env: dict[str, str]
) -> None:
    add = ("tenant", "add", shop["shopDomain"], "--webhook-secret", "secret")
    assert shopmart(*add, "--access-token", "shpat_wrong", settings=settings).returncode == 0
    ill = shopmart("doctor", "1", settings=settings, **env)
    assert ill.returncode == 1
    assert "Invalid API key or access token" in ill.stdout
    assert "Traceback" not in ill.stderr
    shown = json.loads(shopmart("tenant", "show", "1", "--json", settings=settings).stdout)
    assert (shown["status"], shown["pauseReason"][:14]) == ("paused", "access refused")
    update = ("tenant", "update", "1", "--access-token", shop["accessToken"])
    assert "and read again" in shopmart(*update, settings=settings).stdout
    assert shopmart("doctor", "1", settings=settings, **env).returncode == 0


def test_a_shop_is_paused_resumed_and_counted_by_hand(settings: Settings) -> None:
    add = ("tenant", "add", "one.myshopify.com", "--webhook-secret", "secret")
    assert shopmart(*add, settings=settings).returncode == 0
    paused = shopmart("tenant", "pause", "one", "--reason", "moving", settings=settings)
    assert "tenant 1 is paused: moving" in paused.stdout
    assert "paused: moving" in shopmart("tenant", "list", settings=settings).stdout
    assert "tenant 1 is active" in shopmart("tenant", "resume", "1", settings=settings).stdout
    minutes = ("tenant", "set", "1", "--abandonment-minutes")
    assert "after 90 minutes" in shopmart(*minutes, "90", settings=settings).stdout
    for wrong in ("0", "43201", "soon"):
        refused = shopmart(*minutes, wrong, settings=settings)
        assert refused.returncode == 2 and "--abandonment-minutes" in refused.stderr


def test_nothing_to_change_is_said_so(settings: Settings) -> None:
    add = ("tenant", "add", "one.myshopify.com", "--webhook-secret", "secret")
    assert shopmart(*add, settings=settings).returncode == 0
    done = shopmart("tenant", "update", "one", settings=settings)
    assert done.returncode == 1 and "shopmart tenant update --help" in done.stderr


def test_webhooks_are_registered_once_and_then_found_right(
    settings: Settings, shop: dict[str, Any], env: dict[str, str]
) -> None:
    add = ("tenant", "add", shop["shopDomain"], "--webhook-secret", "secret")
    assert shopmart(*add, "--access-token", shop["accessToken"], settings=settings).returncode == 0
    before = shopmart("webhooks", "check", "1", settings=settings, **env)
    assert before.returncode == 1
    assert "shopmart webhooks register 1" in before.stderr
    register = ("webhooks", "register", "1", "--address", ADDRESS)
    made = shopmart(*register, "--json", settings=settings, **env)
    assert {row["deed"] for row in json.loads(made.stdout)} == {"created"}
    again = shopmart(*register, settings=settings, **env)
    assert again.returncode == 0 and "kept" in again.stdout and "shop/redact" in again.stdout
    assert shopmart("webhooks", "check", "1", settings=settings, **env).returncode == 0
    wrong = shopmart(*register[:-1], "http://shopmart.example/x", settings=settings, **env)
    assert wrong.returncode == 1
    assert "https addresses only" in wrong.stderr and "cure: " in wrong.stderr


@pytest.mark.parametrize(
    "command", [("doctor",), ("webhooks", "check"), ("tenant", "pause"), ("tenant", "resume")]
)
def test_an_unknown_tenant_is_refused_by_name(settings: Settings, command: tuple[str, ...]) -> None:
    done = shopmart(*command, "nobody", settings=settings)
    assert done.returncode == 1
    assert "no tenant has the shop domain nobody" in done.stderr
    assert "Traceback" not in done.stderr

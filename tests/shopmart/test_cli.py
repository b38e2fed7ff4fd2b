"""The command line: clear answers to wrong settings and arguments, and the commands themselves."""

import json
import re
from pathlib import Path

import pytest

from tests.shopmart.commands import shopmart
from warehouse.settings import Settings

COMMANDS = [
    "demo",
    "migrate",
    "tenant",
    "sync",
    "build",
    "sandbox",
    "stop",
    "up",
    "live",
    "status",
    "doctor",
    "webhooks",
    "url",
    "events",
    "sweep",
    "privacy",
    "backup",
    "restore",
]


def test_help_names_every_command() -> None:
    said = shopmart("--help").stdout
    for command in COMMANDS:
        assert re.search(rf"^\s+{command}\s", said, re.MULTILINE), command


def test_a_missing_secret_key_is_named_with_its_cure(tmp_path: Path) -> None:
    done = shopmart("tenant", "list", cwd=tmp_path)
    assert done.returncode == 1
    assert "SHOPMART_SECRET_KEY: is missing" in done.stderr
    assert "token_urlsafe" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SHOPMART_SECRET_KEY", "short", "at least 16 characters"),
        ("SHOPMART_DATABASE_URL", "mysql://x", "postgresql://"),
        ("SHOPMART_API_PORT", "99999", "65535"),
        ("SHOPMART_SHOPIFY_API_VERSION", "yesterday", "pattern"),
        ("SHOPMART_SHOPIFY_BASE_URL", "ftp://x", "{shop}"),
        ("SHOPMART_AUTH", "maybe", "'off'"),
    ],
)
def test_a_wrong_setting_is_named_with_its_cure(
    tmp_path: Path, name: str, value: str, words: str
) -> None:
    env = {"SHOPMART_SECRET_KEY": "a long enough secret key", name: value}
    done = shopmart("tenant", "list", cwd=tmp_path, **env)
    assert done.returncode == 1
    assert name in done.stderr and words in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unreachable_database_is_named_without_its_password(tmp_path: Path) -> None:
    done = shopmart(
        "tenant",
        "list",
        cwd=tmp_path,
        SHOPMART_SECRET_KEY="a long enough secret key",
        SHOPMART_DATABASE_URL="postgresql://someone:planted@127.0.0.1:9/shopmart",
    )
    assert done.returncode == 1
    assert "Postgres cannot be reached" in done.stderr
    assert "planted" not in done.stderr + done.stdout


def test_a_tenant_is_added_listed_and_shown_without_its_secrets(settings: Settings) -> None:
    added = shopmart(
        *("tenant", "add", "https://One.myshopify.com/", "--name", "One"),
        *("--access-token", "shpat_planted", "--webhook-secret", "planted-secret", "--json"),
        settings=settings,
    )
    assert added.returncode == 0, added.stderr
    tenant = json.loads(added.stdout)
    assert tenant["shopDomain"] == "one.myshopify.com" and tenant["hasAccessToken"] is True
    listed = json.loads(shopmart("tenant", "list", "--json", settings=settings).stdout)
    assert [row["id"] for row in listed] == [tenant["id"]]
    shown = shopmart("tenant", "show", "one", "--json", settings=settings)
    assert json.loads(shown.stdout)["lastSync"] is None
    assert "planted" not in added.stdout + shown.stdout


def test_a_domain_that_is_taken_or_none_is_refused(settings: Settings) -> None:
    add = ("tenant", "add", "--webhook-secret", "secret-of-one")
    assert shopmart(*add, "one.myshopify.com", settings=settings).returncode == 0
    taken = shopmart(*add, "one.myshopify.com", settings=settings)
    assert taken.returncode == 1 and "is connected already" in taken.stderr
    wrong = shopmart(*add, "example.com", settings=settings)
    assert wrong.returncode == 1 and "my-shop.myshopify.com" in wrong.stderr


def test_an_unknown_tenant_is_refused_by_name(settings: Settings) -> None:
    for command in (("tenant", "show", "nobody"), ("sync", "nobody")):
        done = shopmart(*command, settings=settings)
        assert done.returncode == 1
        assert "no tenant has" in done.stderr and "nobody" in done.stderr
        assert "Traceback" not in done.stderr


def test_wrong_usage_exits_with_2(settings: Settings) -> None:
    assert shopmart("demo", "--once", "--shops", "0", settings=settings).returncode == 2
    assert shopmart("demo", "--tamper", settings=settings).returncode == 2
    assert shopmart("nonsense", settings=settings).returncode == 2


def test_an_argument_that_is_no_text_is_named(settings: Settings) -> None:
    done = shopmart("privacy", "erase", "1", "--email", "a\udcff@b.c", "--yes", settings=settings)
    assert done.returncode == 2
    assert "error: 'a\\udcff@b.c' is no text in UTF-8" in done.stderr
    assert "Traceback" not in done.stderr


def test_migrating_twice_says_that_nothing_was_to_do(empty_database: Settings) -> None:
    first = shopmart("migrate", settings=empty_database)
    assert "applied 0001_control.sql" in first.stdout
    second = shopmart("migrate", settings=empty_database)
    assert second.stdout.strip() == "the schema is up to date"


def test_a_name_that_looks_like_markup_is_shown_as_it_is(settings: Settings) -> None:
    add = ("tenant", "add", "one.myshopify.com", "--webhook-secret", "secret-of-one")
    assert shopmart(*add, "--name", "[/x] :smile:", settings=settings).returncode == 0
    for command in (("list",), ("show", "one")):
        done = shopmart("tenant", *command, settings=settings)
        assert done.returncode == 0, done.stderr
        assert "[/x] :smile:" in done.stdout


def test_a_database_without_a_schema_is_answered_with_the_cure(
    settings: Settings, empty_database: Settings
) -> None:
    for command in (("tenant", "list"), ("sync",), ("build",)):
        done = shopmart(*command, settings=empty_database)
        assert done.returncode == 1
        assert "shopmart migrate" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [("demo",), ("demo", "--once"), ("tenant", "list")])
def test_a_home_that_cannot_be_used_is_named(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "file").touch()
    env = {"SHOPMART_HOME": str(tmp_path / "file"), "SHOPMART_SECRET_KEY": "a long enough key"}
    done = shopmart(*command, cwd=tmp_path, **env)
    assert done.returncode == 1
    assert "SHOPMART_HOME" in done.stderr and "Traceback" not in done.stderr


def test_a_report_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    done = shopmart("demo", "--once", "--json", str(tmp_path / "no" / "x.json"), cwd=tmp_path)
    assert done.returncode == 2 and "--json" in done.stderr

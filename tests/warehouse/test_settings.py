"""Settings: read once, each wrong one named with its cure, each documented, none shown."""

import re
import traceback
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from pydantic_core import PydanticUndefined

from warehouse.errors import ConfigurationError
from warehouse.settings import PREFIX, Settings, load_settings

KEY = "a secret key long enough"
EXAMPLE = Path(__file__).resolve().parents[2] / ".env.example"


@pytest.fixture(autouse=True)
def _an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_only_the_secret_key_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPMART_SECRET_KEY", KEY)
    settings = load_settings()
    assert settings.database_url is None
    assert settings.api_host == "127.0.0.1"


@pytest.mark.parametrize("given", [None, ""])
def test_a_missing_secret_key_is_named_with_a_way_to_make_one(
    monkeypatch: pytest.MonkeyPatch, given: str | None
) -> None:
    if given is not None:
        monkeypatch.setenv("SHOPMART_SECRET_KEY", given)
    with pytest.raises(ConfigurationError, match=r"SHOPMART_SECRET_KEY: is missing; .*token_url"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("SECRET_KEY", "short", "at least 16 characters"),
        ("SECRET_KEY", f"{KEY},short", "at least 16 characters"),
        ("SECRET_KEY", f"{KEY},", "at least 16 characters"),
        ("DATABASE_URL", "mysql://host/shopmart", "must begin with postgresql://"),
        ("DATABASE_URL", "postgresql://host", "must name a database"),
        ("SHOPIFY_BASE_URL", "https://example.test", "holds {shop}"),
        ("SHOPIFY_BASE_URL", "ftp://{shop}", "http"),
        ("SHOPIFY_API_VERSION", "2026-11", "pattern"),
        ("API_PORT", "0", "greater than or equal to 1"),
        ("API_PORT", "eighty", "valid integer"),
        ("DAGSTER_PORT", "65536", "less than or equal to 65535"),
        ("DAGSTER_URL", "localhost:3000", "must begin with http"),
        ("AUTH", "on", "'off'"),
        ("SYNC_PATIENCE_SECONDS", "-1", "greater than or equal to 0"),
        ("MAX_WEBHOOK_BYTES", "1", "greater than or equal to 1000"),
        ("LANDING_QUEUE", "0", "greater than or equal to 1"),
        ("BULK_POLL_SECONDS", "0", "greater than 0"),
        ("LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
    ],
)
def test_a_wrong_setting_is_named_with_its_reason_and_a_cure(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    monkeypatch.setenv("SHOPMART_SECRET_KEY", KEY)
    monkeypatch.setenv(f"SHOPMART_{name}", value)
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    line = str(caught.value)
    assert line.startswith(f"SHOPMART_{name}: ")
    assert reason in line
    assert ";" in line
    assert "Value error" not in line


def test_all_wrong_settings_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPMART_API_PORT", "x")
    monkeypatch.setenv("SHOPMART_LOG_LEVEL", "loud")
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    named = {line.split(":")[0] for line in str(caught.value).splitlines()}
    assert named == {"SHOPMART_SECRET_KEY", "SHOPMART_API_PORT", "SHOPMART_LOG_LEVEL"}


def test_a_dot_env_file_is_read_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(f"SHOPMART_SECRET_KEY={KEY}\nSHOPMART_API_PORT=8001\n")
    assert load_settings().api_port == 8001
    monkeypatch.setenv("SHOPMART_API_PORT", "8002")
    assert load_settings().api_port == 8002


def test_an_unreadable_dot_env_file_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"SHOPMART_SECRET_KEY=\xff\xfe\n")
    with pytest.raises(ConfigurationError, match=r"^\.env: cannot be read .*UTF-8"):
        load_settings()


def test_settings_cannot_be_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPMART_SECRET_KEY", KEY)
    with pytest.raises(ValidationError):
        load_settings().api_port = 1  # type: ignore[misc]


def test_an_override_of_the_entry_point_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPMART_SECRET_KEY", KEY)
    monkeypatch.setenv("SHOPMART_API_PORT", "8001")
    assert load_settings(api_port=8002).api_port == 8002


def test_the_home_is_absolute_so_that_child_processes_agree(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SHOPMART_SECRET_KEY", KEY)
    assert load_settings().home_path == tmp_path / ".shopmart"


def test_no_secret_stands_in_the_settings_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPMART_SECRET_KEY", KEY)
    monkeypatch.setenv("SHOPMART_DATABASE_URL", "postgresql://u:planted-password@host/db")
    settings = load_settings()
    shown = f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    assert KEY not in shown
    assert "planted-password" not in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "planted-secret"),
        ("DATABASE_URL", "mysql://u:planted-secret@host/db"),
        ("DATABASE_URL", "postgresql://u:%zzplanted-secret@host/db"),
        ("DATABASE_URL", "postgresql://u:x@planted-secret@host/db"),
        ("DATABASE_URL", "postgresql://u:x#planted-secret@host/db"),
    ],
)
def test_no_error_shows_the_secret_that_was_wrong(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("SHOPMART_SECRET_KEY", KEY)
    monkeypatch.setenv(f"SHOPMART_{name}", value)
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    shown = "".join(traceback.format_exception(caught.value))
    assert "planted-secret" not in shown


def test_a_child_process_reads_the_same_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SHOPMART_SECRET_KEY", KEY)
    monkeypatch.setenv("SHOPMART_DATABASE_URL", "postgresql://me:p%40ss@host/shop")
    mine = load_settings(api_port=8001)
    for name, value in mine.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path.parent)
    theirs = load_settings()
    assert theirs == mine.model_copy(update={"home": tmp_path / ".shopmart"})


def documented_settings() -> dict[str, str]:
    """Every setting named in .env.example, commented or not, with the value shown."""
    lines = re.findall(r"^(?:# )?(SHOPMART_[A-Z_]+)=(.*)$", EXAMPLE.read_text(), re.MULTILINE)
    return dict(lines)


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    documented = set(documented_settings())
    assert known - documented == set(), "settings that .env.example does not tell of"
    assert documented - known == set(), "names in .env.example that are no settings"


def test_the_documented_values_are_the_defaults() -> None:
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = "" if default in (None, PydanticUndefined) else str(default)
        assert documented_settings()[PREFIX + name.upper()] == shown


def test_the_example_works_as_a_dot_env_file_once_a_key_is_filled_in(tmp_path: Path) -> None:
    text = EXAMPLE.read_text().replace("# SHOPMART_", "SHOPMART_")
    (tmp_path / ".env").write_text(text.replace("SECRET_KEY=\n", f"SECRET_KEY={KEY}\n"))
    assert load_settings() == Settings(_env_file=None, secret_key=SecretStr(KEY))

"""A name that looks like a setting and is none is told with the one that was meant."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from warehouse.errors import ConfigurationError
from warehouse.settings import load_settings

KEY = "a secret key long enough"


@pytest.fixture(autouse=True)
def _a_key_in_an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOPMART_SECRET_KEY", KEY)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("SHOPMART_API_PROT", "SHOPMART_API_PORT"),
        ("SHOPMART_DATABASE", "SHOPMART_DATABASE_URL"),
        ("SHOPMART_REDIS", "SHOPMART_REDIS_URL"),
        ("shopmart_loglevel", "SHOPMART_LOG_LEVEL"),
        ("SHOPMART_PORT", "SHOPMART_API_PORT"),
    ],
)
def test_a_slip_of_the_pen_is_told_with_what_was_meant(
    monkeypatch: pytest.MonkeyPatch, name: str, meant: str
) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert str(caught.value) == f"{name.upper()}: is no setting; did you mean {meant}?"


def test_a_name_that_nothing_is_near_to_is_told_where_all_stand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SHOPMART_COFFEE", "strong")
    with pytest.raises(ConfigurationError, match=r"SHOPMART_COFFEE: .*\.env\.example"):
        load_settings()


def test_a_slip_in_the_file_is_told_too_and_its_value_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SHOPMART_DATABSE_URL=postgresql://u:planted@h/d\nOTHER=1\n")
    with pytest.raises(ConfigurationError, match="did you mean SHOPMART_DATABASE_URL") as caught:
        load_settings()
    assert "planted" not in str(caught.value)


def test_wrong_names_and_wrong_values_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPMART_API_PROT", "8001")
    monkeypatch.setenv("SHOPMART_LOG_LEVEL", "loud")
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    named = [line.split(":")[0] for line in str(caught.value).splitlines()]
    assert named == ["SHOPMART_API_PROT", "SHOPMART_LOG_LEVEL"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SHOPMART_DAGSTER_STORAGE", "postgresql://u:p@h/d"),
        ("SHOPMART_DBT_HOST", "127.0.0.1"),
        ("SHOPMART_NEW_ACCESS_TOKEN", "shpat_x"),
        ("SHOPMART_SERVICE_HOST", "10.0.0.7"),
        ("SHOPMART_SERVICE_PORT_HTTP", "80"),
        ("SHOPMART_WEB_SERVICE_PORT", "80"),
        ("SHOPMART_PORT_8000_TCP_ADDR", "10.0.0.7"),
        ("SHOPMART_PORT", "tcp://10.0.0.7:8000"),
        ("SHOP", "1"),
        ("_SHOPMART_COMPLETE", "bash_complete"),
    ],
)
def test_what_is_meant_otherwise_trips_nobody(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert load_settings().secret_key.get_secret_value() == KEY


def test_the_environment_of_a_child_process_has_no_unknown_name(tmp_path: Path) -> None:
    """As Dagster's processes get it: every setting, its own storage, and dbt's connection."""
    settings = load_settings(database_url="postgresql://u:p@h/d")
    environment = {
        **{name: value for name, value in os.environ.items() if "SHOPMART" not in name},
        **settings.environment(),
        "SHOPMART_DAGSTER_STORAGE": "postgresql://u:p@h/d",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }
    code = "from warehouse.settings import load_settings; load_settings()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr

"""The demo's world and the configured one stay apart."""

from pathlib import Path

import pytest

from shopmart.demo.environment import (
    commands_settings,
    demo_settings,
    keep_for_commands,
    keep_world,
)
from shopmart.errors import CommandError
from warehouse.errors import ConfigurationError

CONFIGURED = {
    "SHOPMART_SECRET_KEY": "a configured secret key",
    "SHOPMART_DATABASE_URL": "postgresql://owner:secret@127.0.0.1:9/real",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in CONFIGURED:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SHOPMART_HOME", str(tmp_path / "home"))
    return tmp_path


def configure(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CONFIGURED.items():
        monkeypatch.setenv(name, value)


def test_the_demo_leaves_a_configured_database_and_key_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch)
    made = demo_settings()
    assert made.database_url is None
    assert made.encryption_keys != [CONFIGURED["SHOPMART_SECRET_KEY"]]
    assert made.home_path == folder / "home" / "demo"


def test_commands_look_at_the_demo_only_where_no_key_is_configured(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigurationError, match="SHOPMART_SECRET_KEY"):
        commands_settings()
    made = demo_settings().model_copy(update={"shopify_base_url": "http://sandbox/{shop}"})
    keep_for_commands(made)
    found = commands_settings()
    assert (found.home_path, found.shopify_base_url) == (made.home_path, made.shopify_base_url)
    assert (found.encryption_keys, found.database_url) == (made.encryption_keys, None)
    configure(monkeypatch)
    real = commands_settings()
    assert (real.home_path, real.shopify_base_url) == (folder / "home", "https://{shop}")
    assert real.encryption_keys == [CONFIGURED["SHOPMART_SECRET_KEY"]]


def test_a_key_in_env_file_is_configuration_too(folder: Path) -> None:
    keep_for_commands(demo_settings())
    (folder / ".env").write_text("SHOPMART_SECRET_KEY=a key in the file .env\n")
    assert commands_settings().home_path == folder / "home"
    (folder / ".env").write_text("SHOPMART_SECRET_KEY=short\n")
    with pytest.raises(ConfigurationError, match="16 characters"):
        commands_settings()


def test_other_shops_than_the_first_start_made_are_refused_with_the_cure(tmp_path: Path) -> None:
    keep_world(tmp_path, shops=3, orders=60, seed=7)
    keep_world(tmp_path, shops=3, orders=60, seed=7)
    with pytest.raises(CommandError, match="--shops 3 --orders 60 --seed 7"):
        keep_world(tmp_path, shops=3, orders=80, seed=7)

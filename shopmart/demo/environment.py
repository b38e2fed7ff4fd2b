"""The demo's settings: what it makes up and keeps in a folder of its own below the home.

It never works in a database that is configured: its made-up shops and its own secret key would
end up among real ones.
"""

import json
import secrets
from pathlib import Path

from pydantic import SecretStr

from shopmart.errors import CommandError
from warehouse.errors import ConfigurationError
from warehouse.settings import PREFIX, Settings, load_settings

FOLDER = "demo"
SETTINGS_FILE = "demo.env"


def demo_settings(home: Path | None = None) -> Settings:
    """Settings for a demo: a secret key of its own, made once and kept in the folder.

    Raises ConfigurationError when another setting is wrong, or the home cannot be used.
    """
    first = load_settings(secret_key=secrets.token_urlsafe(32))
    folder = (home or first.home_path / FOLDER).absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        secret = SecretStr(kept_secret(folder, "secret.key"))
    except OSError as error:
        raise ConfigurationError(
            f"SHOPMART_HOME: {folder} cannot be used: {error.strerror}; set it to a folder of "
            "your own"
        ) from None
    return first.model_copy(update={"home": folder, "secret_key": secret, "database_url": None})


def kept_secret(folder: Path, name: str) -> str:
    """A random text that stays the same for one home folder; only its owner can read it."""
    file = folder / name
    if not file.exists():
        partial = file.with_suffix(".partial")
        partial.touch(mode=0o600)
        partial.write_text(secrets.token_urlsafe(32))
        partial.replace(file)
    return file.read_text().strip()


def keep_world(folder: Path, *, shops: int, orders: int, seed: int) -> None:
    """Note which shops this demo was made with; raises CommandError when they were others.

    The data that is there belongs to the shops of the first start.
    """
    file, world = folder / "world.json", {"shops": shops, "orders": orders, "seed": seed}
    if not file.exists():
        file.write_text(json.dumps(world))
    made = json.loads(file.read_text())
    if made != world:
        options = " ".join(f"--{name} {value}" for name, value in made.items())
        raise CommandError(
            f"the demo in {folder} was made with {options}; start it with these, set "
            f"SHOPMART_HOME to another folder, or remove {folder} to begin anew"
        )


def commands_settings() -> Settings:
    """The configured settings; where no secret key is, those of the demo that lives here.

    So every command can look at the demo's shops. Raises ConfigurationError.
    """
    try:
        return load_settings()
    except ConfigurationError:
        folder = load_settings(secret_key=secrets.token_urlsafe(32)).home_path / FOLDER
        kept = folder / SETTINGS_FILE
        if not kept.is_file():
            raise
        return load_settings(_env_file=(str(kept), ".env"), home=folder, database_url=None)


def keep_for_commands(settings: Settings) -> None:
    """Write the settings where ``shopmart`` finds them while nothing else is configured."""
    kept = {"secret_key", "shopify_base_url", "dagster_url", "api_port"}
    file = settings.home_path / SETTINGS_FILE
    partial = file.with_suffix(".partial")
    partial.touch(mode=0o600)
    names = {PREFIX + name.upper() for name in kept}
    lines = [f"{key}={value}\n" for key, value in settings.environment().items() if key in names]
    partial.write_text("".join(lines))
    partial.replace(file)

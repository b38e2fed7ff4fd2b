"""Every setting of Shopmart: one frozen object, read once at the entry point and handed down.

A setting is an environment variable ``SHOPMART_<NAME>`` or a line of ``.env``; ``.env.example``
documents each (a test compares the two).
"""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from warehouse.database_url import checked_url
from warehouse.errors import ConfigurationError

PREFIX = "SHOPMART_"
SHORTEST_SECRET_KEY = 16


class Settings(BaseSettings):
    """The settings with their defaults; times in seconds, sizes in bytes."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    database_url: SecretStr | None = None
    secret_key: SecretStr
    home: Path = Path(".shopmart")
    shopify_base_url: str = "https://{shop}"
    shopify_api_version: str = Field(default="2026-10", pattern=r"^\d{4}-(01|04|07|10)$")
    api_host: str = "127.0.0.1"
    api_port: int = Field(default=8000, ge=1, le=65535)
    dagster_port: int = Field(default=3000, ge=1, le=65535)
    dagster_url: str | None = None
    auth: Literal["off"] = "off"
    # The old client's proxy gives up after 30 seconds; an answer before that is one it can use.
    sync_patience_seconds: float = Field(default=25.0, ge=0, le=300)
    max_webhook_bytes: int = Field(default=20_000_000, ge=1_000, le=100_000_000)
    # About 40 MB of ordinary bodies: enough for a sales peak, small enough to shed before swapping.
    landing_queue: int = Field(default=10_000, ge=1, le=1_000_000)
    bulk_poll_seconds: float = Field(default=1.0, gt=0, le=60)
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        keys = value.get_secret_value().split(",")
        if any(len(key.strip()) < SHORTEST_SECRET_KEY for key in keys):
            raise ValueError(f"each key needs at least {SHORTEST_SECRET_KEY} characters")
        return value

    @field_validator("shopify_base_url")
    @classmethod
    def _names_the_shop(cls, value: str) -> str:
        if "{shop}" not in value or not value.startswith(("http://", "https://")):
            raise ValueError("must be an http(s) address that holds {shop}")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value().strip():
            return None
        return SecretStr(checked_url(value.get_secret_value()))

    @field_validator("dagster_url")
    @classmethod
    def _is_http(cls, value: str | None) -> str | None:
        if value is None or not value.strip():
            return None
        if not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @property
    def home_path(self) -> Path:
        """The home as an absolute path, so that child processes agree on it."""
        return self.home.expanduser().absolute()

    def environment(self) -> dict[str, str]:
        """The settings as a child process reads them, secrets included: never print it."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        values["home"] = self.home_path
        return {
            PREFIX + name.upper(): _plain(value)
            for name, value in values.items()
            if value is not None
        }

    @property
    def encryption_keys(self) -> list[str]:
        """The secret keys, newest first: the first seals, every one opens."""
        return [key.strip() for key in self.secret_key.get_secret_value().split(",")]


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


CURES = {
    "secret_key": (
        "set SHOPMART_SECRET_KEY to a random text of at least 16 characters, "
        'such as: python -c "import secrets; print(secrets.token_urlsafe(32))"'
    ),
    "database_url": (
        "set SHOPMART_DATABASE_URL like postgresql://user:password@host:5432/shopmart, "
        "or leave it out to use the embedded Postgres"
    ),
}


def load_settings(**overrides: object) -> Settings:
    """Read the settings; raises ConfigurationError that names each wrong one and its cure."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            name = str(problem["loc"][0]) if problem["loc"] else "settings"
            told = problem["msg"].removeprefix("Value error, ")
            reason = "is missing" if problem["type"] == "missing" else told
            cure = CURES.get(name, "see .env.example")
            lines.append(f"{PREFIX}{name.upper()}: {reason}; {cure}")
        raise ConfigurationError("\n".join(lines)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f".env: cannot be read ({type(error).__name__}); make it a readable text file in UTF-8"
        ) from None

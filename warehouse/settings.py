"""Every setting of Shopmart: one frozen object, read once at the entry point and handed down.

A setting is an environment variable ``SHOPMART_<NAME>`` or a line of ``.env``; ``.env.example``
documents each (a test compares the two).
"""

import os
import re
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, SettingsConfigDict
from pydantic_settings.sources import DotenvType

from warehouse.database_url import checked_url
from warehouse.errors import ConfigurationError
from warehouse.setting_names import unknown_names

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
    redis_url: SecretStr | None = None
    cors_origins: str = ""
    allowed_hosts: str = ""
    # For each caller's address; a dashboard that loads ten panels a second stays below.
    requests_per_minute: int = Field(default=1_200, ge=0, le=1_000_000)
    bad_signatures_per_minute: int = Field(default=60, ge=1, le=1_000_000)
    # Behind NOTIFY, which a broken connection loses.
    live_poll_seconds: float = Field(default=1.0, gt=0, le=60)
    # After they were loaded; their documents stay in raw for good.
    landing_days: int = Field(default=30, ge=1, le=3_650)
    # What could not be loaded is kept for longer: somebody may still mend it.
    quarantine_days: int = Field(default=180, ge=1, le=3_650)
    # A year and a month: any day can be compared with the same one of the year before.
    rfm_days: int = Field(default=400, ge=1, le=36_500)
    # Taken by the loop at work only; another machine scrapes through a proxy of its own.
    live_metrics_port: int = Field(default=9464, ge=0, le=65535)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = "text"

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

    @field_validator("redis_url")
    @classmethod
    def _is_redis(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value().strip():
            return None
        if not value.get_secret_value().startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must begin with redis://, rediss:// or unix://")
        return value

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, value: str) -> str:
        origins = [origin.strip().rstrip("/") for origin in value.split(",") if origin.strip()]
        for origin in origins:
            if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?", origin):
                raise ValueError(f"{origin[:100]!a} is no origin like https://dashboard.example")
        return ",".join(origins)

    @field_validator("allowed_hosts")
    @classmethod
    def _are_hosts(cls, value: str) -> str:
        names = [name.strip().lower() for name in value.split(",") if name.strip()]
        for name in names:
            if not re.fullmatch(r"[a-z0-9.-]+|[0-9a-f:]+", name):
                raise ValueError(f"{name[:100]!a} is no host name like api.example, without a port")
        return ",".join(names)

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
    wrong: list[str] = []
    try:
        wrong += _unknown_names(**overrides)  # type: ignore[arg-type]
        settings = Settings(**overrides)  # type: ignore[arg-type]
        if not wrong:
            return settings
    except ValidationError as error:
        for problem in error.errors():
            name = str(problem["loc"][0]) if problem["loc"] else "settings"
            told = problem["msg"].removeprefix("Value error, ")
            reason = "is missing" if problem["type"] == "missing" else told
            cure = CURES.get(name, "see .env.example")
            wrong.append(f"{PREFIX}{name.upper()}: {reason}; {cure}")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f".env: cannot be read ({type(error).__name__}); make it a readable text file in UTF-8"
        ) from None
    raise ConfigurationError("\n".join(wrong))


def _unknown_names(*, _env_file: DotenvType | None = ".env", **_: object) -> list[str]:
    given = {**DotEnvSettingsSource(Settings, env_file=_env_file).env_vars, **os.environ}
    return unknown_names(given, prefix=PREFIX, known=Settings.model_fields)

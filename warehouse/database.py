"""Which database a command works on: the configured one, or the embedded one of the home folder."""

from collections.abc import Callable

from pydantic import SecretStr

from warehouse.embedded import EmbeddedPostgres
from warehouse.settings import Settings


def with_database(settings: Settings, *, on_step: Callable[[str], None] | None = None) -> Settings:
    """Settings that name a running database; starts the embedded one when none is configured.

    Raises DatabaseUnavailable when it does not start.
    """
    if settings.database_url is not None:
        return settings
    url = EmbeddedPostgres(settings.home_path).start(on_step=on_step)
    return settings.model_copy(update={"database_url": SecretStr(url)})

"""Which database a command works on: the configured one as it is, else the embedded one."""

from pathlib import Path

from pydantic import SecretStr

from tests.conftest import settings_for
from warehouse.connections import Role, connect
from warehouse.database import with_database
from warehouse.migrate import migrate
from warehouse.settings import Settings


def test_a_configured_database_is_used_as_it_is(settings: Settings) -> None:
    assert with_database(settings) is settings


def test_without_one_the_embedded_postgres_is_started_and_every_role_can_work(
    open_home: Path,
) -> None:
    nowhere = settings_for(open_home, "postgresql://h/d").model_copy(update={"database_url": None})
    running = with_database(nowhere)
    assert isinstance(running.database_url, SecretStr)
    assert nowhere.database_url is None
    assert migrate(running)
    for role in Role:
        with connect(running, role) as connection:
            assert connection.execute("select 1").fetchone() == (1,)

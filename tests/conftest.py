"""What every test may ask for: a Postgres of its own, migrated databases, the shared data.

Each worker starts one cluster; each test gets a database cloned from a migrated template under one
constant name, so that what depends on the connection (dbt's parse cache) stays valid.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from warehouse.connections import SERVICE_ROLES, Role
from warehouse.embedded import EmbeddedPostgres
from warehouse.migrate import migrate
from warehouse.settings import Settings

TEMPLATE = "shopmart_template"
DATABASE = "shopmart_test"
SECRET_KEY = "a secret key that only tests use"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared reference data; tests that need it are skipped where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("the shared reference data is not here")
    return folder


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    """A home folder for this worker, open to the user that Postgres runs as."""
    folder = Path(tempfile.mkdtemp(prefix="shopmart-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster_url(home: Path) -> Iterator[str]:
    """The owner's URL of a running cluster, without a database name."""
    server = EmbeddedPostgres(home)
    url = server.start().rpartition("/")[0]
    _spare_the_disk(url)
    yield url
    server.stop()


def _spare_the_disk(cluster_url: str) -> None:
    """Leave the flushing to the system: what a killed Postgres wrote is there all the same.

    Only a power cut would lose it, which no test makes.
    """
    with psycopg.connect(f"{cluster_url}/postgres", autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes"):
            connection.execute(f"alter system set {setting} = off")
        connection.execute("select pg_reload_conf()")


def settings_for(home: Path, database_url: str, **changes: object) -> Settings:
    """Settings of a test, untouched by the environment's own ``.env``."""
    values = {
        "home": home,
        "database_url": SecretStr(database_url),
        "secret_key": SecretStr(SECRET_KEY),
        "bulk_poll_seconds": 0.05,
        **changes,
    }
    return Settings(_env_file=None, **values)  # type: ignore[arg-type]


def recreate(cluster_url: str, database: str, *, template: str = "template1") -> None:
    """Drop a database, whoever is connected, and make it anew from a template."""
    with psycopg.connect(f"{cluster_url}/postgres", autocommit=True) as connection:
        # A clone goes into the log page by page, and to press each one costs more than it spares.
        connection.execute("set wal_compression = off")
        connection.execute(f"drop database if exists {database} with (force)")
        connection.execute(f"create database {database} template {template}")
        connection.execute(f"revoke all on database {database} from public")
        for role in SERVICE_ROLES:
            known = "select 1 from pg_roles where rolname = %s"
            if connection.execute(known, [role.value]).fetchone():
                connection.execute(f"grant connect on database {database} to {role.value}")
                if role is Role.DBT:
                    connection.execute(f"grant temporary on database {database} to {role.value}")


@pytest.fixture(scope="session")
def template(cluster_url: str, home: Path) -> str:
    """A migrated, empty database that others are cloned from."""
    recreate(cluster_url, TEMPLATE)
    migrate(settings_for(home, f"{cluster_url}/{TEMPLATE}"))
    return TEMPLATE


@pytest.fixture
def settings(cluster_url: str, home: Path, template: str) -> Settings:
    """Settings of a freshly cloned, migrated, empty database."""
    recreate(cluster_url, DATABASE, template=template)
    return settings_for(home, f"{cluster_url}/{DATABASE}")


@pytest.fixture
def empty_database(cluster_url: str, home: Path) -> Settings:
    """Settings of a database that was never migrated."""
    recreate(cluster_url, "shopmart_empty")
    return settings_for(home, f"{cluster_url}/shopmart_empty")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("SHOPMART_"):
            monkeypatch.delenv(name)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The merge first: every other promise rests on it. Then what takes long.

    A file stays with one worker: a long one that began last would keep the others waiting.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (item.path.name != "test_merge.py", _rank(item.path, slow)))


def _rank(path: Path, slow: set[Path]) -> int:
    """How early a file begins: those that build histories, those that build once, the others."""
    parts = path.parts
    if {"proofs", "oracle", "faults"} & set(parts):
        return 0
    return 1 if path in slow else 2 if "dbt_project" in parts else 3

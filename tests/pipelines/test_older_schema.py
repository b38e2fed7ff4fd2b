"""A database that was never migrated, or not by this release: said so, with the cure."""

import pytest

from pipelines.build import run_build
from pipelines.webhooks import load_webhooks
from warehouse.connections import Role, connect
from warehouse.errors import DatabaseUnavailable, MigrationError
from warehouse.settings import Settings


def test_a_build_of_a_database_that_was_never_migrated_says_so(empty_database: Settings) -> None:
    with connect(empty_database, Role.OWNER) as owner:
        owner.execute("revoke connect on database shopmart_empty from shopmart_dbt")
    with pytest.raises(DatabaseUnavailable, match="never migrated; run `shopmart migrate`"):
        run_build(empty_database)


def test_where_the_roles_are_known_the_missing_migrations_are_counted(
    empty_database: Settings,
) -> None:
    with pytest.raises(MigrationError, match=r"0001_control\.sql.*run `shopmart migrate`"):
        run_build(empty_database)
    with pytest.raises(MigrationError, match=r"0001_control\.sql.*run `shopmart migrate`"):
        load_webhooks(empty_database)

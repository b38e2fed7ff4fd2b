"""A backup restored into an empty cluster: what is refused, and what comes back."""

import json
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.conftest import recreate, settings_for
from warehouse.backup import DUMP, NOTE, back_up, restore
from warehouse.connections import Role, connect
from warehouse.credentials import read_credentials
from warehouse.embedded import EmbeddedPostgres
from warehouse.errors import BackupFailed
from warehouse.migrate import pending_migrations
from warehouse.secrets import Credentials, Sealer
from warehouse.settings import Settings
from warehouse.tenants import add_tenant

KEPT = Credentials(webhook_secret="a secret", access_token="a token")


@pytest.fixture(scope="module")
def other_cluster() -> Iterator[str]:
    """Another machine: a cluster that knows no role of ours."""
    home = Path(tempfile.mkdtemp(prefix="shopmart-test-"))
    home.chmod(0o755)
    server = EmbeddedPostgres(home)
    try:
        yield server.start().rpartition("/")[0]
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def elsewhere(other_cluster: str, home: Path) -> Settings:
    recreate(other_cluster, "shopmart_restored")
    return settings_for(home, f"{other_cluster}/shopmart_restored")


@pytest.fixture
def saved(settings: Settings, tmp_path: Path) -> Path:
    """A backup of a database with one tenant."""
    with connect(settings, Role.CONTROL) as control:
        sealer = Sealer.from_settings(settings)
        add_tenant(control, sealer, name="a", shop_domain="a.myshopify.com", credentials=KEPT)
    back_up(settings, tmp_path / "saved")
    return tmp_path / "saved"


def schemas(settings: Settings) -> int:
    with connect(settings, Role.OWNER) as owner:
        ((count,),) = owner.execute(
            "select count(*) from pg_namespace where nspname = 'control'"
        ).fetchall()
    return int(str(count))


GRANTS = """
select n.nspname || '.' || c.relname, c.relkind, c.relowner::regrole::text,
    c.relrowsecurity, c.relforcerowsecurity, c.reloptions::text,
    (select array_agg(acl::text order by acl::text) from unnest(c.relacl) as acl)::text,
    (select array_agg(p::text order by p::text) from pg_policies as p
        where p.schemaname = n.nspname and p.tablename = c.relname)::text
from pg_class as c inner join pg_namespace as n on n.oid = c.relnamespace
where n.nspname in ('control', 'landing', 'raw', 'marts', 'staging')
    and c.relkind in ('r', 'v', 'i', 'S')
order by 1
"""


def rights(settings: Settings) -> list[tuple[object, ...]]:
    """Each relation with its owner, its grants, its settings and its policies."""
    with connect(settings, Role.OWNER) as owner:
        return owner.execute(GRANTS).fetchall()


def test_everything_comes_back_in_a_cluster_that_knew_nothing_of_it(
    settings: Settings, saved: Path, elsewhere: Settings
) -> None:
    assert restore(elsewhere, saved) == []
    assert pending_migrations(elsewhere) == []
    assert rights(elsewhere) == rights(settings)
    with connect(elsewhere, Role.CONTROL) as control:
        assert read_credentials(control, Sealer.from_settings(elsewhere), 1) == KEPT
        sealer = Sealer.from_settings(elsewhere)
        new = add_tenant(control, sealer, name="b", shop_domain="b.myshopify.com", credentials=KEPT)
    assert new.tenant_id == 2, "numbers go on where they were"
    for role in (Role.LANDING, Role.LOADER, Role.DBT, Role.READER, Role.DAGSTER):
        with connect(elsewhere, role) as connection:
            connection.execute("select 1")


def test_a_backup_is_closed_to_others_and_never_written_over(
    settings: Settings, saved: Path
) -> None:
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (saved, saved / DUMP, saved / NOTE)]
    assert modes == [0o700, 0o600, 0o600]
    assert sorted(path.name for path in saved.iterdir()) == sorted([DUMP, NOTE])
    with pytest.raises(BackupFailed, match="holds a backup already"):
        back_up(settings, saved)


def test_a_database_that_was_never_migrated_holds_nothing_to_back_up(
    empty_database: Settings, tmp_path: Path
) -> None:
    with pytest.raises(BackupFailed, match="never migrated"):
        back_up(empty_database, tmp_path / "nothing")
    assert not list((tmp_path / "nothing").iterdir())


def test_only_an_empty_database_is_filled(settings: Settings, saved: Path) -> None:
    with pytest.raises(BackupFailed, match="not empty"):
        restore(settings, saved)


def test_a_dump_that_is_cut_or_changed_is_refused(saved: Path, elsewhere: Settings) -> None:
    whole = (saved / DUMP).read_bytes()
    (saved / DUMP).write_bytes(whole[:-1000])
    with pytest.raises(BackupFailed, match="damaged, or cut"):
        restore(elsewhere, saved)
    (saved / DUMP).unlink()
    with pytest.raises(BackupFailed, match="holds no backup"):
        restore(elsewhere, saved)
    assert schemas(elsewhere) == 0


def test_another_key_is_refused_and_the_old_one_behind_a_new_one_will_do(
    saved: Path, elsewhere: Settings
) -> None:
    new = settings_for(
        elsewhere.home, elsewhere.database_url.get_secret_value(), secret_key="x" * 20
    )  # type: ignore[union-attr]
    with pytest.raises(BackupFailed, match="another SHOPMART_SECRET_KEY"):
        restore(new, saved)
    assert schemas(elsewhere) == 0
    both = f"{'x' * 20},{elsewhere.encryption_keys[0]}"
    rotated = settings_for(
        elsewhere.home, elsewhere.database_url.get_secret_value(), secret_key=both
    )  # type: ignore[union-attr]
    restore(rotated, saved)
    with connect(rotated, Role.CONTROL) as control:
        assert read_credentials(control, Sealer.from_settings(rotated), 1) == KEPT


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"owner": "somebody"}, "belong to the user somebody"),
        ({"postgres": 99}, "this server is older"),
        ({"migrations": ["9999_later.sql"]}, "made by a later Shopmart"),
        ({"format": 2}, "no note of a backup that this version can read"),
    ],
)
def test_what_cannot_go_well_is_refused_before_anything_is_written(
    saved: Path, elsewhere: Settings, change: dict[str, object], words: str
) -> None:
    note = json.loads((saved / NOTE).read_text())
    (saved / NOTE).write_text(json.dumps({**note, **change}))
    with pytest.raises(BackupFailed, match=words):
        restore(elsewhere, saved)
    assert schemas(elsewhere) == 0


def test_a_restore_that_fails_half_way_leaves_nothing(saved: Path, elsewhere: Settings) -> None:
    """A table of the same name as one of the last stands in the way."""
    with psycopg.connect(elsewhere.database_url.get_secret_value()) as owner:  # type: ignore[union-attr]
        owner.execute("create table public.shopmart_migrations (name text)")
    with pytest.raises(BackupFailed, match="already exists"):
        restore(elsewhere, saved)
    assert schemas(elsewhere) == 0


def test_a_folder_of_other_things_is_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(BackupFailed, match="is not empty"):
        back_up(settings, tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["mine"]


def test_a_folder_that_cannot_be_written_is_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BackupFailed, match="file"):
        back_up(settings, tmp_path / "file" / "saved")

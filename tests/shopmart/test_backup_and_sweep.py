"""``shopmart backup``, ``restore`` and ``sweep`` as an operator runs them."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sandbox.serving import running
from sandbox.world import World
from tests.conftest import SECRET_KEY, settings_for
from tests.shopmart.commands import shopmart
from warehouse.connections import Role, connect
from warehouse.embedded import EmbeddedPostgres
from warehouse.secrets import Credentials, Sealer
from warehouse.settings import Settings
from warehouse.tenants import add_tenant


@pytest.fixture(scope="module")
def sandbox_url() -> Iterator[str]:
    with running(World.generate(shops=1, orders=12, seed=5), bulk_seconds=0.05) as url:
        yield url


@pytest.fixture
def env(sandbox_url: str) -> dict[str, str]:
    return {
        "SHOPMART_SHOPIFY_BASE_URL": f"{sandbox_url}/{{shop}}",
        "SHOPMART_BULK_POLL_SECONDS": "0.05",
    }


@pytest.fixture
def tenant(settings: Settings, sandbox_url: str) -> int:
    (shop,) = httpx.get(f"{sandbox_url}/_sandbox/shops").json()
    credentials = Credentials(webhook_secret="only for tests", access_token=shop["accessToken"])
    with connect(settings, Role.CONTROL) as control:
        return add_tenant(
            control,
            Sealer.from_settings(settings),
            name="a",
            shop_domain=shop["shopDomain"],
            credentials=credentials,
        ).tenant_id


@pytest.fixture
def empty_home() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="shopmart-test-"))
    home.chmod(0o755)
    yield home
    EmbeddedPostgres(home).stop()
    shutil.rmtree(home, ignore_errors=True)


def test_a_backup_is_restored_into_an_embedded_postgres_of_its_own(
    settings: Settings, tenant: int, tmp_path: Path, empty_home: Path
) -> None:
    folder = tmp_path / "saved"
    done = shopmart("backup", str(folder), settings=settings)
    assert done.returncode == 0, done.stderr
    assert "keep SHOPMART_SECRET_KEY apart" in done.stdout
    again = shopmart("backup", str(folder), settings=settings)
    assert (again.returncode, "holds a backup already" in again.stderr) == (1, True)
    there = {"SHOPMART_HOME": str(empty_home), "SHOPMART_SECRET_KEY": SECRET_KEY}
    done = shopmart("restore", str(folder), cwd=tmp_path, **there)
    assert done.returncode == 0, done.stderr
    assert "restored; now: shopmart sync" in done.stdout
    restored = settings_for(empty_home, EmbeddedPostgres(empty_home).start())
    with connect(restored, Role.CONTROL) as control:
        assert control.execute("select tenant_id from control.tenants").fetchall() == [(tenant,)]
    done = shopmart("restore", str(folder), cwd=tmp_path, **there)
    assert (done.returncode, "not empty" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr


def test_a_folder_without_a_backup_is_refused_in_words(settings: Settings, tmp_path: Path) -> None:
    done = shopmart("restore", str(tmp_path / "nothing"), settings=settings)
    assert done.returncode == 1
    assert "holds no backup" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_sweep_tells_what_it_compared_and_forces_one_shop_only(
    settings: Settings, tenant: int, env: dict[str, str]
) -> None:
    assert shopmart("sync", str(tenant), settings=settings, **env).returncode == 0
    done = shopmart("sweep", settings=settings, **env)
    assert done.returncode == 0, done.stderr
    assert f"tenant {tenant}: orders: " in done.stdout
    assert "0 of 12 gone" in done.stdout
    forced = shopmart("sweep", "--force", settings=settings, **env)
    assert forced.returncode == 2
    assert "name the one tenant" in forced.stderr
    unknown = shopmart("sweep", "99", settings=settings, **env)
    assert (unknown.returncode, "no tenant has the id 99" in unknown.stderr) == (1, True)


def test_a_sweep_that_fails_says_why_and_exits_with_one(
    settings: Settings, tenant: int, env: dict[str, str], sandbox_url: str
) -> None:
    shopmart("sync", str(tenant), settings=settings, **env)
    httpx.post(
        f"{sandbox_url}/_sandbox/faults", json={"truncate_bulk": "line_end"}
    ).raise_for_status()
    done = shopmart("sweep", str(tenant), settings=settings, **env)
    assert done.returncode == 1
    assert "incomplete" in done.stdout
    assert "1 of 1 sweeps failed" in done.stderr

"""Where the dbt project is, what dbt reads from the environment, and its parsed manifest."""

import atexit
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg.conninfo import conninfo_to_dict

from pipelines.build.errors import ModelsInvalid
from pipelines.build.groups import Model
from warehouse.connections import Role, dsn
from warehouse.settings import Settings

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

PROJECT = Path(__file__).resolve().parents[2]
MODELS = PROJECT / "dbt_project"
# What dbt keeps of a parse: with it the next process reads the project in a tenth of the time.
PARSED = "partial_parse.msgpack"
_manifests: dict[str, "Manifest"] = {}


def dbt_environment(settings: Settings) -> dict[str, str]:
    """What dbt needs in its environment: the connection, its own folders, no telemetry."""
    parts = conninfo_to_dict(dsn(settings, Role.DBT))
    return {
        "SHOPMART_DBT_HOST": str(parts["host"]),
        "SHOPMART_DBT_PORT": str(parts.get("port") or 5432),
        "SHOPMART_DBT_USER": str(parts["user"]),
        "SHOPMART_DBT_PASSWORD": str(parts["password"]),
        "SHOPMART_DBT_DATABASE": str(parts["dbname"]),
        "DBT_PROJECT_DIR": str(PROJECT),
        "DBT_PROFILES_DIR": str(MODELS),
        "DBT_TARGET_PATH": str(_own_target(settings)),
        "DBT_LOG_PATH": str(_folder(settings) / "logs"),
        # Every process would append to one file; what failed stands in control.builds.
        "DBT_LOG_LEVEL_FILE": "none",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_NO_PARTIAL_PARSE": "false",
        "DBT_VERSION_CHECK": "false",
    }


def ensure_manifest(settings: Settings) -> Path:
    """The path of a manifest of the present model files; parses when they changed."""
    place = _kept(settings)
    path, sign = place / "manifest.json", place / "fingerprint"
    present = fingerprint(settings)
    if path.exists() and sign.exists() and sign.read_text() == present:
        return path
    place.mkdir(parents=True, exist_ok=True)
    manifest(settings)
    for name in (PARSED, "manifest.json"):
        partial = place / f"{name}.{os.getpid()}"
        shutil.copyfile(_own_target(settings) / name, partial)
        partial.replace(place / name)
    sign.write_text(present)
    return path


def incremental_models(settings: Settings) -> list[Model]:
    """The tables that models keep from build to build."""
    # From the file: a process that leaves dbt to a command of its own need not import it.
    path = ensure_manifest(settings)
    return _tables(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _tables(path: Path, changed_at: int) -> list[Model]:
    nodes = json.loads(path.read_text(encoding="utf-8"))["nodes"].values()
    return [
        Model(
            relation=f"{node['schema']}.{node['name']}",
            columns={name: column["data_type"] for name, column in node["columns"].items()},
            tags=tuple(node["tags"]),
        )
        for node in nodes
        if node["config"]["materialized"] == "incremental"
    ]


def manifest(settings: Settings) -> "Manifest":
    """The parsed project, kept in this process until a model file changes."""
    from dbt.cli.main import dbtRunner

    present = fingerprint(settings)
    if present not in _manifests or not (_own_target(settings) / "manifest.json").exists():
        with in_environment(dbt_environment(settings)):
            outcome = dbtRunner().invoke(["--quiet", "parse"])
        if not outcome.success:
            raise ModelsInvalid(f"dbt cannot parse the project: {outcome.exception}")
        _manifests.clear()
        _manifests[present] = outcome.result  # type: ignore[assignment]
    return _uncompiled(_manifests[present])


def _uncompiled(parsed: "Manifest") -> "Manifest":
    """A run marks its models as having their ephemeral parents, and the next left them out."""
    from dbt.contracts.graph.nodes import CompiledNode

    for node in parsed.nodes.values():
        if isinstance(node, CompiledNode):
            node.compiled = node.extra_ctes_injected = False
            node.extra_ctes = []
    return parsed


@contextmanager
def in_environment(values: dict[str, str]) -> Iterator[None]:
    """Set environment variables while dbt runs in this process, and put the old ones back."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _folder(settings: Settings) -> Path:
    return settings.home_path / "dbt"


def _kept(settings: Settings) -> Path:
    return _folder(settings) / "manifest"


def _own_target(settings: Settings) -> Path:
    # Two dbt processes that share a target folder overwrite each other's files.
    target = _folder(settings) / f"target-{os.getpid()}"
    if not target.exists():
        target.mkdir(parents=True)
        if (kept := _kept(settings) / PARSED).exists():
            shutil.copyfile(kept, target / PARSED)
        atexit.register(shutil.rmtree, target, ignore_errors=True)
    return target


def fingerprint(settings: Settings) -> str:
    """What the models are known by: their files and the database's name, as in the manifest."""
    digest = hashlib.sha256(dbt_environment(settings)["SHOPMART_DBT_DATABASE"].encode())
    files = [PROJECT / "dbt_project.yml", *MODELS.rglob("*.*")]
    for path in sorted(files):
        state = path.stat()
        digest.update(f"{path}:{state.st_mtime_ns}:{state.st_size}".encode())
    return digest.hexdigest()

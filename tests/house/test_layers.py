"""The layers of the house: held by import contracts, shown to catch what they forbid."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOMS = ["warehouse", "pipelines", "orchestration", "api", "sandbox", "shopmart"]
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as command; command()"
FORBIDDEN = [
    ("warehouse", "import pipelines"),
    ("warehouse", "from api import app"),
    ("pipelines", "import orchestration"),
    ("pipelines", "import shopmart"),
    ("orchestration", "import api"),
    ("api", "import pipelines"),
    ("api", "import orchestration"),
    ("sandbox", "import warehouse"),
    ("pipelines", "import sandbox"),
    ("pipelines", "import dagster"),
    ("api", "from dagster_graphql import DagsterGraphQLClient"),
    ("shopmart", "import dagster"),
    ("api", "import dlt"),
    ("warehouse", "from dlt.common import json"),
    ("sandbox", "import fastapi"),
    ("shopmart", "from fastapi import FastAPI"),
]
PERMITTED = [
    ("orchestration", "import dagster, dlt, pipelines, warehouse"),
    ("pipelines", "import dlt, warehouse"),
    ("api", "import fastapi, warehouse"),
    ("shopmart", "import api, orchestration, pipelines, sandbox, warehouse"),
]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the import contracts of the pyproject.toml in a folder."""
    return subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def small_house(root: Path, tmp_path: Path) -> Path:
    """A house with the same rooms and contracts, each room empty but for an ``app`` module."""
    shutil.copy(root / "pyproject.toml", tmp_path)
    for room in ROOMS:
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").touch()
        (tmp_path / room / "app.py").touch()
    return tmp_path


def test_no_import_crosses_a_layer(root: Path) -> None:
    done = lint(root)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_each_forbidden_import_is_caught(small_house: Path) -> None:
    kept = []
    for room, line in FORBIDDEN:
        module = small_house / room / "app.py"
        module.write_text(line + "\n")
        if "1 broken" not in lint(small_house).stdout:
            kept.append((room, line))
        module.write_text("")
    assert kept == []


def test_what_a_room_is_for_is_permitted(small_house: Path) -> None:
    for room, line in PERMITTED:
        (small_house / room / "app.py").write_text(line + "\n")
    done = lint(small_house)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_room_is_under_the_contracts(root: Path) -> None:
    linter = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert sorted(linter["root_packages"]) == sorted(ROOMS)
    assert all((root / room / "__init__.py").is_file() for room in ROOMS)


@pytest.mark.parametrize(
    ("room", "line", "cure"),
    [
        ("shopmart", "import dagster", "put assets, schedules and sensors there"),
        ("warehouse", "import dlt", "what loads data belongs into pipelines/"),
        ("sandbox", "from fastapi import FastAPI", "the sandbox uses starlette"),
    ],
)
def test_the_linter_says_where_a_library_belongs(
    small_house: Path, room: str, line: str, cure: str
) -> None:
    (small_house / room / "app.py").write_text(f'"""A module."""\n\n{line}\n')
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "--select", "TID251", "."],
        cwd=small_house,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "TID251" in done.stdout
    assert cure in re.sub(r"\s+", " ", done.stdout)

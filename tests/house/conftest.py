"""The repository as its rules see it: every file that git knows or would take up."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Where there is no git, as in an unpacked archive: what a clone does not contain.
NOT_OURS = {".git", ".venv", ".shopmart", "target", "logs", "__pycache__", "node_modules"}


def repository_files() -> list[Path]:
    """All files of the repository, relative to its root."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "-co", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        found = [Path(name) for name in listed.stdout.split("\0") if name]
    else:
        found = [
            path.relative_to(ROOT)
            for path in ROOT.rglob("*")
            if not NOT_OURS & set(path.relative_to(ROOT).parts)
        ]
    return sorted(path for path in found if (ROOT / path).is_file())


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def files() -> list[Path]:
    """All files of the repository, relative to its root."""
    return repository_files()


@pytest.fixture(scope="session")
def texts(files: list[Path]) -> dict[Path, str]:
    """Every text file with its content; what is no UTF-8 is no text."""
    found = {}
    for path in files:
        try:
            found[path] = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


@pytest.fixture(scope="session")
def of_kind(texts: dict[Path, str]) -> Callable[[str], dict[Path, str]]:
    """The text files with one ending."""
    return lambda suffix: {path: text for path, text in texts.items() if path.suffix == suffix}

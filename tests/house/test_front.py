"""The front of the house: top-level entries, README, Makefile, lock file, CI."""

import re
import tomllib
from pathlib import Path

import pytest

ENTRIES = {
    ".ci",
    ".env.example",
    ".github",
    ".gitignore",
    "Makefile",
    "README.md",
    "api",
    "Procfile",
    "benchmarks",
    "dbt_project",
    "dbt_project.yml",
    "docs",
    "orchestration",
    "pipelines",
    "pyproject.toml",
    "requirements.lock",
    "sandbox",
    "shopmart",
    "tests",
    "warehouse",
    "workspace.yaml",
}
MAY_BE_ABSENT = {"benchmarks"}
LONGEST_README = 180
FIRST_COMMAND_BY = 30
MOST_TARGETS = 15


def test_the_top_level_holds_what_the_design_names_and_nothing_else(files: list[Path]) -> None:
    present = {path.parts[0] for path in files}
    assert present - ENTRIES == set(), "entries that the design does not name"
    assert ENTRIES - MAY_BE_ABSENT - present == set(), "entries that are missing"


def test_the_readme_is_short_and_comes_to_the_first_command_at_once(root: Path) -> None:
    lines = (root / "README.md").read_text().splitlines()
    assert len(lines) <= LONGEST_README
    commands = [number for number, line in enumerate(lines, start=1) if "make demo" in line]
    assert commands
    assert commands[0] <= FIRST_COMMAND_BY


def test_every_file_that_the_readme_points_at_exists(root: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", (root / "README.md").read_text())
    assert [link for link in links if not (root / link).exists()] == []


def targets(root: Path) -> dict[str, str]:
    """Every target of the Makefile that a person calls, with the sentence behind it."""
    lines = re.findall(r"^([a-z][\w-]*):([^=\n]*)$", (root / "Makefile").read_text(), re.MULTILINE)
    return {name: rest.partition("##")[2].strip() for name, rest in lines}


def test_the_makefile_has_few_targets_and_each_explains_itself(root: Path) -> None:
    explained = targets(root)
    assert len(explained) <= MOST_TARGETS
    assert [name for name, sentence in explained.items() if not sentence] == []
    assert {"install", "demo", "test", "lint", "types"} <= set(explained)


def test_make_alone_explains_itself(root: Path) -> None:
    assert next(iter(targets(root))) == "help"


def locked(root: Path) -> dict[str, str]:
    """Each locked package with everything that stands behind its name."""
    blocks = re.split(r"^(?=[A-Za-z0-9])", (root / "requirements.lock").read_text(), flags=re.M)
    named = (re.match(r"([\w.-]+)(?:\[[^]]*\])?==", block) for block in blocks)
    return {
        match[1].lower().replace("_", "-"): block
        for match, block in zip(named, blocks, strict=True)
        if match
    }


def test_every_locked_package_has_a_version_and_a_hash(root: Path) -> None:
    packages = locked(root)
    assert len(packages) > 100
    assert [name for name, block in packages.items() if "--hash=sha256:" not in block] == []


def test_the_lock_file_names_no_host(root: Path) -> None:
    text = (root / "requirements.lock").read_text()
    assert re.findall(r"^.*(?:://|--index|--find|--trusted).*$", text, re.MULTILINE) == []


@pytest.mark.parametrize("group", ["run", "dev"])
def test_every_dependency_is_locked(root: Path, group: str) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] if group == "run" else project["optional-dependencies"]["dev"]
    names = {re.split(r"[\[<>=; ]", line)[0].lower().replace("_", "-") for line in wanted}
    assert names - set(locked(root)) == set()


def test_ci_runs_what_a_developer_runs(root: Path) -> None:
    workflow = (root / ".github/workflows/ci.yml").read_text()
    assert re.findall(r"run: (.*)", workflow) == [".ci/run"]
    script = root / ".ci/run"
    assert script.stat().st_mode & 0o111, ".ci/run must be executable"
    called = set(re.findall(r"^make ([a-z-]+)", script.read_text(), re.MULTILINE))
    assert {"lint", "types", "test"} <= called <= set(targets(root))


def test_every_switched_off_lint_rule_has_its_reason_beside_it(root: Path) -> None:
    text = (root / "pyproject.toml").read_text()
    start, end = text.index("[tool.ruff.lint]"), text.index("[tool.ruff.lint.flake8")
    off = re.findall(r'^\s+"[A-Z]+\d*",(.*)$', text[start:end], re.MULTILINE)
    assert off
    assert [rest for rest in off if "#" not in rest] == []

"""What stands in no file: notes left behind, addresses of registries, paths of one machine."""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

Texts = dict[Path, str]
# Put together from pieces, so that this file keeps its own rule; a quoted 'XX'-and-X is a currency.
NOTES = re.compile(
    r"(?<!['\"])\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]) + r")\b"
)
REGISTRIES = re.compile(
    "|".join(
        [
            r"\bpy" + r"pi\.org",
            "python" + r"hosted\.org",
            r"npm" + r"js\.(org|com)",
            r"--(extra-)?index" + "-url",
            "--find" + "-links",
            r"https?://[^\s/\"']+/(?:[\w.-]+/)*simp" + r"le(?![\w-])",
        ]
    )
)
FOLDERS = ["ho" + "me/[a-z]", "Us" + "ers/", "ro" + "ot/", "wo" + "rk/", "t" + "mp/", "mn" + "t/"]
MACHINE_PATHS = re.compile(r"(?<![\w.:})\]*/-])/(?:" + "|".join(FOLDERS) + ")")
# It names the option of the resolver that keeps hosts out of the lock file.
TELLS_OF_OPTIONS = {Path("Makefile")}
BY_MACHINES = {".lock", ".jsonl", ".csv", ".svg", ".graphql"}


def found(texts: Texts, pattern: re.Pattern[str], *, but: Iterable[Path] = ()) -> list[str]:
    """Where a pattern stands, as file:line: text."""
    return [
        f"{path}:{number}: {line.strip()[:100]}"
        for path, text in texts.items()
        if path not in set(but)
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_note_is_left_behind(texts: Texts) -> None:
    ours = {path: text for path, text in texts.items() if path.suffix not in BY_MACHINES}
    assert found(ours, NOTES) == []


def test_no_registry_is_named(texts: Texts) -> None:
    assert found(texts, REGISTRIES, but=TELLS_OF_OPTIONS) == []


def test_the_registry_of_this_machine_is_not_named(texts: Texts) -> None:
    names = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX")
    hosts = {urlsplit(os.environ.get(name, "")).hostname for name in names} - {None, ""}
    if not hosts:
        pytest.skip("no registry is configured by the environment")
    pattern = re.compile("|".join(re.escape(str(host)) for host in hosts))
    assert found(texts, pattern) == []


def test_no_path_of_one_machine_is_named(texts: Texts) -> None:
    assert found(texts, MACHINE_PATHS) == []


def test_a_planted_note_host_or_path_is_found() -> None:
    planted = {
        Path("a.py"): "# TO" + "DO: later\n",
        Path("b.txt"): "--index" + "-url=https://example.test/simp" + "le\n",
        Path("c.md"): "see /ho" + "me/me/notes\n",
    }
    assert found(planted, NOTES) == ["a.py:1: # TO" + "DO: later"]
    assert len(found(planted, REGISTRIES)) == 1
    assert len(found(planted, MACHINE_PATHS)) == 1


@pytest.mark.parametrize("fine", ["orders/work/", "https://shop.test/work/x", "{home}/tmp/", "~/x"])
def test_what_only_looks_like_a_path_of_a_machine_is_left_alone(fine: str) -> None:
    assert found({Path("a"): fine}, MACHINE_PATHS) == []

"""The proof as its user runs it: exit 0 when every figure is right, exit 1 for one cent."""

import json
import os
import subprocess
from pathlib import Path

import psutil
import pytest

from shopmart.demo.proof import KEYS
from tests.shopmart.commands import SHOPMART


def demo_once(home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SHOPMART_")}
    return subprocess.run(
        [*SHOPMART, "demo", "--once", *options],
        env={**environment, "SHOPMART_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )


@pytest.mark.slow
def test_every_figure_of_three_shops_is_right_and_nothing_is_left_running(home: Path) -> None:
    folder, report = home / "right", home / "right.json"
    done = demo_once(folder, "--shops", "3", "--orders", "300", "--json", str(report))
    assert done.returncode == 0, done.stdout + done.stderr
    content = json.loads(report.read_text())
    assert content["ok"] is True and len(content["marts"]) == 3
    for marts in content["marts"].values():
        assert set(marts) == set(KEYS)
        assert all(mart["rows"] > 0 and mart["figures"] > 0 for mart in marts.values())
    left = [
        p
        for p in psutil.process_iter(["cmdline"])
        if str(folder) in " ".join(p.info["cmdline"] or [])
    ]
    assert left == []


@pytest.mark.slow
def test_one_cent_changed_in_the_shop_after_the_load_ends_it_with_1(home: Path) -> None:
    report = home / "tampered.json"
    done = demo_once(
        home / "tampered", "--shops", "2", "--orders", "60", "--tamper", "--json", str(report)
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "not what the shops know to be true" in done.stderr
    assert json.loads(report.read_text())["ok"] is False

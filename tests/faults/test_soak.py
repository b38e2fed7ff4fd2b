"""The whole service for a minute under webhooks, with processes and Postgres killed meanwhile."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOAK = ["--minutes", "1", "--rate", "1", "--kill-every", "15", "--shops", "2", "--orders", "60"]


@pytest.mark.faults_ci
@pytest.mark.timeout(1500)
def test_a_minute_of_webhooks_and_kills_loses_nothing_and_every_figure_is_true() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.soak", *SOAK],
        cwd=ROOT,
        env={**os.environ, "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        timeout=1400,
    )
    assert done.returncode == 0, done.stdout[-5_000:] + done.stderr[-5_000:]
    assert "nothing lost, every figure true" in done.stdout
    kills = re.search(r"kills survived: (\d+)", done.stdout)
    assert kills is not None and int(kills[1]) >= 2
    acknowledged = re.search(r"(\d+) acknowledged", done.stdout)
    assert acknowledged is not None and int(acknowledged[1]) > 20

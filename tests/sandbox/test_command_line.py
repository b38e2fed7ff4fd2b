"""`python -m sandbox serve` says where it is and goes on from its state file."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.__main__ import main

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def served(*options: str) -> Iterator[dict[str, Any]]:
    command = [sys.executable, "-m", "sandbox", "serve", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()
            process.wait(timeout=10)


def test_the_ready_line_names_address_and_shops(tmp_path: Path) -> None:
    options = ("--shops", "2", "--orders", "20", "--seed", "2", "--home", str(tmp_path))
    with served(*options) as ready:
        assert ready["url"].startswith("http://127.0.0.1:")
        shops = httpx.get(f"{ready['url']}/_sandbox/shops").json()
        assert [shop["shopDomain"] for shop in shops] == ready["shops"]
        address = f"{ready['url']}/_sandbox/shops/{ready['shops'][0]}"
        httpx.post(f"{address}/events", json={"kind": "order", "count": 4})
        truth = httpx.get(f"{address}/truth").json()
    with served(*options) as ready:
        address = f"{ready['url']}/_sandbox/shops/{ready['shops'][0]}"
        assert httpx.get(f"{address}/truth").json() == truth


def test_a_port_that_is_taken_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert main(["serve", "--port", port, "--shops", "1", "--orders", "1"]) == 2
    assert f"Port {port}" in capsys.readouterr().err


def test_a_foreign_state_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "state.jsonl"
    path.write_text('{"anchor": "2026-01-01T00:00:00+00:00", "shops": 1, "orders": 1, "seed": 1}\n')
    assert main(["serve", "--state", str(path), "--shops", "2"]) == 2
    assert "belongs to a world of 1 shops" in capsys.readouterr().err

"""Standard streams as JSON: every line an object, whoever printed it, and no secret in any."""

import io
import json
import subprocess
import sys
import threading

import pytest

from warehouse.log_lines import JsonLines, without_secrets

TOKEN = "shpat_0123456789abcdef0123456789abcdef"
SPEAKS = """
import sys, threading, warnings
from warehouse.logs import configure_logging
from warehouse.settings import load_settings
configure_logging(load_settings(_env_file=None), service="talker")
print("printed", end=" ")
print("in two")
print("\\x1b[31mred\\x1b[0m", file=sys.stderr)
print('{"event": "its own"}')
warnings.warn("beware")
thread = threading.Thread(target=lambda: 1 / 0, name="worker")
thread.start()
thread.join()
raise RuntimeError("postgresql://me:" + "hidden" + "@host/db")
"""


def told(stream: io.StringIO) -> list[dict[str, str]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_becomes_the_message_of_an_object_once_it_is_complete() -> None:
    stream = io.StringIO()
    lines = JsonLines(stream, name="stdout", service="api")
    lines.write("half")
    assert stream.getvalue() == ""
    lines.write(" a line\n\n  \nnext\n")
    first, second = told(stream)
    assert (first["message"], second["message"]) == ("half a line", "next")
    assert (first["logger"], first["service"], first["level"]) == ("stdout", "api", "INFO")


def test_what_is_an_object_passes_and_what_only_looks_like_one_does_not() -> None:
    stream = io.StringIO()
    lines = JsonLines(stream, name="stdout", service="api")
    lines.write('{"event": "own"}\n{half\n[1]\n')
    first, second, third = told(stream)
    assert first == {"event": "own"}
    assert (second["message"], third["message"]) == ("{half", "[1]")


def test_two_threads_that_print_at_once_do_not_share_a_line() -> None:
    stream = io.StringIO()
    lines = JsonLines(stream, name="stdout", service="api")
    lines.write("one ")
    other = threading.Thread(target=lambda: lines.write("other\n"))
    other.start()
    other.join()
    lines.write("line\n")
    assert [line["message"] for line in told(stream)] == ["other", "one line"]


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("postgresql://me:p%40ss@host/db", "postgresql://me:***@host/db"),
        (f"token {TOKEN}.", "token shpat_***."),
        ("Authorization: Bearer abcdef123456", "Authorization: Bearer ***"),
        ("http://127.0.0.1:8000/a?b=c@d", "http://127.0.0.1:8000/a?b=c@d"),
        ('{"u":"http://h:80/x","e":"a@b"}', '{"u":"http://h:80/x","e":"a@b"}'),
        ("shop shpat_ships 3 orders", "shop shpat_ships 3 orders"),
    ],
)
def test_what_would_open_something_is_not_told(line: str, kept: str) -> None:
    assert without_secrets(line) == kept


def test_whatever_a_process_prints_warns_of_or_dies_of_is_json() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SPEAKS],
        env={"SHOPMART_SECRET_KEY": "0123456789abcdef", "SHOPMART_LOG_FORMAT": "json"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    printed = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line.get("message") or line["event"] for line in printed] == [
        "printed in two",
        "its own",
    ]
    red, warned, thread, died = (json.loads(line) for line in done.stderr.splitlines())
    assert red["message"] == "red"
    assert (warned["level"], "beware" in warned["message"]) == ("WARNING", True)
    assert ("worker" in thread["message"], "ZeroDivisionError" in thread["exc_info"]) == (
        True,
        True,
    )
    assert died["level"] == "CRITICAL"
    assert "RuntimeError" in died["exc_info"] and "hidden" not in done.stderr

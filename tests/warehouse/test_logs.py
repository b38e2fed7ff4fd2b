"""The logs: lines for people, or JSON that a collector reads; no request is told by address."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse.logs import configure_logging, rotate
from warehouse.settings import Settings


@pytest.fixture(autouse=True)
def _handlers_as_before() -> Iterator[None]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)


def last_line(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err.strip().splitlines()[-1]


def test_json_has_time_level_service_and_the_fields_that_were_given(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging(settings.model_copy(update={"log_format": "json"}), service="live")
    logging.getLogger("pipelines").warning("%d waits", 3, extra={"tenant_id": 7})
    told = json.loads(last_line(capsys))
    assert {"time", "level", "logger", "message", "service", "tenant_id"} <= set(told)
    assert (told["level"], told["service"], told["message"]) == ("WARNING", "live", "3 waits")


def test_json_says_no_message_twice_in_colours(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging(settings.model_copy(update={"log_format": "json"}), service="api")
    logging.getLogger("pipelines").info("up", extra={"color_message": "\x1b[1mup"})
    assert "color_message" not in json.loads(last_line(capsys))


def test_text_is_one_line_for_people(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging(settings, service="live")
    logging.getLogger("pipelines").info("at work")
    assert last_line(capsys).endswith("INFO pipelines: at work")


def test_the_level_is_the_settings(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(settings.model_copy(update={"log_level": "error"}), service="live")
    logging.getLogger("pipelines").warning("not told")
    assert capsys.readouterr().err == ""


def test_requests_are_not_told(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(settings, service="live")
    logging.getLogger("httpx").info("GET https://secret")
    assert capsys.readouterr().err == ""


def test_a_log_that_grew_too_long_is_put_aside_and_its_writer_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.logs.LONGEST_LOG_BYTES", 100)
    log = tmp_path / "api.log"
    rotate(log)
    with log.open("ab", buffering=0) as writer:
        for number in range(7):
            writer.write(f"{number}".encode() * 101)
            rotate(log)
            assert log.read_bytes() == b""
        writer.write(b"short")
        rotate(log)
    assert log.read_bytes() == b"short"
    kept = {path.name: path.read_bytes()[:1] for path in tmp_path.iterdir() if path != log}
    assert kept == {"api.log.1": b"6", "api.log.2": b"5", "api.log.3": b"4"}


def test_a_log_that_cannot_be_put_aside_is_emptied_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("warehouse.logs.LONGEST_LOG_BYTES", 100)
    log = tmp_path / "api.log"
    log.write_bytes(b"x" * 101)
    # Nothing can be written where a folder has the name.
    (tmp_path / "api.log.1" / "api.log").mkdir(parents=True)
    monkeypatch.setattr("warehouse.logs.KEPT_LOGS", 1)
    rotate(log)
    assert log.read_bytes() == b""
    assert "could not be put aside" in caplog.text

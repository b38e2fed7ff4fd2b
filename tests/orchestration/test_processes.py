"""The command lines of a running Dagster."""

import sys

import pytest

from orchestration.processes import code_server_command, dagster_processes
from warehouse.settings import Settings, load_settings

PORT = 3999


def test_one_code_server_is_shared_by_web_server_and_daemon(settings: Settings) -> None:
    processes = dagster_processes(settings, port=PORT)
    assert [process.name for process in processes] == [
        "dagster-code",
        "dagster-webserver",
        "dagster-daemon",
    ]
    workspace = str(settings.home_path / "dagster" / "workspace.yaml")
    assert [workspace in process.argv for process in processes] == [False, True, True]
    assert {process.argv[0] for process in processes} == {sys.executable}


def test_only_the_web_server_says_when_it_is_ready(settings: Settings) -> None:
    urls = [process.ready_url for process in dagster_processes(settings, port=PORT)]
    assert urls == [None, f"http://127.0.0.1:{PORT}/server_info", None]


def test_every_server_listens_on_loopback_only(settings: Settings) -> None:
    (web,) = [p for p in dagster_processes(settings, port=PORT) if p.ready_url]
    assert web.argv[web.argv.index("-h") + 1] == "127.0.0.1"
    code = code_server_command(settings, "code.sock")
    assert "--socket" in code and "--port" not in code


def test_the_daemon_tells_each_look_of_a_sensor_only_when_asked_to(settings: Settings) -> None:
    for level, told in (("info", "warning"), ("debug", "info")):
        chosen = settings.model_copy(update={"log_level": level})
        *_, daemon = dagster_processes(chosen, port=PORT)
        assert daemon.argv[-2:] == ["--log-level", told]


def test_no_command_line_holds_a_secret(settings: Settings) -> None:
    told = " ".join(" ".join(p.argv) for p in dagster_processes(settings, port=PORT))
    assert settings.encryption_keys[0] not in told
    assert "postgresql://" not in told


def test_every_process_opens_the_same_instance_with_the_same_settings(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, web, daemon = dagster_processes(settings, port=PORT)
    assert code.env == web.env == daemon.env
    for name, value in code.env.items():
        monkeypatch.setenv(name, value)
    assert load_settings(_env_file=None) == settings

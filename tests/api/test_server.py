"""Serving: to this machine only while authentication is off, with a message that says so."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.server import check_address, make_server
from tests.api.shops import free_port
from warehouse.errors import ConfigurationError
from warehouse.settings import Settings


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_this_machine_may_be_served(settings: Settings, host: str) -> None:
    check_address(settings.model_copy(update={"api_host": host}))


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.168.1.5", "example.com", "", "127.0.0.1.nip.io"]
)
def test_any_other_address_is_refused_while_authentication_is_off(
    settings: Settings, host: str
) -> None:
    with pytest.raises(ConfigurationError, match=r"SHOPMART_API_HOST.*authentication is off"):
        make_server(settings.model_copy(update={"api_host": host}))


def test_the_command_line_refuses_in_one_line_without_a_traceback(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "SHOPMART_SECRET_KEY": "a secret key that only tests use",
        "SHOPMART_DATABASE_URL": "postgresql://a:b@127.0.0.1:1/c",
        "SHOPMART_API_HOST": "0.0.0.0",
    }
    done = subprocess.run(
        [sys.executable, "-m", "api"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "SHOPMART_API_HOST" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_logs_have_the_form_that_the_settings_choose(settings: Settings) -> None:
    chosen = settings.model_copy(update={"api_port": free_port(), "log_format": "json"})
    with subprocess.Popen(
        [sys.executable, "-m", "api"],
        env={**os.environ, **chosen.environment()},
        stderr=subprocess.PIPE,
        text=True,
    ) as served:
        assert served.stderr is not None
        told = []
        while not told or "running on" not in told[-1]["message"]:
            told.append(json.loads(served.stderr.readline()))
        served.terminate()
    assert {line["service"] for line in told} == {"api"}
    assert {"shopmart.api", "uvicorn.error"} <= {line["logger"] for line in told}

"""A supervised service that ends is started again, with growing rests, and told about."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopmart.errors import ProcessError
from shopmart.supervision.ports import must_be_free
from shopmart.supervision.processes import Processes
from shopmart.supervision.supervisor import HEALTHY_SECONDS, Service, Supervisor
from warehouse.ports import free_port

BRIEF = [sys.executable, "-c", "print('no disk left'); raise SystemExit(3)"]
SLEEPER = [sys.executable, "-c", "import time; time.sleep(120)"]


class Clock:
    """A time that a test moves by itself."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, clock: Clock, said: list[str]) -> Iterator[Supervisor]:
    processes = Processes(tmp_path, owner="up")
    yield Supervisor(processes, say=said.append, clock=clock)
    processes.stop_all()


def end_of(service: Service) -> None:
    assert service.child is not None
    service.child.handle.wait(20)


def test_who_ends_is_told_with_its_last_words_and_started_again_after_a_rest(
    supervisor: Supervisor, clock: Clock, said: list[str]
) -> None:
    service = supervisor.start("brief", BRIEF, {})
    end_of(service)
    supervisor.tend()
    assert said[0].startswith("brief ended with code 3 and is started again in 1 s")
    assert "no disk left" in said[0]
    supervisor.tend()
    assert service.restarts == 0, "it still rests"
    clock.now += 1
    supervisor.tend()
    assert service.restarts == 1


def test_the_rests_grow_up_to_a_minute(
    supervisor: Supervisor, clock: Clock, said: list[str]
) -> None:
    service = supervisor.start("brief", BRIEF, {})
    rests = []
    for _ in range(8):
        end_of(service)
        supervisor.tend()
        assert service.again_at is not None
        rests.append(service.again_at - clock.now)
        clock.now = service.again_at
        supervisor.tend()
    assert rests == [1, 2, 4, 8, 16, 32, 60, 60]


def test_who_was_healthy_begins_with_a_short_rest(supervisor: Supervisor, clock: Clock) -> None:
    service = supervisor.start("brief", BRIEF, {})
    service.rest_seconds = 32
    end_of(service)
    clock.now += HEALTHY_SECONDS
    supervisor.tend()
    assert service.again_at == clock.now + 1


def test_who_runs_is_left_alone(
    supervisor: Supervisor, clock: Clock, said: list[str], tmp_path: Path
) -> None:
    service = supervisor.start("sleeper", SLEEPER, {})
    clock.now += 1_000
    supervisor.tend()
    assert service.child is not None and not service.child.ended
    assert said == []


def test_nothing_of_an_ended_service_stays_in_the_book(
    tmp_path: Path, clock: Clock, said: list[str]
) -> None:
    processes = Processes(tmp_path, owner="up")
    supervisor = Supervisor(processes, say=said.append, clock=clock)
    service = supervisor.start("brief", BRIEF, {})
    end_of(service)
    supervisor.tend()
    assert processes.children == []
    assert not list((tmp_path / "run").glob("brief.json"))


def test_a_taken_port_names_the_setting_that_changes_it() -> None:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        with pytest.raises(ProcessError, match="set SHOPMART_API_PORT"):
            must_be_free(listener.getsockname()[1], name="the API", setting="SHOPMART_API_PORT")
    must_be_free(free_port(), name="the API", setting="SHOPMART_API_PORT")


def test_rests_are_measured_by_a_clock_that_never_goes_back(tmp_path: Path) -> None:
    real = Supervisor(Processes(tmp_path, owner="up"), say=print)
    service = real.start("brief", BRIEF, {})
    end_of(service)
    real.tend()
    assert service.again_at is not None and service.again_at > time.monotonic()

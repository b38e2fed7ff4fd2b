"""Keeps services running: one that ends is started again, after a rest that grows with each end.

A service that ran for a minute counts as healthy, so its next end begins with a short rest.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from shopmart.supervision.processes import Child, Processes

FIRST_REST_SECONDS = 1.0
LONGEST_REST_SECONDS = 60.0
HEALTHY_SECONDS = 60.0


@dataclass
class Service:
    """A command to keep running, and what became of it."""

    name: str
    argv: list[str]
    env: Mapping[str, str]
    child: Child | None = None
    started_at: float = 0.0
    rest_seconds: float = field(default=FIRST_REST_SECONDS)
    again_at: float | None = None
    restarts: int = 0


class Supervisor:
    """Starts services in order, and tends them until the processes are stopped."""

    def __init__(
        self,
        processes: Processes,
        *,
        say: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._processes = processes
        self._say = say
        self._clock = clock
        self.services: list[Service] = []

    def start(self, name: str, argv: list[str], env: Mapping[str, str]) -> Service:
        """Start a service and keep it from then on."""
        service = Service(name, argv, env)
        self.services.append(service)
        self._start(service)
        return service

    def tend(self) -> None:
        """Look at each service once: note who ended, start again whose rest is over."""
        for service in self.services:
            if service.again_at is not None:
                if self._clock() >= service.again_at:
                    service.again_at = None
                    service.restarts += 1
                    self._start(service)
            elif service.child is not None and service.child.ended:
                self._note_end(service, service.child)

    def _start(self, service: Service) -> None:
        service.child = self._processes.start(service.name, service.argv, service.env)
        service.started_at = self._clock()

    def _note_end(self, service: Service, child: Child) -> None:
        if self._clock() - service.started_at >= HEALTHY_SECONDS:
            service.rest_seconds = FIRST_REST_SECONDS
        service.again_at = self._clock() + service.rest_seconds
        self._say(
            f"{service.name} ended with code {child.handle.returncode} and is started again in "
            f"{service.rest_seconds:.0f} s; its last words ({child.log_file}):\n"
            f"{child.last_words()}"
        )
        self._processes.forget(child)
        service.rest_seconds = min(2 * service.rest_seconds, LONGEST_REST_SECONDS)

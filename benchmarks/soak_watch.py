"""What a running service takes: memory of its processes and connections to Postgres, over time."""

import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psutil
import psycopg

from warehouse.embedded_place import data_folder
from warehouse.settings import Settings

EVERY_SECONDS = 5.0
# Below these a difference says nothing: a process that was killed a moment ago is small again.
MEMORY_SLACK, CONNECTIONS_SLACK = 100_000_000, 10
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Sample:
    """One look: resident bytes of the service and of Postgres, its connections, open files."""

    at: float
    service_bytes: int
    postgres_bytes: int
    connections: int
    files: int


@dataclass
class Watch:
    """The looks of a run."""

    samples: list[Sample] = field(default_factory=list)

    def thirds(self, name: str) -> tuple[float, float]:
        """The medians of the first and of the last third."""
        values = [float(getattr(sample, name)) for sample in self.samples]
        third = max(len(values) // 3, 1)
        return statistics.median(values[:third]), statistics.median(values[-third:])

    def grown(self) -> list[str]:
        """What grew beyond what chance explains; nothing where all is flat."""
        bounds = {
            "service_bytes": MEMORY_SLACK,
            "postgres_bytes": MEMORY_SLACK,
            "connections": CONNECTIONS_SLACK,
            "files": 20 * CONNECTIONS_SLACK,
        }
        found = []
        for name, slack in bounds.items() if self.samples else ():
            first, last = self.thirds(name)
            if last > first * 1.15 + slack:
                found.append(f"{name} grew from {first:,.0f} to {last:,.0f}")
        return found

    def lines(self) -> Iterator[str]:
        """Each figure's first and last third."""
        if not self.samples:
            return
        for name, title in (("service_bytes", "service memory"), ("postgres_bytes", "Postgres")):
            first, last = self.thirds(name)
            first, last = first / MEGABYTE, last / MEGABYTE
            yield f"{title}: {first:,.0f} MB in the first third, {last:,.0f} MB in the last"
        for name in ("connections", "files"):
            first, last = self.thirds(name)
            yield f"{name}: {first:,.0f} in the first third, {last:,.0f} in the last"


@contextmanager
def watching(settings: Settings, supervisor: int) -> Iterator[Watch]:
    """Look now and then at the service that this process supervises, while the block runs."""
    watch, stop = Watch(), threading.Event()

    def run() -> None:
        while not stop.wait(EVERY_SECONDS):
            with suppress(psycopg.Error, psutil.Error, OSError):
                watch.samples.append(_look(settings, supervisor))

    thread = threading.Thread(target=run, name="watch", daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        stop.set()
        thread.join(2 * EVERY_SECONDS)


def _look(settings: Settings, supervisor: int) -> Sample:
    own = psutil.Process(supervisor)
    service = [own, *own.children(recursive=True)]
    postmaster = psutil.Process(postgres_pid(settings))
    database = [postmaster, *postmaster.children()]
    # Postgres may be a child of the supervisor that started it again.
    apart = {process.pid for process in database}
    service = [process for process in service if process.pid not in apart]
    return Sample(
        at=time.monotonic(),
        service_bytes=sum(_bytes(process) for process in service),
        postgres_bytes=sum(_own_bytes(process) for process in database),
        connections=_connections(settings),
        files=sum(_files(process) for process in service),
    )


def postgres_pid(settings: Settings) -> int:
    """The embedded server's process."""
    noted = data_folder(settings.home_path) / "postmaster.pid"
    return int(noted.read_text().splitlines()[0])


def _connections(settings: Settings) -> int:
    with psycopg.connect(settings.database_url.get_secret_value()) as connection:  # type: ignore[union-attr]
        row = connection.execute(
            "select count(*) from pg_stat_activity where backend_type = 'client backend'"
            " and pid <> pg_backend_pid()"
        ).fetchone()
    return int(row[0]) if row else 0


def _bytes(process: psutil.Process) -> int:
    with suppress(psutil.Error):
        return int(process.memory_info().rss)
    return 0


def _own_bytes(process: psutil.Process) -> int:
    # Every backend maps the shared buffers; counted once each they would hide everything else.
    with suppress(psutil.Error):
        memory = process.memory_info()
        return int(memory.rss - getattr(memory, "shared", 0))
    return 0


def _files(process: psutil.Process) -> int:
    with suppress(psutil.Error):
        return int(process.num_fds())
    return 0


def figures(samples: Sequence[Sample]) -> str:
    """The looks as lines of a CSV, for whoever wants to draw them."""
    lines = ["seconds,service_bytes,postgres_bytes,connections,files"]
    began = samples[0].at if samples else 0.0
    for one in samples:
        seconds = one.at - began
        lines.append(
            f"{seconds:.0f},{one.service_bytes},{one.postgres_bytes},{one.connections},{one.files}"
        )
    return "\n".join(lines) + "\n"

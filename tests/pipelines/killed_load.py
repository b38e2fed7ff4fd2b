"""A process that loads a batch and kills itself at a named moment: a child of the tests.

Arguments: a file with the settings and the documents (none: the landed webhooks), lane, moment.
"""

import os
import pickle
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dlt.destinations._adbc_jobs import AdbcParquetCopyJob
from dlt.destinations.job_client_impl import SqlJobClientBase, SqlLoadJob
from dlt.normalize import Normalize

from pipelines.documents import record_batches
from pipelines.load import lane, load_documents
from pipelines.webhooks import load_webhooks

MOMENTS: dict[str, tuple[type, str, str]] = {
    "before the files are normalized": (Normalize, "run", "before"),
    "before the copy": (AdbcParquetCopyJob, "run", "before"),
    "after the copy committed": (AdbcParquetCopyJob, "run", "after"),
    "before the merge": (SqlLoadJob, "run", "before"),
    "after the merge committed": (SqlLoadJob, "run", "after"),
    "before the load is on record": (SqlJobClientBase, "complete_load", "before"),
    "after the load is on record": (SqlJobClientBase, "complete_load", "after"),
}


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arrange(moment: str) -> None:
    """Replace one step of dlt by one that dies before or after it."""
    owner, name, when = MOMENTS[moment]
    original: Callable[..., Any] = getattr(owner, name)

    def dying(*arguments: object, **named: object) -> None:
        if when == "before":
            die()
        original(*arguments, **named)
        die()

    setattr(owner, name, dying)


def main(file: str, lane_name: str, moment: str) -> None:
    settings, documents = pickle.loads(Path(file).read_bytes())
    arrange(moment)
    if documents is None:
        load_webhooks(settings)
        return
    with lane(settings, lane_name):
        load_documents(settings, lane_name, {"orders": record_batches(documents)})


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A process that acts on requests and kills itself at a named moment: a child of the tests.

Arguments: a file with the settings, the moment.
"""

import os
import pickle
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines.privacy import acting, cleaning, erase

MOMENTS: dict[str, tuple[Any, str]] = {
    "before the raw documents": (erase, "scrub"),
    "before the landed deliveries": (erase, "scrub_all_events"),
    "before the marts": (erase, "clear_marts"),
    "after everything, before the commit": (erase, "empty_all_staging"),
    "before the cleaning": (acting, "clean_up"),
    "before the vacuum": (cleaning, "vacuum"),
}


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(file: str, moment: str) -> None:
    settings = pickle.loads(Path(file).read_bytes())
    owner, name = MOMENTS[moment]
    dying: Callable[..., None] = die
    setattr(owner, name, dying)
    acting.act_on_requests(settings)


if __name__ == "__main__":
    main(*sys.argv[1:])

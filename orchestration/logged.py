"""``python -m orchestration.logged MODULE …``: one of Dagster's commands with logs in our form."""

import logging
import runpy
import sys

from warehouse.logs import configure_logging
from warehouse.settings import load_settings


def main(service: str, module: str, *arguments: str) -> None:
    """Become ``python -m module``; whatever it prints is a line of JSON."""
    configure_logging(load_settings(), service=service)
    # Dagster gives these a handler of their own.
    logging.getLogger("dagster").propagate = False
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

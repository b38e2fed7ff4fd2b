"""How an error of the layers below reaches the run list: its own words, without a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from warehouse.errors import WarehouseError


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn a known error into a failure of the run whose message names cause and cure."""
    try:
        yield
    except WarehouseError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from None

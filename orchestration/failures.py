"""How an error of the layers below reaches the run list: its own words and the cure."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from pipelines.errors import PipelineError
from warehouse.errors import WarehouseError


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn a known error into a failure of the run whose message names cause and cure."""
    try:
        yield
    except (PipelineError, WarehouseError) as error:
        raise dg.Failure(description=in_words(error), allow_retries=False) from None


def in_words(error: PipelineError | WarehouseError) -> str:
    """What happened and what to do about it."""
    hint = getattr(error, "hint", None)
    return f"{str(error).rstrip('.')}. Cure: {hint}." if hint else str(error)

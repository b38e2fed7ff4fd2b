"""What a figure of an answer means, in the words of the metric catalogue.

The words are made from the models by `python -m shopmart.catalogue`; the API looks into no model.
"""

from importlib import resources
from typing import Any

import orjson
from pydantic import Field

WORDS: dict[str, str] = orjson.loads(
    resources.files("api.documentation").joinpath("metrics.json").read_bytes()
)


def figure(metric: str, note: str = "") -> Any:  # noqa: ANN401 - as pydantic's Field does
    """A field that holds a metric of the catalogue, described in the catalogue's words."""
    return Field(description=f"{WORDS[metric]} {note}".rstrip())

"""What is wrong with a model's own words.

CatalogueError
└── MetricUndefined
"""


class CatalogueError(Exception):
    """A YAML file beside a model says what cannot be; the message names the file and the cure."""


class MetricUndefined(CatalogueError):
    """A metric lacks its one definition, or has two that differ."""

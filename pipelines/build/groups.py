"""The groups of models that are built together.

`all` is every model; `live` the few fast ones that the live loop builds within a second. Groups
share tables, so whoever builds first moves rows under the other: before a build of either, the
keys under which its orders stood are noted for both, each group has dirty sets of its own, and a
load that the whole build consumed is consumed for `live` too.
"""

from dataclasses import dataclass

WHOLE, LIVE = "all", "live"
GROUPS = (WHOLE, LIVE)


@dataclass(frozen=True)
class Model:
    """A table that a model keeps from build to build, as schema.name, and its columns' types."""

    relation: str
    columns: dict[str, str]
    tags: tuple[str, ...] = ()


def members(group: str, models: list[Model]) -> list[Model]:
    """The tables that a build of the group writes."""
    return [model for model in models if group in (WHOLE, *model.tags)]


def consumers_of(group: str) -> list[str]:
    """The groups for which a load counts as built when it must not be built again by `group`."""
    return [group] if group == WHOLE else [group, WHOLE]


def settled_by(group: str) -> list[str]:
    """The groups that owe nothing more after a build of `group`."""
    return list(GROUPS) if group == WHOLE else [group]

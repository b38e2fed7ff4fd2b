"""Names that look like settings and are none: a slip of the pen must not be ignored in silence."""

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches

# Handed from one process of ours to another, or read by one command: no settings.
OURS = ("DAGSTER_STORAGE", "DBT_", "NEW_")
# What Kubernetes and Docker set by themselves for a service that bears our name.
OF_CONTAINERS = re.compile(r"(.*_)?(SERVICE_(HOST|PORT)|PORT_\d+_(TCP|UDP)).*")
ADDRESSES = ("tcp://", "udp://")


def unknown_names(
    given: Mapping[str, str | None], *, prefix: str, known: Collection[str]
) -> list[str]:
    """One line for each given name that is no setting, with the nearest one that is."""
    settings = sorted(name.upper() for name in known)
    ours = {
        name.upper().removeprefix(prefix): value or ""
        for name, value in given.items()
        if name.upper().startswith(prefix)
    }
    return [
        f"{prefix}{name}: is no setting; {_cure(name, settings, prefix)}"
        for name, value in sorted(ours.items())
        if name not in settings and not _is_meant_otherwise(name, value)
    ]


def _is_meant_otherwise(name: str, value: str) -> bool:
    by_containers = OF_CONTAINERS.fullmatch(name) or value.startswith(ADDRESSES)
    return name.startswith(OURS) or bool(by_containers)


def _cure(name: str, settings: list[str], prefix: str) -> str:
    near = get_close_matches(name, settings, n=1, cutoff=0.6)
    if near:
        return f"did you mean {prefix}{near[0]}?"
    return "take it away; .env.example names all there are"

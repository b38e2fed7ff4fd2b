"""What the doctor says of one point: how it stands, what was found, and the cure."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the checklist; whatever is not ok has a cure."""

    name: str
    state: State
    found: str
    cure: str | None = None


def ok(name: str, found: str) -> Finding:
    """All is well."""
    return Finding(name, "ok", found)


def warning(name: str, found: str, cure: str) -> Finding:
    """Figures are right, but late, partial or soon in danger."""
    return Finding(name, "warning", found, cure)


def failed(name: str, found: str, cure: str) -> Finding:
    """The shop cannot be read, or what was read is in doubt."""
    return Finding(name, "failed", found, cure)


def skipped(name: str, found: str, cure: str | None = None) -> Finding:
    """It could not be looked at."""
    return Finding(name, "skipped", found, cure)

"""What is remembered of bulk operations beyond the life of a process; where, is not known here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Operation:
    """A bulk operation that was begun; its result holds everything older than `read_began`."""

    id: str
    read_began: datetime


class Operations(Protocol):
    """The memory of one resource's operations."""

    def begun(self, query: str) -> Operation | None:
        """The operation that was begun with this query and is not forgotten."""

    def begin(self, operation: Operation, query: str) -> None:
        """Remember an operation in place of the last one."""

    def too_large(self, query: str) -> datetime | None:
        """When this query was found too large for one run; None where it was not."""

    def note_too_large(self, query: str, found_at: datetime) -> None:
        """Remember that this query has to be asked in parts."""

    def forget(self) -> None:
        """Remember nothing: the results were used up, or are of no use."""

    def has_ended(self, operation_id: str) -> bool:
        """Whether Shopify has told us by webhook that the operation ended."""


class NothingRemembered:
    """For an export that nobody needs to adopt."""

    def begun(self, query: str) -> Operation | None:
        """See Operations."""
        return None

    def begin(self, operation: Operation, query: str) -> None:
        """See Operations."""

    def too_large(self, query: str) -> datetime | None:
        """See Operations."""
        return None

    def note_too_large(self, query: str, found_at: datetime) -> None:
        """See Operations."""

    def forget(self) -> None:
        """See Operations."""

    def has_ended(self, operation_id: str) -> bool:
        """See Operations."""
        return False

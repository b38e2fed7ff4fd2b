"""An export that is too large for one run of Shopify's is read in slices of time, oldest first.

A slice ends where the next one begins, and the last has no end: what moves while the slices are
read moves into the last one. Each is proved by itself; one at a time is held in memory.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pyarrow as pa  # type: ignore[import-untyped]

from pipelines.assembly import assemble
from pipelines.errors import BulkTooLarge
from pipelines.resources import EVERYTHING_SINCE, Resource
from pipelines.shopify.bulk import BulkFile

# Below this a slice that is still too large has another reason.
NARROWEST = timedelta(hours=1)


class Documents(Protocol):
    """The proved documents of one resource: an Assembly, or several files one after the other."""

    @property
    def documents(self) -> int:
        """How many there are; one that moved meanwhile may stand in two slices."""

    def batches(self, *, tenant_id: int, read_began: datetime) -> Iterator[pa.RecordBatch]:
        """See Assembly."""

    def refunded(self) -> list[int]:
        """See Assembly."""

    def close(self) -> None:
        """See Assembly."""


@dataclass(frozen=True, slots=True)
class Span:
    """What changed from `since` (None: ever) to before `until` (None: now)."""

    since: datetime | None = None
    until: datetime | None = None

    def search(self, overlap: timedelta) -> str:
        """Shopify's search for it, which reads the overlap before it again."""
        since = _text(self.since - overlap) if self.since else EVERYTHING_SINCE
        end = f" AND updated_at:<'{_text(self.until)}'" if self.until else ""
        return f"updated_at:>='{since}'{end}"

    def halves(
        self, *, opened: datetime, now: datetime, narrowest: timedelta
    ) -> "tuple[Span, Span] | None":
        """Two slices of it; None where they would be too narrow. The shop `opened` then."""
        begin, end = self.since or opened, self.until or now
        half = (end - begin) / 2
        if half < narrowest:
            return None
        middle = (begin + half).replace(microsecond=0)
        return Span(self.since, middle), Span(middle, self.until)


@dataclass(frozen=True, slots=True)
class Slice:
    """One proved file, and what is asked of it before it is read again."""

    file: BulkFile
    documents: int
    refunded: Sequence[int]


@dataclass(frozen=True, slots=True)
class Slices:
    """Several files as the documents of one resource; see Documents."""

    resource: Resource
    parts: Sequence[Slice]

    @property
    def documents(self) -> int:
        """See Documents."""
        return sum(part.documents for part in self.parts)

    def batches(self, *, tenant_id: int, read_began: datetime) -> Iterator[pa.RecordBatch]:
        """See Documents."""
        for part in self.parts:
            with closing(assemble(part.file, self.resource)) as assembly:
                yield from assembly.batches(tenant_id=tenant_id, read_began=read_began)

    def refunded(self) -> list[int]:
        """See Documents."""
        return sorted({order_id for part in self.parts for order_id in part.refunded})

    def close(self) -> None:
        """See Documents."""


def read_span(
    export: Callable[[Span, Path], tuple[BulkFile, datetime]],
    resource: Resource,
    span: Span,
    *,
    opened: datetime,
    folder: Path,
    report: Callable[[str], None],
) -> tuple[Documents, datetime]:
    """Export a span in one run, or in as many as it takes; raises BulkTooLarge where none will do.

    Returned with the documents is when the first reading began that is among them.
    """
    narrowest = max(NARROWEST, 2 * resource.overlap)
    todo, parts, first = [span], list[Slice](), None
    while todo:
        part = todo.pop(0)
        try:
            file, began = export(part, folder / f"{resource.name}-{len(parts)}.jsonl")
        except BulkTooLarge as error:
            # By that time, and not by today's, a sync after a killed one cuts the same slices.
            halves = part.halves(opened=opened, now=error.found_at, narrowest=narrowest)
            if resource.whole or halves is None:
                raise
            todo[:0] = halves
            report(f"{resource.name}: too large for one export, {len(todo)} slices to read")
            continue
        first = first or began
        assembly = assemble(file, resource)
        if not parts and not todo:
            return assembly, first
        with closing(assembly):
            parts.append(Slice(file, assembly.documents, assembly.refunded()))
    return Slices(resource, parts), first or datetime.now(UTC)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

"""One bulk operation: its life, its counts, its result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sandbox.documents.parts import Document, instant
from sandbox.identifiers import gid

OPEN = ("CREATED", "RUNNING", "CANCELING")


@dataclass
class BulkOperation:
    """Moves from CREATED over RUNNING to its end; a cancelled one passes CANCELING."""

    number: int
    query: str
    group_objects: bool
    created_at: datetime
    status: str = "CREATED"
    error_code: str | None = None
    completed_at: datetime | None = None
    object_count: int = 0
    root_count: int = 0
    file_size: int | None = None
    result: bytes = b""

    @property
    def id(self) -> str:
        """The global id."""
        return gid("BulkOperation", self.number)

    @property
    def is_open(self) -> bool:
        """Whether it takes one of the five places."""
        return self.status in OPEN

    def document(self, url: str) -> Document:
        """What the Admin API shows; no rows, no file."""
        has_file = self.status == "COMPLETED" and self.object_count > 0
        return {
            "__typename": "BulkOperation",
            "id": self.id,
            "status": self.status,
            "type": "QUERY",
            "errorCode": self.error_code,
            "createdAt": instant(self.created_at),
            "completedAt": instant(self.completed_at) if self.completed_at else None,
            "objectCount": str(self.object_count),
            "rootObjectCount": str(self.root_count),
            "fileSize": str(self.file_size) if has_file else None,
            "url": url if has_file else None,
            "partialDataUrl": None,
            "query": self.query,
        }

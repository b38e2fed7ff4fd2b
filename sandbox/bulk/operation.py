"""One bulk operation: its life, its counts, its result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import orjson

from sandbox.documents.parts import Document, instant, local
from sandbox.identifiers import gid
from sandbox.profiles import Profile

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
    partial: bytes = b""
    is_expired: bool = False
    has_address: bool = True
    is_stalled: bool = False
    # The error code that the run will end with, known from the start.
    doom: str | None = None

    @property
    def id(self) -> str:
        """The global id."""
        return gid("BulkOperation", self.number)

    @property
    def is_open(self) -> bool:
        """Whether it takes one of the five places."""
        return self.status in OPEN

    @property
    def file(self) -> bytes | None:
        """What its address holds: the result, or what a failed run had exported."""
        if self.status == "FAILED":
            return self.partial or None
        return self.result if self.status == "COMPLETED" else None

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
            "url": url if has_file and self.has_address else None,
            "partialDataUrl": url if self.status == "FAILED" and self.partial else None,
            "query": self.query,
        }


def finish_body(operation: BulkOperation, profile: Profile) -> bytes:
    """The webhook bulk_operations/finish: enumerations in lower case."""
    completed, failed = operation.completed_at, operation.error_code
    return orjson.dumps(
        {
            "admin_graphql_api_id": operation.id,
            "completed_at": local(completed, profile) if completed else None,
            "created_at": local(operation.created_at, profile),
            "error_code": failed.lower() if failed else None,
            "status": operation.status.lower(),
            "type": "query",
        }
    )

"""Bulk operations on record: what a killed process began is adopted, its end is read in landing.

Shopify's webhook ``bulk_operations/finish`` lands like every other; it tells sooner than the next
poll would, and nothing depends on it: its delivery is not guaranteed.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from pipelines.shopify.operations import Operation

Connection = psycopg.Connection[tuple[Any, ...]]

_BEGUN = """
select operation_id, read_began from control.bulk_operations
where tenant_id = %s and resource = %s and query_sha256 = %s
"""
_BEGIN = """
insert into control.bulk_operations (tenant_id, resource, operation_id, query_sha256, read_began)
values (%s, %s, %s, %s, %s)
on conflict (tenant_id, resource) do update set
    operation_id = excluded.operation_id, query_sha256 = excluded.query_sha256,
    read_began = excluded.read_began, submitted_at = now()
"""
# Beside the operation, under a name that no resource has; there is none of its own to adopt.
_NOTE_TOO_LARGE = """
insert into control.bulk_operations (tenant_id, resource, operation_id, query_sha256, read_began)
values (%s, %s, '', %s, %s)
on conflict (tenant_id, resource) do nothing
"""
_FORGET = """
delete from control.bulk_operations
where tenant_id = %s and (resource = %s or starts_with(resource, %s))
"""
# The slash before the number may be escaped in JSON.
_ENDED = """
select exists (
    select 1 from landing.webhook_events
    where tenant_id = %s and topic = 'bulk_operations/finish'
        and (position(%s::bytea in body) > 0 or position(%s::bytea in body) > 0)
)
"""


@dataclass(frozen=True, slots=True)
class RecordedOperations:
    """One resource's operations in our database; its connection may serve several threads."""

    connection: Connection
    tenant_id: int
    resource: str

    def begun(self, query: str) -> Operation | None:
        """The operation that was begun with this query and is not forgotten."""
        row = self.connection.execute(
            _BEGUN, [self.tenant_id, self.resource, _hash(query)]
        ).fetchone()
        return Operation(*row) if row else None

    def begin(self, operation: Operation, query: str) -> None:
        """Remember an operation in place of the last one."""
        self.connection.execute(
            _BEGIN,
            [self.tenant_id, self.resource, operation.id, _hash(query), operation.read_began],
        )

    def too_large(self, query: str) -> datetime | None:
        """When this query was found too large for one run, if it is not forgotten."""
        given = [self.tenant_id, self._too_large(query), _hash(query)]
        row = self.connection.execute(_BEGUN, given).fetchone()
        return row[1] if row else None

    def note_too_large(self, query: str, found_at: datetime) -> None:
        """Remember that this query has to be asked in parts."""
        given = [self.tenant_id, self._too_large(query), _hash(query), found_at]
        self.connection.execute(_NOTE_TOO_LARGE, given)

    def forget(self) -> None:
        """Remember nothing: the results were used up, or are of no use."""
        self.connection.execute(_FORGET, [self.tenant_id, self.resource, self._too_large()])

    def has_ended(self, operation_id: str) -> bool:
        """Whether Shopify has told us by webhook that the operation ended."""
        kind, _, number = operation_id.removeprefix("gid://shopify/").partition("/")
        plain, escaped = f'/{kind}/{number}"', f'/{kind}\\/{number}"'
        row = self.connection.execute(
            _ENDED, [self.tenant_id, plain.encode(), escaped.encode()]
        ).fetchone()
        return bool(row and row[0])

    def _too_large(self, query: str = "") -> str:
        return f"{self.resource} too large {_hash(query) if query else ''}"


def _hash(query: str) -> str:
    return hashlib.sha256(query.encode()).hexdigest()

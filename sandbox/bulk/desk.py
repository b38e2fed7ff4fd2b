"""Takes bulk queries of one shop, five at a time, and runs each in a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from sandbox.announcements import Announcement
from sandbox.bulk.export import export
from sandbox.bulk.operation import BulkOperation, finish_body
from sandbox.bulk.rules import Refused, checked
from sandbox.faults import Faults
from sandbox.graph.context import Context
from sandbox.graph.guard import closed_fields
from sandbox.graph.schema import schema
from sandbox.identifiers import Identifiers
from sandbox.state.shop import Shop

AT_ONCE = 5
UserError = dict[str, object]
Tell = Callable[[Shop, list[Announcement]], object]


class BulkDesk:
    """One shop's operations, newest last; `tell` announces that one has ended."""

    def __init__(self, faults: Faults, tell: Tell) -> None:
        self._faults = faults
        self._tell = tell
        self._ids = Identifiers()
        self._lock = threading.Lock()
        self.operations: dict[int, BulkOperation] = {}

    def submit(
        self, query: str, *, group_objects: bool, context: Context
    ) -> tuple[BulkOperation | None, list[UserError]]:
        """Start a run, or say why not."""
        try:
            document, _ = checked(query, schema())
        except Refused as refused:
            return None, [_invalid(message) for message in refused.messages]
        if gone := self._faults.drift.refusals(document, schema()):
            return None, [_invalid(f"Invalid bulk query: {one.message}") for one in gone]
        with self._lock:
            running = [op for op in self.operations.values() if op.is_open]
            if len(running) >= AT_ONCE:
                return None, [_busy(running)]
            number = self._ids.next("BulkOperation")
            now = context.world.moment()
            operation = BulkOperation(number, query, group_objects, now)
            operation.is_stalled = self._faults.stall(context.shop.profile.domain)
            if closed_fields(document, context.installation, schema()):
                operation.doom = "ACCESS_DENIED"
            self.operations[number] = operation
        threading.Thread(
            target=self._run, args=(operation, context), name=f"bulk-{number}", daemon=True
        ).start()
        return operation, []

    def cancel(self, number: int) -> tuple[BulkOperation | None, list[UserError]]:
        """Ask a run to stop; its thread ends it."""
        operation = self.operations.get(number)
        if operation is None:
            return None, [{"field": ["id"], "message": "Bulk operation does not exist"}]
        with self._lock:
            if operation.is_open:
                operation.status = "CANCELING"
                return operation, []
        state = operation.status.lower()
        message = f"A bulk operation cannot be canceled when it is {state}"
        return operation, [{"field": None, "message": message}]

    def _run(self, operation: BulkOperation, context: Context) -> None:
        seconds = self._faults.bulk_seconds
        began = time.monotonic()
        self._wait(operation, seconds / 3)
        if self._advance(operation, "RUNNING"):
            result = export(operation, context, _Counter(operation))
            self._wait(operation, seconds - (time.monotonic() - began))
            self._finish(operation, result, context)
        if operation.status == "CANCELING":
            time.sleep(min(0.5, seconds / 3))
            operation.status = "CANCELED"
        body = finish_body(operation, context.shop.profile)
        at = operation.completed_at or context.world.moment()
        ended = Announcement("bulk_operations/finish", body, at, operation.id)
        self._tell(context.shop, [ended])

    def _finish(self, operation: BulkOperation, result: bytes, context: Context) -> None:
        faults, domain = self._faults, context.shop.profile.domain
        while operation.is_stalled and faults.stalls and operation.status != "CANCELING":
            time.sleep(0.02)
        if faults.cancels(domain):
            self._advance(operation, "CANCELING")
            return
        failure = operation.doom or faults.bulk_failure(domain, roots=operation.root_count)
        operation.completed_at = context.world.moment()
        if failure:
            operation.error_code = failure
            if faults.partial_data and not operation.doom:
                lines = result.splitlines(keepends=True)
                operation.partial = b"".join(lines[: len(lines) // 2])
            self._advance(operation, "FAILED")
            return
        result = faults.drift.rewritten(result)
        operation.file_size = len(result)
        operation.result = faults.cut(result, domain)
        over = faults.expiry(domain)
        operation.is_expired = over in ("url", "operation")
        operation.has_address = over != "no_url"
        self._advance(operation, "EXPIRED" if over == "operation" else "COMPLETED")

    def _advance(self, operation: BulkOperation, status: str) -> bool:
        with self._lock:
            if operation.status == "CANCELING":
                return False
            operation.status = status
            return True

    def _wait(self, operation: BulkOperation, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and operation.status != "CANCELING":
            time.sleep(min(0.05, max(0.0, until - time.monotonic())))


class _Counter:
    """Shows progress on the operation."""

    def __init__(self, operation: BulkOperation) -> None:
        self._operation = operation

    def __call__(self, objects: int, roots: int) -> None:
        self._operation.object_count = objects
        self._operation.root_count = roots


def _invalid(message: str) -> UserError:
    return {"field": ["query"], "message": message, "code": "INVALID"}


def _busy(running: list[BulkOperation]) -> UserError:
    ids = ", ".join(operation.id for operation in running)
    return {
        "field": None,
        "message": f"A bulk query operation for this app and shop is already in progress: {ids}.",
        "code": "OPERATION_IN_PROGRESS",
    }

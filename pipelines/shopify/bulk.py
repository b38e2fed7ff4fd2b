"""Bulk operations: submit or adopt, wait, resubmit what was cancelled, stream the result to disk.

What comes back is a file and the counts that Shopify promised for it; nobody may use the file
before its lines were proved against those counts (law L4).
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipelines.errors import (
    AccessDenied,
    BulkFailed,
    BulkIncomplete,
    BulkTooLarge,
    QueryRefused,
    ShopifyUnavailable,
)
from pipelines.shopify.answers import TryAgain
from pipelines.shopify.client import ShopifyClient
from pipelines.shopify.operations import NothingRemembered, Operation, Operations
from pipelines.shopify.queries import document

LOG = logging.getLogger(__name__)
SUBMISSIONS = 3
DOWNLOADS = 4
# Shopify runs five exports of a shop at once and lets none live longer than ten days.
BUSY_WAIT_SECONDS = 30.0
BUSY_TRIES = 120
LONGEST_RUN_SECONDS = 10 * 86_400.0
FIRST_POLL_SECONDS = 0.1
# The longer a run has taken, the less a later look matters: a fifth of its time at most.
PATIENCE = 0.2
LONGEST_POLL = 15
LOOK_SECONDS = 1.0
# An older result of a process that was killed is read anew: it would only tell of the past.
OLDEST_RESULT = timedelta(days=1)

ENDED = {"COMPLETED", "FAILED", "CANCELED", "EXPIRED"}
AGAIN = {"CANCELED", "EXPIRED"}
TOO_LARGE = "TIMEOUT"


@dataclass(frozen=True, slots=True)
class BulkFile:
    """A downloaded result and how many lines it must have; `roots` are lines without a parent."""

    path: Path
    objects: int
    roots: int


@dataclass(frozen=True, slots=True)
class BulkRunner:
    """Runs exports of one shop; `sleep` may raise to give a wait up."""

    client: ShopifyClient
    sleep: Callable[[float], None]
    poll_seconds: float
    operations: Operations = field(default_factory=NothingRemembered)

    def export(self, query: str, path: Path) -> tuple[BulkFile, datetime]:
        """The result of a bulk query as a file, and when its reading began.

        Raises BulkFailed unless Shopify says COMPLETED, BulkTooLarge where it gave up for time. An
        operation that an earlier process began with the same query is waited for instead of a
        second one, and what one found too large is not asked again.
        """
        found_at = self.operations.too_large(query)
        if found_at is not None:
            raise BulkTooLarge("an earlier sync found it too large for one run", found_at=found_at)
        try:
            return self._exported(query, path)
        except BulkTooLarge as error:
            self.operations.note_too_large(query, error.found_at)
            raise

    def _exported(self, query: str, path: Path) -> tuple[BulkFile, datetime]:
        adopted = self.operations.begun(query)
        if adopted is not None and self._is_of_use(adopted):
            try:
                return self._file(_checked(self._wait(adopted.id)), path), adopted.read_began
            except BulkTooLarge:
                raise
            except (BulkFailed, AccessDenied, ShopifyUnavailable) as error:
                LOG.info("the export %s is begun anew: %s", adopted.id, error)
        began = datetime.now(UTC)
        return self._file(self._completed(query), path), began

    def _file(self, operation: Mapping[str, Any], path: Path) -> BulkFile:
        file = BulkFile(
            path=path,
            objects=int(operation["objectCount"]),
            roots=int(operation["rootObjectCount"]),
        )
        if operation["url"]:
            self._download(str(operation["url"]), path)
        elif file.objects:
            raise BulkIncomplete(f"Shopify counted {file.objects} objects but gave no result file")
        else:
            path.write_bytes(b"")
        return file

    def _completed(self, query: str) -> Mapping[str, Any]:
        for _ in range(SUBMISSIONS):
            operation = self._wait(self._submit(query))
            if operation["status"] not in AGAIN:
                return _checked(operation)
        raise BulkFailed(
            f"Shopify ended the export as {operation['status']} {SUBMISSIONS} times",
            hint="somebody cancels this app's exports, or Shopify has trouble; no cursor moved, "
            "the next sync tries again",
        )

    def _is_of_use(self, adopted: Operation) -> bool:
        operation = self._poll(adopted.id)
        status = operation["status"] if operation else None
        is_stale = datetime.now(UTC) - adopted.read_began > OLDEST_RESULT
        # That one was too large is worth knowing, too.
        has_ended = status == "COMPLETED" or (operation and operation["errorCode"] == TOO_LARGE)
        return status in {"CREATED", "RUNNING"} or bool(has_ended and not is_stale)

    def _submit(self, query: str) -> str:
        for _ in range(BUSY_TRIES):
            began = datetime.now(UTC)
            answer = self.client.query(document("bulk_run"), {"query": query})
            payload = answer["bulkOperationRunQuery"]
            if payload["bulkOperation"] and not payload["userErrors"]:
                operation = Operation(str(payload["bulkOperation"]["id"]), began)
                self.operations.begin(operation, query)
                return operation.id
            codes = {error.get("code") for error in payload["userErrors"]}
            words = "; ".join(str(error.get("message")) for error in payload["userErrors"])
            if not codes & {"OPERATION_IN_PROGRESS", "LIMIT_REACHED"}:
                raise QueryRefused(f"Shopify refused the export: {words}")
            self.sleep(min(BUSY_WAIT_SECONDS, self.poll_seconds * 10))
        raise BulkFailed(
            f"Shopify is busy with other exports: {words}",
            hint="another app or sync exports from this shop; try again when those have ended",
        )

    def _wait(self, operation_id: str) -> Mapping[str, Any]:
        waited = 0.0
        while waited < LONGEST_RUN_SECONDS:
            operation = self._poll(operation_id)
            if operation is None:
                raise BulkFailed(f"Shopify no longer knows the export {operation_id}")
            if operation["status"] in ENDED:
                return operation
            waited += self._pause(operation_id, waited)
        raise BulkFailed(f"the export {operation_id} did not end within ten days")

    def _poll(self, operation_id: str) -> Mapping[str, Any] | None:
        answer = self.client.query(document("bulk_poll"), {"id": operation_id})
        return None if answer["bulkOperation"] is None else dict(answer["bulkOperation"])

    def _pause(self, operation_id: str, waited: float) -> float:
        """Wait for the next look at Shopify, less when its word of the end has come to us."""
        first = min(FIRST_POLL_SECONDS, self.poll_seconds)
        pause = min(max(first, waited * PATIENCE), self.poll_seconds * LONGEST_POLL)
        slept = 0.0
        while slept < pause:
            step = min(LOOK_SECONDS, pause - slept)
            self.sleep(step)
            slept += step
            if self.operations.has_ended(operation_id):
                break
        return slept

    def _download(self, url: str, path: Path) -> None:
        for attempt in range(1, DOWNLOADS + 1):
            try:
                with self.client.download(url) as chunks, path.open("wb") as file:
                    for chunk in chunks:
                        file.write(chunk)
            except TryAgain as error:
                if attempt == DOWNLOADS:
                    raise BulkIncomplete(f"{error} ({attempt} tries)") from None
                self.sleep(self.poll_seconds * 2**attempt)
            else:
                return


def _checked(operation: Mapping[str, Any]) -> Mapping[str, Any]:
    if operation["status"] == "COMPLETED" and not operation["partialDataUrl"]:
        return operation
    code = operation["errorCode"]
    if code == "ACCESS_DENIED":
        raise AccessDenied("Shopify ended the export with ACCESS_DENIED")
    kind = BulkTooLarge if code == TOO_LARGE else BulkFailed
    partial = " with a partial result" if operation["partialDataUrl"] else ""
    raise kind(
        f"Shopify ended the export as {operation['status']}{partial}"
        f" after {operation['objectCount']} objects: {code or 'no reason given'}"
    )

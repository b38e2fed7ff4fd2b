"""Bulk operations: submit, wait, resubmit what Shopify cancelled, stream the result to disk.

What comes back is a file and the counts that Shopify promised for it; nobody may use the file
before its lines were proved against those counts (law L4).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import AccessDenied, BulkFailed, BulkIncomplete, QueryRefused
from pipelines.shopify.answers import TryAgain
from pipelines.shopify.client import ShopifyClient
from pipelines.shopify.queries import document

SUBMISSIONS = 3
DOWNLOADS = 4
# Shopify runs five exports of a shop at once and lets none live longer than ten days.
BUSY_WAIT_SECONDS = 30.0
BUSY_TRIES = 120
LONGEST_RUN_SECONDS = 10 * 86_400.0
FIRST_POLL_SECONDS = 0.1

ENDED = {"COMPLETED", "FAILED", "CANCELED", "EXPIRED"}
AGAIN = {"CANCELED", "EXPIRED"}


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

    def export(self, query: str, path: Path) -> BulkFile:
        """The result of a bulk query as a file; raises BulkFailed unless Shopify says COMPLETED."""
        operation = self._completed(query)
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
        raise BulkFailed(f"Shopify cancelled the export {SUBMISSIONS} times")

    def _submit(self, query: str) -> str:
        for _ in range(BUSY_TRIES):
            answer = self.client.query(document("bulk_run"), {"query": query})
            payload = answer["bulkOperationRunQuery"]
            if payload["bulkOperation"] and not payload["userErrors"]:
                return str(payload["bulkOperation"]["id"])
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
        pause = min(FIRST_POLL_SECONDS, self.poll_seconds)
        waited = 0.0
        while waited < LONGEST_RUN_SECONDS:
            answer = self.client.query(document("bulk_poll"), {"id": operation_id})
            operation = answer["bulkOperation"]
            if operation is None:
                raise BulkFailed(f"Shopify no longer knows the export {operation_id}")
            if operation["status"] in ENDED:
                return dict(operation)
            self.sleep(pause)
            waited += pause
            pause = min(pause * 1.5, self.poll_seconds)
        raise BulkFailed(f"the export {operation_id} did not end within ten days")

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
    partial = " with a partial result" if operation["partialDataUrl"] else ""
    raise BulkFailed(
        f"Shopify ended the export as {operation['status']}{partial}"
        f" after {operation['objectCount']} objects: {code or 'no reason given'}"
    )

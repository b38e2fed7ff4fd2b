"""CSV of a list, streamed from one snapshot of the database, safe to open in a spreadsheet."""

import asyncio
import csv
import io
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import asyncpg
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from api.encoding import KEPT_BY_WHO_ASKED, instant, is_known, money, say_unchanged

Batches = AsyncGenerator[list[asyncpg.Record], None]
# A spreadsheet takes a cell that begins so for a formula, and may run what it names.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# A reader who takes nothing for this long gives the connection back.
PATIENCE_SECONDS = 30
NOTHING_MORE: list[asyncpg.Record] = []


@dataclass(frozen=True)
class Table:
    """A list as a table; ``tell`` has no cells for what is no row of it."""

    name: str
    columns: list[str]
    tell: Callable[[asyncpg.Record], dict[str, Any] | None]

    def lines(self, batch: list[asyncpg.Record]) -> bytes:
        """The rows of a batch."""
        told = (self.tell(row) for row in batch)
        return _csv([cell(row[column]) for column in self.columns] for row in told if row)


class CsvAnswer(StreamingResponse):
    """A list as CSV: a header of the JSON members' names, then a line for each row.

    Its tag is weak: it says what the rows were read from, for they are sent before all are known.
    """

    @classmethod
    async def begun(
        cls,
        table: Table,
        batches: Batches,
        tag_of: Callable[[list[asyncpg.Record]], str] | None = None,
    ) -> "CsvAnswer":
        """The answer once its first rows are there, so that what fails before is an error.

        `tag_of` makes its ETag from them; without it the answer has none.
        """
        first = await anext(batches, NOTHING_MORE)
        return cls(table, first, batches, etag=tag_of(first) if tag_of else None)

    def __init__(
        self,
        table: Table,
        first: list[asyncpg.Record],
        batches: Batches,
        *,
        etag: str | None = None,
    ) -> None:
        self._batches = batches
        self._etag = etag
        headers = {
            "Content-Disposition": f'attachment; filename="{table.name}.csv"',
            "Vary": "Accept",
            "X-Cache": "MISS",
        }
        if etag is not None:
            headers |= {"ETag": etag, **KEPT_BY_WHO_ASKED}
        super().__init__(
            _lines(table, first, batches),
            media_type="text/csv; charset=utf-8; header=present",
            headers=headers,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; whatever ends that, the database connection is given back."""

        async def patiently(message: Message) -> None:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await send(message)

        try:
            if self._etag is not None and is_known(scope, self._etag):
                await say_unchanged(self, send)
            else:
                await super().__call__(scope, receive, patiently)
        finally:
            await self._batches.aclose()


def prefers_csv(accept: str) -> bool:
    """Whether an Accept header ranks CSV above JSON; wildcards ask for neither."""
    ranks = {"text/csv": 0.0, "application/json": 0.0}
    for place, part in enumerate(accept.lower().split(",")):
        kind, *parameters = [piece.strip() for piece in part.split(";")]
        if kind in ranks:
            # What stands first wins among equals.
            ranks[kind] = max(ranks[kind], _quality(parameters) - place * 1e-6)
    return ranks["text/csv"] > max(ranks["application/json"], 0)


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0


async def _lines(
    table: Table, first: list[asyncpg.Record], batches: Batches
) -> AsyncIterator[bytes]:
    yield _csv([table.columns])
    batch = first
    while batch:
        yield table.lines(batch)
        batch = await anext(batches, NOTHING_MORE)


def _csv(lines: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode(errors="replace")


def cell(value: Any) -> str:  # noqa: ANN401 - whatever a row's member can be
    """A value as it stands in a cell; a text is never a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return money(value)
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text

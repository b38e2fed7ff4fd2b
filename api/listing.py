"""How a list is served: a page as JSON; as CSV that page or, when none was asked for, all of it."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, Any, NamedTuple

import asyncpg
from fastapi import Depends, Request
from starlette.responses import Response

from api.arguments import Page, Slice
from api.schemas import Answer, Pagination
from api.services import Services
from api.serving import Composed, TenantView, answer
from api.shared_answers import release
from api.tables import CsvAnswer, Table, prefers_csv

WINDOW = {"page", "limit", "offset"}


class Format(NamedTuple):
    """Whether CSV is wanted, and whether no page was asked for, so that it holds the whole list."""

    csv: bool
    whole: bool


def _format(request: Request) -> Format:
    is_csv = request.url.path.endswith(".csv") or prefers_csv(request.headers.get("accept", ""))
    return Format(is_csv, is_csv and not WINDOW & set(request.query_params))


Wanted = Annotated[Format, Depends(_format)]


@dataclass(frozen=True)
class Listing:
    """A list: its name in answers and queries, what a row says, a column that real rows have."""

    name: str
    row: type[Answer]
    tell: Callable[[asyncpg.Record], dict[str, Any]]
    key: str

    def told(self, row: asyncpg.Record) -> dict[str, Any] | None:
        """A row's members; none for the row that only counts."""
        return self.tell(row) if row[self.key] is not None else None

    @property
    def table(self) -> Table:
        """The list as CSV shows it, its columns in the order of its schema."""
        columns = [str(field.alias) for field in self.row.model_fields.values()]
        return Table(self.name, columns, self.told)


async def serve_list(
    services: Services,
    view: TenantView,
    listing: Listing,
    *arguments: object,
    window: Page | Slice,
    wanted: Format,
) -> Response:
    """The answer to a list's question, asked with the arguments and the window behind them."""
    if wanted.csv:
        limits = (None, 0) if wanted.whole else (window.limit, window.offset)
        batches = services.marts.batches(listing.name, view.tenant_id, *arguments, *limits)
        asked = (release(), view, listing.name, arguments, limits)
        return await CsvAnswer.begun(listing.table, batches, lambda rows: _tag(asked, rows))

    async def compose() -> Composed:
        rows = await services.marts.ask(
            listing.name, view.tenant_id, *arguments, window.limit, window.offset
        )
        total = rows[0]["total_count"] if rows else 0
        document = {
            listing.name: [told for row in rows if (told := listing.told(row))],
            **_frame(window, total),
            **view.provenance(),
        }
        return Composed(document, rows[0].get("seconds_left") if rows else None)

    return await answer(services, view, (listing.name, arguments, window), compose)


def _tag(asked: Hashable, rows: list[asyncpg.Record]) -> str:
    """A tag of what a table is read from: the release, the tenant as it stands, the question.

    Where rows change with the time, too, the moment at which the next one does is part of it.
    """
    changes_at = rows[0].get("changes_at") if rows else None
    digest = blake2b(repr((asked, changes_at)).encode(errors="backslashreplace"), digest_size=16)
    return f'W/"{digest.hexdigest()}"'


def _frame(window: Page | Slice, total: int) -> dict[str, Any]:
    if isinstance(window, Slice):
        return {"total": total, "limit": window.limit, "offset": window.offset}
    pagination = Pagination.document(page=window.page, limit=window.limit, total_count=total)
    return {"pagination": pagination}

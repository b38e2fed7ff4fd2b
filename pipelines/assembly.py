"""Bulk lines to documents: proves a result file (law L4), then puts children into their parents.

DuckDB reads the file, joins on ``__parentId`` whatever the order of the lines, and keeps each
line's own text: no number and no unknown field is changed on the way.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa  # type: ignore[import-untyped]

from pipelines.document_checks import check_documents
from pipelines.document_sql import documents_of
from pipelines.documents import BATCH_ROWS, SCHEMAS
from pipelines.errors import BulkFailed, BulkIncomplete
from pipelines.resources import Children, Resource
from pipelines.shopify.bulk import BulkFile

# DuckDB holds about three times the file without a bound; above it, it spills beside the file.
SETTINGS = ("set memory_limit = '1GB'", "set threads = 2", "set timezone = 'UTC'")
LARGEST_LINE = 64_000_000

# An escaped backslash is kept as a pair, so that only a true NUL escape is taken out.
_LINES = r"""
create table lines as
select
    document ->> '$.id' as gid,
    document ->> '$.__parentId' as parent,
    regexp_extract(document ->> '$.id', '^gid://shopify/(\w+)/', 1) as kind,
    try_cast(regexp_extract(document ->> '$.id', '/(\d+)(\?.*)?$', 1) as bigint) as number,
    regexp_replace(text, ',"__parentId":"[^"]*"\}$', '}') as body
from (
    select text, text::json as document
    from (
        select case
            when contains(line, '\u0000') then regexp_replace(line, '(\\\\)|\\u0000', '\1', 'g')
            else line
        end as text
        from (
            select rtrim(json::varchar, chr(13) || chr(10) || ' ') as line
            from read_ndjson_objects($path, maximum_object_size = $largest)
        ) as raw_lines
    ) as repaired
) as parsed
"""
_COUNTS = """
select
    count(*),
    count(*) filter (where parent is null),
    count(*) filter (where
        number is null or (parent is null and kind <> $kind)
        or (parent is not null and not list_contains($child_kinds, kind))
    ),
    count(*) filter (where parent is not null and parent not in (
        select gid from lines where gid is not null
    )),
    count(*) - count(distinct (gid, parent))
from lines
"""
# An order that moves while Shopify writes the file may stand there twice, with all its children.
_ONCE = """
create or replace table lines as
select gid, parent, kind, number, body from lines
qualify row_number() over (partition by gid, parent order by body ->> '$.updatedAt' desc, body) = 1
"""


@dataclass(frozen=True)
class Assembly:
    """A proved result file, ready to be read as documents."""

    resource: Resource
    connection: duckdb.DuckDBPyConnection
    documents: int

    def batches(self, *, tenant_id: int, read_began: datetime) -> Iterator[pa.RecordBatch]:
        """The documents of a tenant as Arrow batches of the raw tables' columns."""
        query = f"""
            select
                {int(tenant_id)}::bigint as tenant_id,
                id,
                'admin' as origin,
                updated_at::timestamptz as updated_at,
                '{read_began.isoformat()}'::timestamptz as triggered_at,
                parent_id,
                payload
            from ({documents_of(self.resource)}) as documents
        """  # noqa: S608 - put together from the resource table and a number
        for batch in self.connection.sql(query).to_arrow_reader(BATCH_ROWS):
            yield batch.cast(SCHEMAS[self.resource.key])

    def close(self) -> None:
        """Give the memory and the spill files back."""
        self.connection.close()

    def refunded(self) -> list[int]:
        """The ids of the orders whose list of refunds is not empty."""
        rows = self.connection.sql(
            "select number from lines where parent is null"
            " and json_array_length(body, '$.refunds') > 0 order by number"
        ).fetchall()
        return [int(row[0]) for row in rows]


def assemble(file: BulkFile, resource: Resource) -> Assembly:
    """Read a result file and prove it; raises BulkIncomplete with the counts that disagree."""
    connection = duckdb.connect(":memory:")
    try:
        for setting in SETTINGS:
            connection.execute(setting)
        spill = file.path.with_suffix(".spill")
        connection.execute("set temp_directory = $spill", {"spill": str(spill)})
        _read(connection, file)
        _prove(connection, file, resource)
    except duckdb.Error as error:
        connection.close()
        raise BulkFailed(f"the result file cannot be read: {_first_line(error)}") from error
    except BulkFailed:
        connection.close()
        raise
    count = file.objects - file.roots if resource.each_child else file.roots
    return Assembly(resource, connection, count)


def _read(connection: duckdb.DuckDBPyConnection, file: BulkFile) -> None:
    try:
        connection.execute(_LINES, {"path": str(file.path), "largest": LARGEST_LINE})
    except duckdb.InvalidInputException as error:
        whole = _whole_lines(file.path)
        raise BulkIncomplete(
            f"the result file is cut or damaged: {whole} whole lines of {file.objects} that Shopify"
            f" counted ({_first_line(error)})"
        ) from None


def _prove(connection: duckdb.DuckDBPyConnection, file: BulkFile, resource: Resource) -> None:
    kinds = {"kind": resource.gid_kind, "child_kinds": _kinds(resource.children)}
    ((objects, roots, strangers, orphans, doubles),) = connection.execute(_COUNTS, kinds).fetchall()
    if (objects, roots) != (file.objects, file.roots):
        raise BulkIncomplete(
            f"the result file of {resource.name} is incomplete: {objects} lines and {roots}"
            f" {resource.name} of {file.objects} and {file.roots} that Shopify counted"
        )
    if strangers or orphans:
        raise BulkIncomplete(
            f"the result file of {resource.name} holds {strangers} rows of an"
            f" unknown kind and {orphans} rows whose parent is missing"
        )
    if doubles:
        connection.execute(_ONCE)
    check_documents(connection, resource)


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().splitlines()[0][:200]


def _kinds(children: tuple[Children, ...]) -> list[str]:
    return [kind for child in children for kind in [*child.kinds, *_kinds(child.children)]]


def _whole_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))

"""Checks of exported documents for what the models cast: ids, times, amounts, quantities.

Shopify's schema vouches for the types; these are the second lock, since one document that cannot be
cast would stop the build of all tenants. A bad one fails the sync of its own tenant.
"""

from dataclasses import dataclass, replace

import duckdb

from pipelines.document_sql import documents_of
from pipelines.errors import BulkIncomplete, OddDocument
from pipelines.resources import Resource

# Each finds a value that is wrong; what RE2 has no lookahead for is written as what may follow.
_AMOUNT = (
    r'"(?:{names})":(?:[^"n{{]|"[^-0-9]|"-[^0-9]|"-?[0-9]{{14}}|"-?[0-9]+[^0-9."]'
    r'|"-?[0-9]+\.[^0-9]|"-?[0-9]+\.[0-9]+[^0-9"])'
)
_QUANTITY = (
    r'"(?:quantity|currentQuantity|inventoryQuantity)":'
    r"(?:[^-0-9n]|-[^0-9]|-?[0-9]{10}|-?[0-9]+[^0-9,}\]])"
)
# Most lines hold neither a time nor a quantity, and to see that is cheaper than a full search.
_ODD_QUANTITY = f"contains(body, 'uantity') and regexp_matches(body, '{_QUANTITY}')"
_TIME = r'"\w+At":("[^"]*"|[^",}\]]*)'
_PLAIN_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)"
_ODD_TIME = f"""contains(body, 'At":') and len(list_filter(
    regexp_extract_all(body, '{_TIME}', 1),
    lambda stated: stated <> 'null' and (
        not regexp_full_match(stated, '"{_PLAIN_TIME}"')
        or coalesce(year(try_cast(trim(stated, '"') as timestamptz)), 0) not between 1900 and 2199
    )
)) > 0"""
# A version from the future would win over every later one.
_UNKNOWN = """
select
    count(*) filter (where
        try_cast(updated_at as timestamptz) is null
        or year(try_cast(updated_at as timestamptz)) < 2000
        or try_cast(updated_at as timestamptz) > now() + interval 1 day
    ),
    count(*) filter (where id is null)
from ({documents}) as documents
"""


@dataclass(frozen=True, slots=True)
class _Check:
    """A condition on one line's text and what is told of the lines that meet it."""

    condition: str
    told: str


def check_documents(connection: duckdb.DuckDBPyConnection, resource: Resource) -> None:
    """Look through the lines of an export; raises BulkIncomplete or OddDocument."""
    # Without the children's lists, which would be put together for nothing.
    documents = documents_of(replace(resource, children=()))
    ((timeless, nameless),) = connection.execute(_UNKNOWN.format(documents=documents)).fetchall()
    if timeless:
        raise BulkIncomplete(f"{timeless} {resource.name} have no usable updatedAt")
    if nameless:
        raise BulkIncomplete(f"{nameless} {resource.name} have no usable id")
    for check in _checks(resource):
        ((odd, example),) = connection.execute(
            f"select count(*), min(gid) from lines where {check.condition}"  # noqa: S608 - ours
        ).fetchall()
        if odd:
            raise OddDocument(
                f"{odd} rows of the exported {resource.name} hold {check.told}, as in {example}"
            )


def _checks(resource: Resource) -> tuple[_Check, ...]:
    amount = _AMOUNT.format(names="|".join(("amount", *resource.amounts)))
    return (
        _Check(f"regexp_matches(body, '{amount}')", "an amount that is no money"),
        _Check(_ODD_QUANTITY, "a quantity that is no whole number"),
        _Check(_ODD_TIME, "a time that does not exist or has no zone"),
    )

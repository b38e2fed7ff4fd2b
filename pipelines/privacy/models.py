"""What the tables of the models tell of a person, taken out at once; the next build confirms it."""

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from psycopg import sql

from pipelines.privacy.people import Person
from warehouse.connections import Role

Connection = psycopg.Connection[tuple[Any, ...]]
Counts = dict[str, int]

# By which of its keys a row is theirs. The tables are asked of the catalog.
_PERSONAL = ("email", "phone", "first_name", "last_name")
_OF_ONE_MART = {
    "refunds": (("reason",), "order_id = any(%(orders)s)"),
    "order_lines": (
        ("title", "variant_title", "sku", "vendor"),
        "product_id is null and order_id = any(%(orders)s)",
    ),
}
_THEIRS = {
    "order_id": "order_id = any(%(orders)s)",
    "checkout_id": "checkout_id = any(%(checkouts)s)",
    "buyer_key": "buyer_key = any(%(buyers)s)",
    "email": "lower(email) = any(%(emails)s)",
}
_MODELS = """
select namespace.nspname || '.' || class.relname, class.relname,
    array_agg(attribute.attname::text)
from pg_catalog.pg_class as class
inner join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
inner join pg_catalog.pg_attribute as attribute on attribute.attrelid = class.oid
where namespace.nspname in ('marts', 'staging') and class.relkind in ('r', 'p')
    and attribute.attnum > 0 and not attribute.attisdropped
group by namespace.nspname, class.relname
order by 1
"""
_KEYS = """
select buyer_key from control.order_buyers
where tenant_id = %(tenant)s and order_id in (
    select value::bigint from control.erased
    where tenant_id = %(tenant)s and kind = 'order' and buyer_key is not null
)
"""


def clear_marts(connection: Connection, tenant_id: int, person: Person) -> Counts:
    """Take the person out of every table of the models; rows changed for each."""
    erased = connection.execute(
        "select kind, value from control.erased where tenant_id = %s", [tenant_id]
    ).fetchall()
    keys = {row[0] for row in connection.execute(_KEYS, {"tenant": tenant_id})}
    values = {
        "tenant": tenant_id,
        "orders": [int(value) for kind, value in erased if kind == "order"],
        "checkouts": [value for kind, value in erased if kind == "checkout"],
        "emails": sorted(person.traces.emails),
        "buyers": sorted(keys | set(person.buyers.values())),
    }
    models = connection.execute(_MODELS).fetchall()
    connection.execute(as_role(Role.DBT))
    counts: Counts = {}
    for relation, name, columns in models:
        for personal, those in _cleared(name, columns):
            changes = ", ".join(f"{column} = null" for column in personal)
            stands = f"coalesce({', '.join(personal)}) is not null"
            query = (
                f"update {relation} set {changes}"  # noqa: S608 - names of the catalog
                f" where tenant_id = %(tenant)s and {stands} and ({those})"
            )
            counts[relation] = connection.execute(query.encode(), values).rowcount
    connection.execute("reset role")
    return counts


def _cleared(name: str, columns: Sequence[str]) -> Iterator[tuple[Sequence[str], str]]:
    """The columns of a table that tell of a person, and the condition for its rows."""
    personal = [column for column in _PERSONAL if column in columns]
    if personal:
        yield personal, " or ".join(those for key, those in _THEIRS.items() if key in columns)
    if name in _OF_ONE_MART:
        yield _OF_ONE_MART[name]


def as_role(role: Role) -> sql.Composed:
    """Row security of these tables knows the role that made them, and nobody else."""
    return sql.SQL("set local role {}").format(sql.Identifier(role.value))

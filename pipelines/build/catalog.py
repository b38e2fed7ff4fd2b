"""The tables as they stand in the database against the tables as the models declare them.

A release that adds, drops or retypes a column must not need a hand: such a build is a full refresh.
"""

from typing import Any

import psycopg

from pipelines.build.groups import Model

Connection = psycopg.Connection[tuple[Any, ...]]
SPELLED_OUT = {"timestamptz": "timestamp with time zone"}
COLUMNS = """
select attribute.attname, format_type(attribute.atttypid, attribute.atttypmod)
from pg_catalog.pg_attribute as attribute
where attribute.attrelid = to_regclass(%s) and attribute.attnum > 0 and not attribute.attisdropped
"""


def exists(connection: Connection, relation: str) -> bool:
    """Whether there is such a table or view."""
    row = connection.execute("select to_regclass(%s) is not null", [relation]).fetchone()
    return bool(row and row[0])


def outdated(connection: Connection, models: list[Model]) -> list[str]:
    """The tables that are not there or have other columns than their model."""
    return [model.relation for model in models if _standing(connection, model) != _declared(model)]


def _standing(connection: Connection, model: Model) -> dict[str, str]:
    rows = connection.execute(COLUMNS, [model.relation]).fetchall()
    return {str(name): str(kind) for name, kind in rows}


def _declared(model: Model) -> dict[str, str]:
    return {name: SPELLED_OUT.get(kind, kind) for name, kind in model.columns.items()}

"""What a killed build leaves: a row that says it runs, queries at work, a dbt that lives on.

Its lock is ours by now, so whatever runs under its name is an orphan. The order matters: once its
row is closed no model of it begins any more (macro `require_own_build`), and then what is under way
is ended.
"""

import logging
from typing import Any

import psycopg

LOG = logging.getLogger(__name__)
Connection = psycopg.Connection[tuple[Any, ...]]
# The name that dbt_project/profiles.yml gives to every connection of dbt.
PROGRAM = "shopmart build"
# Postgres ends a query at its next look at signals; a rollback comes on top.
END_MILLISECONDS = 30_000
WORDS = "the process ended before the build did"
_CLOSE = """
update control.builds set status = 'failed', finished_at = now(), error = %s
where status = 'running'
"""
_END = """
select count(pg_terminate_backend(pid, %s)) from pg_stat_activity
where usename = current_user and datname = current_database() and application_name = %s
"""


def end_abandoned(connection: Connection) -> None:
    """Close builds that died and end what they left running; the build lock must be held."""
    if closed := connection.execute(_CLOSE, [WORDS]).rowcount:
        LOG.warning("%d builds had died and are closed; what they owed is built now", closed)
    ((ended,),) = connection.execute(_END, [END_MILLISECONDS, PROGRAM]).fetchall()
    if ended:
        LOG.warning("%d connections of a killed build were ended", ended)

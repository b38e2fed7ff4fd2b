"""The database URL: what one must look like, and the same URL for another role.

No message quotes the URL: a mistake in it is most often a piece of the password.
"""

from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

SCHEMES = ("postgresql://", "postgres://")


def checked_url(given: str) -> str:
    """The URL with the scheme that every client knows; raises ValueError with what is wrong."""
    text = given.strip()
    if not text.startswith(SCHEMES):
        raise ValueError("must begin with postgresql://")
    parts = _parsed(text)
    if not parts.get("dbname"):
        raise ValueError("must name a database after the host")
    if not all(port.isdigit() for port in str(parts.get("port", "0")).split(",")):
        raise ValueError("the port must be a number")
    # A user in the query string outranks the one before the @: every role would be the owner.
    query = urlsplit(text).query.split("&")
    if any(pair.partition("=")[0] in ("user", "password") for pair in query):
        raise ValueError("user and password belong before the @, not behind the ?")
    return "postgresql://" + text.partition("://")[2]


def url_for_role(url: str, *, user: str, password: str) -> str:
    """The same server and database for another user."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    identity = f"{quote(user, safe='')}:{quote(password, safe='')}"
    return urlunsplit(("postgresql", f"{identity}@{host}", parts.path, parts.query, ""))


def _parsed(text: str) -> dict[str, object]:
    try:
        parts: dict[str, object] = dict(conninfo_to_dict(text))
    except (psycopg.Error, UnicodeError):
        parts = {"host": "@"}
    if "@" in str(parts.get("host", "")) or "#" in text or not text.isprintable():
        raise ValueError(
            "is no URL that Postgres understands; write special characters of user and "
            "password as percent codes, such as %40 for @"
        )
    return parts

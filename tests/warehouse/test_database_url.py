"""The database URL: refused by reason, never quoted, and the same server for every role."""

import pytest
from psycopg.conninfo import conninfo_to_dict

from warehouse.database_url import checked_url, url_for_role


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:secret@host:5432/shop",
        "postgresql://host/shop",
        "postgresql:///shop?host=/run/postgresql",
        "postgresql://me@[::1]:5432/shop?sslmode=require",
        "postgresql://me:p%40ss%2Fword@one:5432,two:5433/shop",
    ],
)
def test_a_url_that_postgres_understands_is_kept(url: str) -> None:
    assert checked_url(url) == url


def test_the_short_scheme_becomes_the_one_that_every_client_knows() -> None:
    assert checked_url(" postgres://me@host/shop ") == "postgresql://me@host/shop"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("host=localhost dbname=shop", "must begin with postgresql://"),
        ("postgresql://me@host", "must name a database"),
        ("postgresql://me@host/", "must name a database"),
        ("postgresql://me@host:port/shop", "port must be a number"),
        ("postgresql://me:a@b@host/shop", "percent codes"),
        ("postgresql://me:a#b@host/shop", "percent codes"),
        ("postgresql://me:%zz@host/shop", "percent codes"),
        ("postgresql://me@host/shop?nonsense=1", "no URL that Postgres understands"),
        ("postgresql://host/shop?user=owner", "belong before the @"),
        ("postgresql://me@host/shop?sslmode=prefer&password=x", "belong before the @"),
    ],
)
def test_a_wrong_url_is_refused_with_its_reason(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        checked_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:secret@host:5432/shop",
        "postgresql://host/shop",
        "postgresql:///shop?host=/run/postgresql",
        "postgresql://me@[::1]:5432/shop?sslmode=require",
        "postgresql://me@one:5432,two:5433/shop",
    ],
)
def test_a_role_gets_the_same_server_and_database_under_its_own_name(url: str) -> None:
    given = conninfo_to_dict(url)
    for_role = conninfo_to_dict(url_for_role(url, user="reader", password="p@ss/w:rd"))
    assert for_role == {**given, "user": "reader", "password": "p@ss/w:rd"}

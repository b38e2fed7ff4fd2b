"""Kept answers as who asks sees them: X-Cache, ETag, 304, and what ends them."""

from collections.abc import Iterator

import httpx
import pytest

from tests.api.conftest import Built
from tests.api.shops import serving
from warehouse.connections import Role, connect

PATHS = ["tenants/{}/metrics", "tenants/{}/orders", "tenants/{}/customers", "tenants/{}/products",
         "analytics/checkouts/{}", "analytics/checkouts/{}/list", "analytics/refunds/{}",
         "analytics/refunds/{}/list"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_who_has_the_answer_already_is_told_only_that(built: Built, path: str) -> None:
    path = "/api/v1/" + path.format(built.berlin.tenant_id)
    first = built.api.get(path)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = built.api.get(path, headers={"If-None-Match": given})
        assert (again.status_code, again.content) == (304, b"")
        assert (again.headers["etag"], again.headers["x-cache"]) == (tag, "HIT")
    changed = built.api.get(path, headers={"If-None-Match": '"other"'})
    assert (changed.status_code, changed.content) == (200, first.content)


def test_another_answer_has_another_tag(built: Built) -> None:
    tags = {
        built.api.get(f"{shop.path}/metrics").headers["etag"]
        for shop in (built.berlin, built.new_york, built.empty)
    }
    assert len(tags) == 3


LISTS = [path for path in PATHS if path.endswith(("orders", "customers", "products", "list"))]


@pytest.fixture
def spare(built: Built) -> Iterator[httpx.Client]:
    """The spare shops, served; its version is what it was again afterwards."""
    with serving(built.spare) as api:
        yield api


def execute(built: Built, role: Role, *statements: str) -> None:
    with connect(built.spare, role) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize("path", LISTS)
def test_who_has_a_table_already_is_told_only_that(built: Built, path: str) -> None:
    path = "/api/v1/" + path.format(built.berlin.tenant_id) + ".csv"
    first = built.api.get(path)
    tag = first.headers["etag"]
    # Rows are sent before all are known, so the tag says what they are read from: a weak one.
    assert tag.startswith('W/"')
    assert (first.headers["vary"], first.headers["cache-control"]) == (
        "Accept",
        "private, no-cache",
    )
    for given in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        again = built.api.get(path, headers={"If-None-Match": given})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert "content-disposition" not in again.headers
    part = built.api.get(path, params={"limit": 1}, headers={"If-None-Match": tag})
    assert (part.status_code, part.headers["etag"] == tag) == (200, False)


def test_told_of_many_tables_in_vain_no_connection_is_left_behind(built: Built) -> None:
    path = f"{built.berlin.path}/orders.csv"
    tag = built.api.get(path).headers["etag"]
    told = [built.api.get(path, headers={"If-None-Match": tag}).status_code for _ in range(20)]
    assert told == [304] * 20


@pytest.mark.parametrize("path", [*PATHS, *(f"{path}.csv" for path in LISTS)])
def test_a_build_ends_every_kept_answer_and_its_tag(
    built: Built, spare: httpx.Client, path: str
) -> None:
    path = "/api/v1/" + path.format(built.berlin.tenant_id)
    before = spare.get(path).headers["etag"]
    execute(
        built,
        Role.OWNER,
        "update control.data_versions set data_version = data_version + 1, built_at = now()",
    )
    after = spare.get(path, headers={"If-None-Match": before})
    assert (after.status_code, after.headers["x-cache"]) == (200, "MISS")
    assert after.headers["etag"] != before


@pytest.fixture
def tomorrow(built: Built) -> Iterator[None]:
    """The reader's clock is a day ahead, as it will be after midnight."""
    database = built.spare.database_url.get_secret_value().rpartition("/")[2]  # type: ignore[union-attr]
    execute(
        built,
        Role.OWNER,
        "create schema ahead",
        "create function ahead.now() returns timestamptz language sql stable"
        " as $$ select pg_catalog.now() + interval '1 day' $$",
        "grant usage on schema ahead to shopmart_reader",
        f"alter role shopmart_reader in database {database} set search_path = ahead, pg_catalog",
    )
    yield
    execute(
        built,
        Role.OWNER,
        f"alter role shopmart_reader in database {database} reset search_path",
        "drop schema ahead cascade",
    )


@pytest.mark.parametrize("path", PATHS)
def test_midnight_in_the_shop_ends_a_kept_answer(
    built: Built, path: str, request: pytest.FixtureRequest
) -> None:
    path = "/api/v1/" + path.format(built.berlin.tenant_id)
    with serving(built.spare) as api:
        assert [api.get(path).headers["x-cache"] for _ in range(2)] == ["MISS", "HIT"]
        request.getfixturevalue("tomorrow")
        end_connections(built)
        answer = api.get(path)
        assert (answer.status_code, answer.headers["x-cache"]) == (200, "MISS")


def end_connections(built: Built) -> None:
    """So that the next question is asked by a connection that has the role's present settings."""
    execute(
        built,
        Role.OWNER,
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where usename = 'shopmart_reader' and datname = current_database()",
    )


def test_a_table_of_checkouts_has_another_tag_once_one_turns_abandoned(
    built: Built, spare: httpx.Client
) -> None:
    path = f"/api/v1/analytics/checkouts/{built.berlin.tenant_id}/list.csv"
    move = (
        "update marts.checkout_lives set abandons_at = abandons_at {} interval '1 day'"
        f" where tenant_id = {built.berlin.tenant_id} and checkout_id = 'open'"
    )
    before = spare.get(path)
    execute(built, Role.DBT, move.format("-"))
    try:
        after = spare.get(path, headers={"If-None-Match": before.headers["etag"]})
        assert (after.status_code, "PENDING" in after.text) == (200, False)
        assert "PENDING" in before.text
    finally:
        execute(built, Role.DBT, move.format("+"))

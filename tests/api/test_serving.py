"""Kept answers as who asks sees them: X-Cache, ETag, 304."""

import pytest

from tests.api.conftest import Built

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

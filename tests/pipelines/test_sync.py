"""A tenant's shop into the raw tables."""

import pytest

from pipelines.sync import sync_tenant
from tests.pipelines.conftest import rows


def test_slice(sandboxed, tenants, shopify):
    result = sync_tenant(sandboxed, tenants[0], trigger="test", on_progress=print)
    print(result)
    for t in ("orders", "customers", "refunds", "shops"):
        print(
            t,
            rows(
                sandboxed,
                f"select count(*), min(updated_at), max(updated_at), min(length(payload::text)), max(parent_id) from raw.{t}",
            ),
        )
    print(rows(sandboxed, "select payload from raw.refunds limit 1"))
    print(rows(sandboxed, "select payload from raw.orders limit 1"))
    print(rows(sandboxed, "select * from control.cursors"))
    print(rows(sandboxed, "select * from control.syncs"))
    print(rows(sandboxed, "select * from control.tenants"))
    print(sync_tenant(sandboxed, tenants[0], trigger="test", on_progress=print))

"""The shops' side of a case: what Shopify ran, which sync failed, new keys, a fresh beginning."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import httpx

from pipelines.sync import SyncOutcome, sync_tenants
from tests.conftest import DATABASE, TEMPLATE, recreate
from tests.faults.harness import Case
from tests.faults.harness_marts import Snapshot, differences, documents_of, read, snapshot
from tests.pipelines.conftest import make_tenant
from warehouse.connections import Role, connect
from warehouse.secrets import Sealer
from warehouse.tenants import update_tenant

Found = TypeVar("Found")
_FIRST_READINGS: dict[int, Snapshot] = {}
RUNS = "{ bulkOperations(first: 250) { nodes { id status errorCode query } } }"
CURSORS = "select tenant_id, resource, read_until from control.cursors order by 1, 2"
SYNCS = "select tenant_id, status from control.syncs order by sync_id"


def wait_for(look: Callable[[], Found], *, seconds: float = 120) -> Found:
    """What a look finds, as soon as it finds something."""
    until = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < until, "it never came to hold"
        time.sleep(0.02)
    return found


def ask(
    case: Case, domain: str, query: str, variables: dict[str, str] | None = None
) -> dict[str, Any]:
    """The data of a query to a shop by its lasting token."""
    token = next(s["accessToken"] for s in case.shopify.shops if s["shopDomain"] == domain)
    answer = httpx.post(
        f"{case.shopify.url}/{domain}/admin/api/{case.settings.shopify_api_version}/graphql.json",
        json={"query": query, "variables": variables or {}},
        headers={"X-Shopify-Access-Token": token},
        timeout=30,
    )
    return dict(answer.json()["data"])


def runs(case: Case, domain: str) -> list[dict[str, Any]]:
    """Every bulk run that a shop ever saw in this case."""
    return list(ask(case, domain, RUNS)["bulkOperations"]["nodes"])


def syncs(case: Case) -> list[tuple[int, str]]:
    """Each sync since the story's first of every shop: its tenant and its status."""
    return read(case.settings, SYNCS)[len(case.tenants) :]


def exported_files(case: Case) -> list[Path]:
    """The result files that are on disk and hold something."""
    found = (case.settings.home_path / "exports").rglob("*.jsonl")
    return [file for file in found if file.stat().st_size]


def failed_alone(case: Case, tenant_id: int) -> SyncOutcome:
    """Sync all shops: this tenant's sync fails and moves nothing, every other one succeeds."""
    before = _cursors(case, tenant_id)
    by_tenant = {one.tenant_id: one for one in sync_tenants(case.settings, trigger="test")}
    failed = by_tenant.pop(tenant_id)
    assert [one.error for one in by_tenant.values()] == [None] * (len(case.tenants) - 1)
    assert failed.error
    assert _cursors(case, tenant_id) == before
    return failed


def cursors_by_tenant(case: Case) -> dict[int, list[tuple[Any, ...]]]:
    """How far each shop was read."""
    return {tenant: _cursors(case, tenant) for tenant in case.tenants}


def assert_cursors_have_waited(case: Case, before: dict[int, list[tuple[Any, ...]]]) -> None:
    """Of every shop whose cursor has moved since, each document that Shopify told is loaded."""
    moved = {tenant for tenant, rows in cursors_by_tenant(case).items() if rows != before[tenant]}
    for table, told in case.story.undisturbed.documents.items():
        due = {row for row in told if row[0] in moved and row[2] == "admin"}
        lacking = due - set(documents_of(case.settings, table))
        assert not lacking, f"a cursor moved over raw.{table}: {sorted(lacking, key=str)[0]}"


def give_keys(case: Case, tenant_id: int, **credentials: str | None) -> None:
    """A person gives a tenant other keys."""
    with connect(case.settings, Role.CONTROL) as connection:
        sealer = Sealer.from_settings(case.settings)
        update_tenant(connection, sealer, tenant_id, credentials=credentials)


def begin_from_nothing(case: Case) -> None:
    """A warehouse that no shop was ever read into, with the same tenants and landed webhooks.

    What was deleted since the story's first sync it never sees, so it has an undisturbed run of its
    own, made once for all cases of a story.
    """
    story = case.story
    if id(story) not in _FIRST_READINGS:
        _empty(case)
        case.work("hear", "sync", "build")
        _FIRST_READINGS[id(story)] = snapshot(case.settings, case.tenants)
    _empty(case)
    case.story = replace(story, undisturbed=_FIRST_READINGS[id(story)])


def _empty(case: Case) -> None:
    recreate(case.story.cluster_url, DATABASE, template=TEMPLATE)
    shops = {shop["shopDomain"]: shop["accessToken"] for shop in case.shopify.shops}
    made = {name: make_tenant(case.settings, name, token=token) for name, token in shops.items()}
    assert made == case.story.tenants
    case.land(case.story.deliveries)


def other_marts(case: Case) -> list[str]:
    """Where the marts differ from the undisturbed ones, whatever the documents hold besides."""
    marts = replace(case.story.undisturbed, documents={})
    return differences(case.settings, snapshot(case.settings, case.tenants), marts)


def _cursors(case: Case, tenant_id: int) -> list[tuple[Any, ...]]:
    return [row for row in read(case.settings, CURSORS) if row[0] == tenant_id]

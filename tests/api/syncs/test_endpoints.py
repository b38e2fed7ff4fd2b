"""POST /sync and GET /sync/status: every line of the contract, over a real database."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import httpx
import pytest

from tests.api.conftest import Built
from tests.api.shops import Shop, add_shop, free_port, serving
from tests.api.syncs.stand_in import RUN, StandIn, standing_in
from warehouse.connections import Role, connect
from warehouse.locks import sync_lock
from warehouse.settings import Settings
from warehouse.syncs import begin_sync, fail_sync, finish_sync

SYNC = "/api/v1/sync"
NOTHING = {"synced": 0, "errors": 0}


@dataclass
class Wired:
    """The API with Dagster's stand-in behind it."""

    settings: Settings
    api: httpx.Client
    dagster: StandIn
    held: ExitStack

    def start(self, shop: Shop) -> httpx.Response:
        return self.api.post(SYNC, json={"tenantId": str(shop.tenant_id)})

    def status(self, shop: Shop) -> dict[str, object]:
        found: dict[str, object] = self.api.get(f"{SYNC}/status/{shop.tenant_id}").json()
        return found

    def begin(self, tenant_id: int) -> int:
        connection = self.held.enter_context(connect(self.settings, Role.LOADER, autocommit=True))
        # A sync at work holds its tenant's lock; without it the sync counts as killed.
        lock = "select pg_advisory_lock_shared(hashtextextended(%s, 0))"
        connection.execute(lock, [sync_lock(tenant_id)])
        return begin_sync(connection, tenant_id, trigger="api")

    def succeed(self, tenant_id: int) -> None:
        sync_id = self.begin(tenant_id)
        with connect(self.settings, Role.LOADER) as connection:
            counts = {"orders": 251, "customers": 184}
            finish_sync(connection, tenant_id, sync_id, counts=counts)

    def fail(self, tenant_id: int) -> None:
        sync_id = self.begin(tenant_id)
        with connect(self.settings, Role.LOADER) as connection:
            fail_sync(
                connection,
                tenant_id,
                sync_id,
                error="[API] Invalid API key or access token",
                hint="copy the access token again",
            )


@pytest.fixture
def wired(settings: Settings) -> Iterator[Wired]:
    with standing_in() as dagster, ExitStack() as held:
        changes = {"dagster_url": dagster.url, "sync_patience_seconds": 2.0}
        with serving(settings.model_copy(update=changes)) as api:
            yield Wired(settings, api, dagster, held)


def test_a_sync_that_ends_in_time_is_told_with_its_counts(wired: Wired, shop: Shop) -> None:
    wired.dagster.on_launch = wired.succeed
    answer = wired.start(shop)
    assert answer.status_code == 200
    told = answer.json()
    assert isinstance(told.pop("message"), str)
    assert isinstance(told.pop("duration"), int)
    assert told == {
        "success": True,
        "products": NOTHING,
        "customers": {"synced": 184, "errors": 0},
        "orders": {"synced": 251, "errors": 0},
        "skipped": {},
    }


def test_the_run_is_launched_for_this_tenant_only(wired: Wired, shop: Shop) -> None:
    wired.dagster.on_launch = wired.succeed
    wired.start(shop)
    (launch,) = wired.dagster.launched
    assert launch["selector"]["jobName"] == "sync_job"
    assert launch["runConfigData"] == {
        "ops": {"sync": {"config": {"tenant_ids": [str(shop.tenant_id)], "trigger": "api"}}}
    }


def test_a_failed_sync_is_no_success_and_says_why_in_shopifys_words_with_the_cure(
    wired: Wired, shop: Shop
) -> None:
    wired.dagster.on_launch = wired.fail
    answer = wired.start(shop)
    assert answer.status_code == 200
    assert answer.json()["success"] is False
    assert "Invalid API key" in answer.json()["message"]
    assert "copy the access token again" in answer.json()["message"]


@pytest.mark.parametrize("has_begun", [True, False])
def test_a_sync_that_outlasts_patience_is_a_202_that_names_it(
    wired: Wired, shop: Shop, has_begun: bool
) -> None:
    if has_begun:
        wired.dagster.on_launch = lambda tenant_id: wired.begin(tenant_id) and None
    answer = wired.start(shop)
    told = answer.json()
    assert answer.status_code == 202
    assert (told["status"], told["products"]) == ("running", NOTHING)
    assert told["syncId"] == ("1" if has_begun else RUN)


def test_a_run_that_ends_before_the_sync_began_is_no_success(wired: Wired, shop: Shop) -> None:
    wired.dagster.run_status = "FAILURE"
    answer = wired.start(shop)
    assert (answer.status_code, answer.json()["success"]) == (200, False)
    assert RUN in answer.json()["message"]


@pytest.mark.parametrize("body", [{}, {"tenantId": None}, {"tenantId": ""}])
def test_without_a_tenant_it_is_a_400_that_names_the_field(
    built: Built, body: dict[str, object]
) -> None:
    answer = built.api.post(SYNC, json=body)
    assert answer.status_code == 400
    assert answer.json()["error"] == "tenantId: is missing"


@pytest.mark.parametrize("tenant_id", ["99", 99, "x", "9" * 30, 2**70, 0, -1])
def test_an_unknown_tenant_is_a_404(built: Built, tenant_id: object) -> None:
    assert built.api.post(SYNC, json={"tenantId": tenant_id}).status_code == 404


def test_half_a_surrogate_pair_is_a_404_like_any_other_unknown_id(built: Built) -> None:
    content, headers = b'{"tenantId": "\\ud800"}', {"Content-Type": "application/json"}
    answer = built.api.post(SYNC, content=content, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (404, "no tenant has the id \\ud800")


@pytest.mark.parametrize("tenant_id", [True, 1.5, ["1"], {"id": 1}])
def test_a_tenant_that_is_no_text_is_a_422(built: Built, tenant_id: object) -> None:
    answer = built.api.post(SYNC, json={"tenantId": tenant_id})
    assert (answer.status_code, answer.json()["error"]) == (422, "tenantId: must be a text")


def test_without_an_access_token_it_is_a_400_with_the_cure(
    wired: Wired, settings: Settings
) -> None:
    answer = wired.start(add_shop(settings, "no-token", token=None))
    assert answer.status_code == 400
    assert "accessToken" in answer.json()["error"]
    assert wired.dagster.launched == []


def test_while_a_sync_is_running_it_is_a_409(wired: Wired, shop: Shop) -> None:
    wired.begin(shop.tenant_id)
    assert wired.start(shop).status_code == 409
    assert wired.dagster.launched == []


def test_while_a_run_is_on_its_way_it_is_a_409(wired: Wired, shop: Shop) -> None:
    wired.succeed(shop.tenant_id)
    wired.dagster.under_way_since = time.time() + 1
    assert wired.start(shop).status_code == 409


def test_a_run_that_is_only_ending_blocks_no_other(wired: Wired, shop: Shop) -> None:
    wired.dagster.under_way_since = time.time() - 1
    wired.succeed(shop.tenant_id)
    wired.dagster.on_launch = wired.succeed
    assert wired.start(shop).json()["success"] is True


def test_a_sync_whose_process_was_killed_blocks_no_other(wired: Wired, shop: Shop) -> None:
    wired.begin(shop.tenant_id)
    wired.held.close()
    wired.dagster.on_launch = wired.succeed
    assert wired.start(shop).json()["success"] is True


def test_dagster_out_of_reach_is_a_503_with_the_cure(settings: Settings, shop: Shop) -> None:
    nowhere = settings.model_copy(update={"dagster_url": f"http://127.0.0.1:{free_port()}"})
    with serving(nowhere) as api:
        answer = api.post(SYNC, json={"tenantId": str(shop.tenant_id)})
    assert answer.status_code == 503
    assert "SHOPMART_DAGSTER_URL" in answer.json()["error"]


def test_a_launch_that_dagster_refuses_is_a_503_in_its_words(wired: Wired, shop: Shop) -> None:
    wired.dagster.refusal = {
        "__typename": "RunConfigValidationInvalid",
        "errors": [{"message": "no such step"}],
    }
    answer = wired.start(shop)
    assert answer.status_code == 503
    assert "no such step" in answer.json()["error"]


def test_the_status_tells_what_is_held_and_how_the_last_sync_went(wired: Wired, shop: Shop) -> None:
    before = wired.status(shop)
    assert before == {
        "tenantId": str(shop.tenant_id),
        "name": "Alpine-Tea",
        "shopDomain": shop.domain,
        "hasAccessToken": True,
        "counts": {"products": 0, "customers": 0, "orders": 0},
        "lastSync": None,
    }
    wired.fail(shop.tenant_id)
    last = wired.status(shop)["lastSync"]
    assert isinstance(last, dict)
    assert (last["status"], last["hint"]) == ("failed", "copy the access token again")
    assert last["finishedAt"].endswith("Z")


def test_the_counts_are_those_of_the_marts(built: Built) -> None:
    found = built.api.get(f"{SYNC}/status/{built.berlin.tenant_id}").json()
    assert found["counts"] == {"products": 3, "customers": 3, "orders": 5}


@pytest.mark.parametrize("tenant_id", ["99", "0", "x", "9" * 30])
def test_the_status_of_nobody_is_a_404(built: Built, tenant_id: str) -> None:
    assert built.api.get(f"{SYNC}/status/{tenant_id}").status_code == 404

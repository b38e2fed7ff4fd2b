"""Exports of Shopify's go wrong: cancelled, failed, lost, cut, too long, silent, too large."""

import threading
from collections import Counter
from hashlib import sha256
from typing import Any

import pytest

import pipelines.extract
from pipelines.resources import EXPORTED
from pipelines.sync import sync_tenant
from tests.faults.harness import Case
from tests.faults.harness_marts import read
from tests.faults.harness_points import Point
from tests.faults.harness_shops import (
    ask,
    begin_from_nothing,
    failed_alone,
    runs,
    syncs,
    wait_for,
)

ci = pytest.mark.faults_ci
ALL = len(EXPORTED)
SUBMIT = """mutation Run($query: String!) { bulkOperationRunQuery(query: $query) {
  bulkOperation { id } userErrors { message code } } }"""
ORDERS = "{ orders { edges { node { id } } } }"
NOTED = """
select tenant_id, query_sha256 from control.bulk_operations
where resource like '% too large %'
"""
TEN_MINUTES = 600.0
# More than a shop of the story has things in stock, which cannot be sliced, and less than orders.
LARGEST = 32

# What is ordered of the sandbox, what the sync then says of itself, and whether CI tries it.
FAULTS: dict[str, tuple[dict[str, object], str, bool]] = {
    "failed with a partial file": (
        {"fail_bulk": "INTERNAL_SERVER_ERROR", "partial_data": True},
        "FAILED with a partial result",
        False,
    ),
    "failed for an error of Shopify's": (
        {"fail_bulk": "INTERNAL_SERVER_ERROR"},
        "INTERNAL_SERVER_ERROR",
        False,
    ),
    "out of time over an hour's changes": ({"fail_bulk": "TIMEOUT"}, "TIMEOUT", False),
    "denied": ({"fail_bulk": "ACCESS_DENIED"}, "ACCESS_DENIED", False),
    "the file's address has expired": ({"expire_bulk": "url"}, "HTTP 403", False),
    "completed without an address": ({"expire_bulk": "no_url"}, "gave no result file", True),
    "cut in the midst of a line": ({"truncate_bulk": "mid_line"}, "cut or damaged", False),
    "cut exactly at a line's end": ({"truncate_bulk": "line_end"}, "Shopify counted", True),
    "longer than was counted": ({"truncate_bulk": "extra_lines"}, "Shopify counted", False),
    "the download ends midway each time": ({"break_download": "half"}, "broke off", False),
    "cancelled each time": ({"cancel_bulk": True}, "CANCELED 3 times", False),
    "expired each time": ({"expire_bulk": "operation"}, "EXPIRED 3 times", False),
}


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        pytest.param(fault, told, id=name, marks=[ci] if in_ci else [])
        for name, (fault, told, in_ci) in FAULTS.items()
    ],
)
def test_an_export_of_no_use(case: Case, fault: dict[str, object], told: str) -> None:
    """An export is of no use: that shop's sync fails, its cursors stay, other shops go on."""
    case.work("hear")
    case.shopify.fault(**fault, times=1000, shop=case.domains[1])
    failed = failed_alone(case, case.tenants[1])
    assert told in str(failed.error)
    assert failed.hint
    case.shopify.fault(**dict.fromkeys(fault.keys() - {"partial_data"}))
    case.recover("sync", "build")
    case.assert_undisturbed()


@pytest.mark.parametrize(
    "fault",
    [{"cancel_bulk": True}, {"expire_bulk": "operation"}, {"break_download": "half"}],
    ids=["cancelled by Shopify", "expired", "the download breaks off"],
)
def test_an_export_that_works_when_tried_again(case: Case, fault: dict[str, object]) -> None:
    """An export fails in passing: the same sync tries it again, and nobody has to do anything."""
    case.work("hear")
    case.shopify.fault(**fault, times=2)
    case.work("sync", "build")
    case.assert_undisturbed()


def test_a_sixth_export_is_refused(case: Case) -> None:
    """Five exports of somebody else run already: the sync waits its turn, other shops do not."""
    domain = case.domains[0]
    case.work("hear")
    case.shopify.fault(stall_bulk=True, times=5, shop=domain)
    for _ in range(5):
        assert ask(case, domain, SUBMIT, {"query": ORDERS})["bulkOperationRunQuery"][
            "bulkOperation"
        ]
    (refused,) = ask(case, domain, SUBMIT, {"query": ORDERS})["bulkOperationRunQuery"]["userErrors"]
    assert refused["code"] == "OPERATION_IN_PROGRESS"
    worker = case.start("sync")
    wait_for(lambda: [status for _, status in syncs(case)].count("succeeded") == 2)
    assert (case.tenants[0], "running") in syncs(case)
    assert len(runs(case, domain)) == 5
    case.shopify.fault(stall_bulk=None)
    assert worker.ended() == 0, worker.error
    case.work("build")
    case.assert_undisturbed()


def test_an_export_that_stalls_for_ten_minutes(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run shows no progress for ten minutes: it is waited for, asked after ever less often."""
    passed, looks = 0.0, 0

    def pausing(_: threading.Event) -> Any:  # noqa: ANN401 - a sleep in which time is moved
        def pause(seconds: float) -> None:
            nonlocal passed, looks
            passed, looks = passed + seconds, looks + 1
            if passed > TEN_MINUTES:
                case.shopify.fault(stall_bulk=None)

        return pause

    case.work("hear")
    case.shopify.fault(stall_bulk=True, times=1, shop=case.domains[0])
    with monkeypatch.context() as patched:
        patched.setattr(pipelines.extract, "pausing", pausing)
        patient = case.settings.model_copy(update={"bulk_poll_seconds": 5.0})
        sync_tenant(patient, case.tenants[0], trigger="test")
    assert passed > TEN_MINUTES
    assert len(runs(case, case.domains[0])) == ALL
    case.work("sync", "build")
    case.assert_undisturbed()


@ci
def test_an_export_that_is_too_large(case: Case) -> None:
    """A shop is too large for one run: it is read in slices of time, as many as it takes."""
    begin_from_nothing(case)
    case.shopify.fault(largest_bulk=LARGEST)
    case.work("hear", "sync", "build")
    seen = runs(case, case.domains[0])
    assert {one["errorCode"] for one in seen} == {None, "TIMEOUT"}
    case.assert_undisturbed()


def test_killed_between_two_slices(case: Case) -> None:
    """Killed between two slices of a large shop: the next sync asks for nothing too large again."""
    begin_from_nothing(case)
    case.shopify.fault(largest_bulk=LARGEST)
    case.killed("sync", at=Point("pipelines.slices:Slice", nth=3))
    noted = read(case.settings, NOTED)
    assert noted != []
    case.recover("hear", "sync", "build")
    asked = Counter(
        (tenant_id, sha256(one["query"].encode()).hexdigest())
        for domain, tenant_id in case.story.tenants.items()
        for one in runs(case, domain)
        if one["errorCode"] == "TIMEOUT"
    )
    assert [asked[tenant_id, query] for tenant_id, query in noted] == [1] * len(noted)
    case.assert_undisturbed()

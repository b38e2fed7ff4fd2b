"""Bulk runs: waited for, submitted again when cancelled, never trusted when partial."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import AccessDenied, BulkFailed, BulkIncomplete, QueryRefused
from pipelines.shopify.bulk import BulkFile, BulkRunner
from tests.pipelines.shopify.scripted import Answer, Script, data, scripted

ID = "gid://shopify/BulkOperation/1"


def started(number: int = 1) -> Answer:
    operation = {"id": f"gid://shopify/BulkOperation/{number}", "status": "CREATED"}
    return data({"bulkOperationRunQuery": {"bulkOperation": operation, "userErrors": []}})


def refused(code: str, message: str) -> Answer:
    error = {"field": None, "message": message, "code": code}
    return data({"bulkOperationRunQuery": {"bulkOperation": None, "userErrors": [error]}})


def state(status: str, **changes: object) -> Answer:
    operation: dict[str, Any] = {
        "id": ID,
        "status": status,
        "errorCode": None,
        "objectCount": "3",
        "rootObjectCount": "1",
        "url": None,
        "partialDataUrl": None,
        **changes,
    }
    return data({"bulkOperation": operation})


def export(path: Path, *answers: Answer, url: str | None = None) -> tuple[BulkFile, Script]:
    with scripted(*answers) as (client, script, address):
        if url:
            script.answers = [
                replace(one, body=one.body.replace(b"FILE", f"{address}/{url}".encode()))
                for one in script.answers
            ]
        runner = BulkRunner(client, sleep=script.slept.append, poll_seconds=0.01)
        return runner.export("{ orders { edges { node { id } } } }", path), script


def test_a_run_is_polled_by_its_id_until_it_ends_and_its_file_is_kept(tmp_path: Path) -> None:
    answers = (started(), state("CREATED"), state("RUNNING"), state("COMPLETED", url="FILE"))
    file, script = export(
        tmp_path / "x.jsonl", *answers, Answer(body=b"1\n2\n3\n"), url="result.jsonl"
    )
    assert (file.objects, file.roots) == (3, 1)
    assert file.path.read_bytes() == b"1\n2\n3\n"
    polls = [one["variables"] for one in script.asked if "PollBulk" in one.get("query", "")]
    assert polls == [{"id": ID}] * 3
    assert script.asked[0]["query"].count("groupObjects: false") == 1


def test_a_run_without_rows_has_no_file_and_gives_none(tmp_path: Path) -> None:
    nothing = state("COMPLETED", objectCount="0", rootObjectCount="0")
    file, _ = export(tmp_path / "x.jsonl", started(), nothing)
    assert (file.objects, file.roots, file.path.read_bytes()) == (0, 0, b"")


def test_objects_counted_but_no_file_given_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BulkIncomplete, match="counted 3 objects"):
        export(tmp_path / "x.jsonl", started(), state("COMPLETED"))


@pytest.mark.parametrize("status", ["CANCELED", "EXPIRED"])
def test_a_run_that_shopify_gave_up_is_submitted_again(tmp_path: Path, status: str) -> None:
    nothing = state("COMPLETED", objectCount="0", rootObjectCount="0")
    file, script = export(tmp_path / "x.jsonl", started(1), state(status), started(2), nothing)
    assert file.objects == 0
    assert sum("RunBulk" in one["query"] for one in script.asked) == 2


def test_a_run_that_is_cancelled_again_and_again_is_an_error(tmp_path: Path) -> None:
    answers = [answer for _ in range(3) for answer in (started(), state("CANCELED"))]
    with pytest.raises(BulkFailed, match="cancelled the export 3 times"):
        export(tmp_path / "x.jsonl", *answers)


@pytest.mark.parametrize(
    ("ended", "kind", "words"),
    [
        (state("FAILED", errorCode="TIMEOUT"), BulkFailed, "FAILED after 3 objects: TIMEOUT"),
        (
            state("FAILED", errorCode="INTERNAL_SERVER_ERROR", partialDataUrl="http://x"),
            BulkFailed,
            "partial result",
        ),
        (state("COMPLETED", url="http://x", partialDataUrl="http://y"), BulkFailed, "partial"),
        (state("FAILED", errorCode="ACCESS_DENIED"), AccessDenied, "ACCESS_DENIED"),
        (data({"bulkOperation": None}), BulkFailed, "no longer knows"),
    ],
)
def test_a_failed_or_partial_run_is_an_error(
    tmp_path: Path, ended: Answer, kind: type[BulkFailed], words: str
) -> None:
    with pytest.raises(kind, match=words):
        export(tmp_path / "x.jsonl", started(), ended)


def test_a_sixth_run_waits_its_turn(tmp_path: Path) -> None:
    busy = refused("OPERATION_IN_PROGRESS", "Five bulk operations are running.")
    nothing = state("COMPLETED", objectCount="0", rootObjectCount="0")
    _, script = export(tmp_path / "x.jsonl", busy, busy, started(), nothing)
    assert len([slept for slept in script.slept if slept > 0]) == 2


def test_a_query_that_shopify_refuses_is_told_in_its_words(tmp_path: Path) -> None:
    with pytest.raises(QueryRefused, match="more than 5 connections"):
        export(
            tmp_path / "x.jsonl",
            refused("INVALID", "Bulk queries cannot contain more than 5 connections."),
        )


def test_a_download_that_breaks_off_is_begun_again(tmp_path: Path) -> None:
    answers = (started(), state("COMPLETED", url="FILE"))
    broken = Answer(body=b"1\n2", cut=True)
    file, _ = export(
        tmp_path / "x.jsonl",
        *answers,
        broken,
        Answer(status=503),
        Answer(body=b"1\n2\n3\n"),
        url="result.jsonl",
    )
    assert file.path.read_bytes() == b"1\n2\n3\n"


def test_a_download_that_never_succeeds_is_an_error(tmp_path: Path) -> None:
    answers = (started(), state("COMPLETED", url="FILE"), Answer(body=b"1\n", cut=True))
    with pytest.raises(BulkIncomplete, match="broke off"):
        export(tmp_path / "x.jsonl", *answers, url="result.jsonl")

"""Bulk runs: waited for, submitted again when cancelled, never trusted when partial."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import AccessDenied, BulkFailed, BulkIncomplete, BulkTooLarge, QueryRefused
from pipelines.shopify.bulk import BulkFile, BulkRunner
from pipelines.shopify.operations import NothingRemembered, Operation
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


class Begun(NothingRemembered):
    """Remembers one operation that an earlier process began so long ago."""

    def __init__(self, ago: timedelta, *, ended: bool = False) -> None:
        self.operation: Operation | None = Operation(ID, datetime.now(UTC) - ago)
        self.ended = ended
        self.found_at: datetime | None = None

    def begun(self, query: str) -> Operation | None:
        return self.operation

    def begin(self, operation: Operation, query: str) -> None:
        self.operation = operation

    def note_too_large(self, query: str, found_at: datetime) -> None:
        self.found_at = found_at

    def too_large(self, query: str) -> datetime | None:
        return self.found_at

    def has_ended(self, operation_id: str) -> bool:
        return self.ended


def adopted(path: Path, known: Begun, *answers: Answer) -> tuple[datetime, Script]:
    """Export with an operation begun before; when the reading of the result began."""
    with scripted(*answers) as (client, script, _):
        sleep = script.slept.append
        runner = BulkRunner(client, sleep=sleep, poll_seconds=1.0, operations=known)
        _, began = runner.export("{ orders { edges { node { id } } } }", path)
        return began, script


def submissions(script: Script) -> int:
    return sum("RunBulk" in one["query"] for one in script.asked)


def export(path: Path, *answers: Answer, url: str | None = None) -> tuple[BulkFile, Script]:
    with scripted(*answers) as (client, script, address):
        if url:
            script.answers = [
                replace(one, body=one.body.replace(b"FILE", f"{address}/{url}".encode()))
                for one in script.answers
            ]
        runner = BulkRunner(client, sleep=script.slept.append, poll_seconds=0.01)
        file, _ = runner.export("{ orders { edges { node { id } } } }", path)
        return file, script


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
    with pytest.raises(BulkFailed, match="ended the export as CANCELED 3 times"):
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


NOTHING = state("COMPLETED", objectCount="0", rootObjectCount="0")


@pytest.mark.parametrize("found", [state("CREATED"), state("RUNNING"), NOTHING])
def test_a_run_that_an_earlier_process_began_is_waited_for_and_dated_by_its_beginning(
    tmp_path: Path, found: Answer
) -> None:
    known = Begun(timedelta(hours=3))
    began, script = adopted(tmp_path / "x.jsonl", known, found, NOTHING)
    assert known.operation is not None
    assert began == known.operation.read_began
    assert submissions(script) == 0


@pytest.mark.parametrize(
    "found", [data({"bulkOperation": None}), state("FAILED"), state("CANCELED"), state("EXPIRED")]
)
def test_a_run_of_an_earlier_process_that_came_to_nothing_is_begun_anew(
    tmp_path: Path, found: Answer
) -> None:
    before = datetime.now(UTC)
    known = Begun(timedelta(hours=3))
    began, script = adopted(tmp_path / "x.jsonl", known, found, started(2), NOTHING)
    assert began >= before
    assert submissions(script) == 1


def test_a_result_from_the_day_before_yesterday_is_read_anew(tmp_path: Path) -> None:
    _, script = adopted(
        tmp_path / "x.jsonl", Begun(timedelta(days=2)), NOTHING, started(2), NOTHING
    )
    assert submissions(script) == 1


def test_a_result_that_cannot_be_used_is_exported_anew(tmp_path: Path) -> None:
    known = Begun(timedelta(hours=3))
    lost = state("COMPLETED", objectCount="3")
    _, script = adopted(tmp_path / "x.jsonl", known, lost, lost, started(2), NOTHING)
    assert known.operation is not None
    assert (known.operation.id, submissions(script)) == ("gid://shopify/BulkOperation/2", 1)


@pytest.mark.parametrize("found", [state("RUNNING"), state("FAILED", errorCode="TIMEOUT")])
def test_a_run_that_was_too_large_is_asked_for_neither_now_nor_later(
    tmp_path: Path, found: Answer
) -> None:
    known = Begun(timedelta(hours=3))
    too_large = state("FAILED", errorCode="TIMEOUT")
    with pytest.raises(BulkTooLarge) as first:
        adopted(tmp_path / "x.jsonl", known, found, too_large)
    with pytest.raises(BulkTooLarge) as second:
        adopted(tmp_path / "x.jsonl", known)
    assert first.value.found_at == second.value.found_at == known.found_at


@pytest.mark.parametrize("ended", [False, True])
def test_shopifys_word_of_the_end_cuts_a_long_pause_short(tmp_path: Path, ended: bool) -> None:
    running = [state("RUNNING") for _ in range(40)]
    known = Begun(timedelta(hours=3), ended=ended)
    _, script = adopted(tmp_path / "x.jsonl", known, *running, NOTHING)
    pauses = [slept for slept in script.slept if slept > 0]
    assert max(pauses) <= 1.0
    # Told of the end, it looks at Shopify after the first step of each pause.
    assert (len(pauses) < len(running)) is ended

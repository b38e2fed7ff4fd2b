"""Kept answers: bounded, computed once, never from a failure."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from api.answers import Answers, Computed


def computing(
    answer: bytes, calls: list[bytes], *, seconds: float | None = None
) -> Callable[[], Coroutine[Any, Any, Computed]]:
    async def compute() -> Computed:
        calls.append(answer)
        await asyncio.sleep(0)
        return Computed(answer, seconds)

    return compute


def test_an_answer_is_computed_once_for_all_who_ask_at_the_same_time() -> None:
    async def scenario() -> None:
        answers, calls = Answers(), []
        together = [answers.get("key", computing(b"figure", calls)) for _ in range(50)]
        assert await asyncio.gather(*together) == [(b"figure", False)] * 50
        assert calls == [b"figure"]
        assert await answers.get("key", computing(b"another", calls)) == (b"figure", True)

    asyncio.run(scenario())


def test_who_leaves_does_not_take_the_answer_from_the_others() -> None:
    async def scenario() -> None:
        answers, calls = Answers(), []
        leaving = asyncio.create_task(answers.get("key", computing(b"figure", calls)))
        staying = asyncio.create_task(answers.get("key", computing(b"figure", calls)))
        await asyncio.sleep(0)
        leaving.cancel()
        assert await staying == (b"figure", False)

    asyncio.run(scenario())


def test_a_failure_is_told_to_all_and_kept_for_nobody() -> None:
    async def failing() -> Computed:
        raise LookupError

    async def scenario() -> None:
        answers = Answers()
        told = await asyncio.gather(
            *(answers.get("key", failing) for _ in range(3)), return_exceptions=True
        )
        assert [type(one) for one in told] == [LookupError] * 3
        assert await answers.get("key", computing(b"figure", [])) == (b"figure", False)

    asyncio.run(scenario())


def test_the_least_recently_used_answers_make_room() -> None:
    async def scenario() -> None:
        answers, calls = Answers(largest_bytes=30), []
        for key in ("a", "b", "c", "a", "d"):
            await answers.get(key, computing(b"0123456789", calls))
        assert (await answers.get("a", computing(b"-", calls)))[1]
        assert not (await answers.get("b", computing(b"0123456789", calls)))[1]

    asyncio.run(scenario())


@pytest.mark.parametrize("size", [31, 1000])
def test_an_answer_above_the_whole_store_is_given_and_not_kept(size: int) -> None:
    async def scenario() -> None:
        answers = Answers(largest_bytes=30)
        for _ in range(2):
            assert await answers.get("key", computing(b"x" * size, [])) == (b"x" * size, False)

    asyncio.run(scenario())


def test_an_answer_that_holds_briefly_is_computed_again_after_that() -> None:
    async def scenario() -> None:
        answers, calls = Answers(), []
        for _ in range(2):
            await answers.get("key", computing(b"pending", calls, seconds=0.05))
        await asyncio.sleep(0.06)
        assert await answers.get("key", computing(b"abandoned", calls)) == (b"abandoned", False)
        assert calls == [b"pending", b"abandoned"]

    asyncio.run(scenario())

"""Broken lines of the models turn the suite red; `python -m tests.proofs.mutations` tries all."""

from pathlib import Path

import pytest

from tests.proofs.mutations import (
    MUTATIONS,
    PROJECT,
    Mutation,
    MutationError,
    break_line,
    is_noticed,
    main,
)

# One run of the tests each: the command tries the others.
TRIED_HERE = ("figures-of-another-tenant",)


def test_every_line_to_be_broken_stands_once_in_its_file() -> None:
    standing = {one.name: (PROJECT / one.file).read_text().count(one.line) for one in MUTATIONS}
    assert standing == {one.name: 1 for one in MUTATIONS}
    assert len({one.name for one in MUTATIONS}) == len(MUTATIONS) >= 10
    assert all(one.line != one.broken for one in MUTATIONS)


def test_a_line_that_is_gone_is_told_with_its_file(tmp_path: Path) -> None:
    gone = Mutation("gone", "models/orders.sql", "select 1", "select 2")
    with pytest.raises(MutationError, match=r"gone: models/orders.sql holds the line 0 times"):
        break_line(tmp_path, gone)


def test_an_unknown_name_is_told_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nonsense"]) == 2
    assert "No mutation 'nonsense'; the mutations are a-refund-adds," in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "mutation", [m for m in MUTATIONS if m.name in TRIED_HERE], ids=lambda one: one.name
)
def test_a_broken_line_turns_the_suite_red(mutation: Mutation) -> None:
    assert is_noticed(mutation)

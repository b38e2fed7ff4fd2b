"""Tokens live as long as Shopify's, rotate as Shopify's, and die together."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.platform.tokens import TokenBook


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: int) -> None:
        self.at += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def book(clock: Clock) -> TokenBook:
    return TokenBook("seed", "shpat_legacy", clock)


def test_the_legacy_token_never_ends(book: TokenBook, clock: Clock) -> None:
    clock.move(days=4000)
    assert book.is_valid("shpat_legacy")


@pytest.mark.parametrize("token", [None, "", "shpat_other"])
def test_no_other_token_is_let_in(book: TokenBook, token: str | None) -> None:
    assert not book.is_valid(token)


def test_a_token_by_client_credentials_lives_a_day(book: TokenBook, clock: Clock) -> None:
    token, life = book.by_client_credentials()
    assert life.total_seconds() == 86399
    clock.move(seconds=86398)
    assert book.is_valid(token)
    clock.move(seconds=1)
    assert not book.is_valid(token)


def test_client_credentials_can_be_asked_for_again_and_again(book: TokenBook) -> None:
    tokens = [book.by_client_credentials()[0] for _ in range(3)]
    assert len(set(tokens)) == 3
    assert all(book.is_valid(token) for token in tokens)


def test_an_access_token_of_a_pair_lives_an_hour(book: TokenBook, clock: Clock) -> None:
    pair = book.by_refresh(book.refresh_token)
    assert pair is not None
    clock.move(minutes=59)
    assert book.is_valid(pair.access)
    clock.move(minutes=1)
    assert not book.is_valid(pair.access)


def test_a_refresh_token_rotates_when_its_successor_is_used(book: TokenBook) -> None:
    first = book.refresh_token
    pair = book.by_refresh(first)
    assert pair is not None and pair.refresh not in (first, pair.access)
    assert book.is_valid(pair.access)
    assert book.by_refresh(first) is None
    assert book.by_refresh(pair.refresh) is not None


def test_an_answer_that_was_lost_can_be_asked_for_again(book: TokenBook) -> None:
    first = book.refresh_token
    lost, again = book.by_refresh(first), book.by_refresh(first)
    assert lost is not None and again is not None
    assert book.is_valid(again.access)
    assert not book.is_valid(lost.access)
    assert book.by_refresh(lost.refresh) is None


def test_the_old_access_token_goes_on_until_the_next_is_used(book: TokenBook) -> None:
    one = book.by_refresh(book.refresh_token)
    assert one is not None and book.is_valid(one.access)
    two = book.by_refresh(one.refresh)
    assert two is not None
    assert book.is_valid(one.access)
    assert book.is_valid(two.access)
    assert not book.is_valid(one.access)


def test_a_pair_that_was_never_used_takes_its_predecessors_along(book: TokenBook) -> None:
    first = book.refresh_token
    one = book.by_refresh(first)
    assert one is not None
    two = book.by_refresh(one.refresh)
    assert two is not None and book.is_valid(two.access)
    assert book.by_refresh(one.refresh) is None
    assert book.by_refresh(first) is None


def test_a_refresh_token_ends_after_ninety_days(book: TokenBook, clock: Clock) -> None:
    clock.move(days=90)
    assert book.by_refresh(book.refresh_token) is None


def test_expiring_spares_the_legacy_and_the_refresh_token(book: TokenBook) -> None:
    pair = book.by_refresh(book.refresh_token)
    credential, _ = book.by_client_credentials()
    assert pair is not None
    book.expire()
    assert not book.is_valid(pair.access) and not book.is_valid(credential)
    assert book.is_valid("shpat_legacy")
    assert book.by_refresh(pair.refresh) is not None


def test_revoking_kills_all_and_renewing_gives_new_ones(book: TokenBook) -> None:
    old = (book.legacy, book.refresh_token)
    book.revoke()
    assert not book.is_valid(old[0])
    assert book.by_refresh(old[1]) is None
    book.revoke(renewed=True)
    assert book.is_valid(book.legacy) and book.legacy != old[0]
    assert book.by_refresh(book.refresh_token) is not None
    assert not book.is_valid(old[0])


def test_a_shorter_life_can_be_ordered(book: TokenBook, clock: Clock) -> None:
    book.lifetime = timedelta(seconds=5)
    token, life = book.by_client_credentials()
    assert life.total_seconds() == 5
    clock.move(seconds=5)
    assert not book.is_valid(token)

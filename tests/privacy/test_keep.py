"""What is kept of an erased document is what every mart is made of, and nothing that tells who."""

import orjson
import pytest

from pipelines.privacy.keep import names_one, without_person, without_texts
from tests.privacy import planted
from tests.privacy.conftest import House

# Whole builds of dbt, on a machine that may be busy.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

DOCUMENTS = [
    (topic, body) for topic, body in planted.landed() if isinstance(body, dict)
] + planted.admin_documents()


@pytest.mark.parametrize(("kind", "body"), DOCUMENTS)
def test_nothing_that_was_planted_is_kept(kind: str, body: dict[str, object]) -> None:
    if body.get("email") == planted.NEIGHBOUR:
        return
    kept = orjson.dumps(without_person(body)).decode().lower()
    assert [needle for needle in planted.NEEDLES if needle in kept] == []


@pytest.mark.parametrize(("kind", "body"), DOCUMENTS)
def test_to_erase_twice_changes_nothing(kind: str, body: dict[str, object]) -> None:
    once = without_person(body)
    assert without_person(once) == once


def test_a_field_that_nobody_knows_is_erased() -> None:
    assert without_person({"id": 1, "sixth_sense": "Zaphod"}) == {"id": 1}


def test_of_another_person_only_the_text_is_taken() -> None:
    body = {"id": 1, "note": "for Jo@Example.com", "lines": [{"to": "jo@example.com"}, "Jo"]}
    left = {"id": 1, "note": None, "lines": [{"to": None}, "Jo"]}
    assert without_texts(body, frozenset(["jo@example.com"])) == left


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("jo@x.example", True),
        ("To <JO@x.example>, please.", True),
        ("see...jo@x.example.", True),
        ("- jo@x.example-", True),
        ("call +1 555 0107, twice", True),
        ("mary.jo@x.example", False),
        ("bojo@x.example", False),
        ("jo@x.example.com", False),
        ("jo@x.examples", False),
        ("+1 555 01077", False),
    ],
)
def test_an_email_or_a_phone_number_is_named_whole(text: str, is_named: bool) -> None:
    assert names_one(text, frozenset(["jo@x.example", "+1 555 0107"])) is is_named


def test_every_mart_is_the_same_when_everybody_is_erased(house: House) -> None:
    before = house.marts(house.first)
    every = {"customer": {"id": 6, "email": planted.NEIGHBOUR}, "orders_to_redact": [4]}
    house.ask(house.first, "customers/redact", planted.redact(1, 2))
    house.ask(house.first, "customers/redact", every, webhook_id="the other")
    house.build(full_refresh=True)
    assert house.marts(house.first) == before
    assert house.found(house.first, [*planted.NEEDLES, "arthur", '"dent"']) == []

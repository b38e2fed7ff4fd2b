"""A landed event to its documents: the original text is kept, the parsed body only looked at."""

from dataclasses import dataclass

from pipelines.documents import Document
from pipelines.landed.bodies import Body, read_body
from pipelines.landed.forms import form_of
from pipelines.resources import BY_TOPIC
from warehouse.landing import LandedEvent

DELETION = "orders/delete"


@dataclass(frozen=True, slots=True)
class Parsed:
    """An event with one of the documents that it becomes, its raw table, and its parsed body."""

    event: LandedEvent
    table: str
    document: Document
    body: Body


def is_loaded(topic: str) -> bool:
    """Whether a topic becomes documents; every other one is kept where it landed."""
    return topic in BY_TOPIC


def parse(event: LandedEvent) -> list[Parsed]:
    """The documents of an event, its own first; raises BadDocument with the reason to put it aside.

    None at all means that the event tells nothing, such as a merge that failed.
    """
    body, payload = read_body(event)
    form = form_of(event.topic)
    form.check(body, "")
    return [Parsed(event, table, one, body) for table, one in form.make(event, body, payload)]

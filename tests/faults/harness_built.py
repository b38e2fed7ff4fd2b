"""Cases that begin in the middle of the story, in a database that was put aside there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import DATABASE, recreate
from tests.faults.harness import Case, Story, settings_of
from tests.pipelines.conftest import LocalShopify
from warehouse.settings import Settings

NO_SHOPIFY = "http://127.0.0.1:9"


@contextmanager
def case_from(story: Story, template: str, folder: Path, *, landed: bool = True) -> Iterator[Case]:
    """A warehouse as it stood when its database was put aside; no shop answers."""
    recreate(story.cluster_url, DATABASE, template=template)
    case = Case(story, settings_for_case(story, folder), LocalShopify(NO_SHOPIFY, []), folder)
    case.acknowledged = {one.webhook_id for one in story.deliveries} if landed else set()
    yield case


def settings_for_case(story: Story, folder: Path) -> Settings:
    """Settings of a home of its own, for a Shopify that is nowhere."""
    return settings_of(story.cluster_url, folder, story.home, NO_SHOPIFY)

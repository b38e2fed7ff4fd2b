"""The story once for each worker, a case for each test, and the marker that keeps them apart."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.harness import Case, Story, tell

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def story(cluster_url: str, home: Path, template: str) -> Story:
    """Shops, their first sync, what happened since, and the undisturbed marts."""
    return tell(cluster_url, home, template)


@pytest.fixture
def case(story: Story, tmp_path: Path) -> Iterator[Case]:
    """A warehouse to disturb."""
    with story.case(tmp_path / "home") as one:
        yield one


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder is one of faults."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.faults)
            # The first case waits for the story, too, however busy the machine.
            item.add_marker(pytest.mark.timeout(900))

"""The statements of prepare and mark: one `.sql` file each, one statement in each file."""

from functools import cache
from importlib import resources


@cache
def statement(name: str) -> str:
    """The text of one statement."""
    return resources.files(__name__).joinpath(f"{name}.sql").read_text(encoding="utf-8")

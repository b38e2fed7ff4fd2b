"""The GraphQL documents, read from the ``.graphql`` files beside this module.

Named fragments are written out in place, so that a bulk run and a plain query select the same
fields and a bulk query holds no construct but fields.
"""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "queries"
SEARCH = "__SEARCH__"

_FRAGMENT = re.compile(r"^fragment (\w+) on \w+ \{\n(.*?)^\}", re.DOTALL | re.MULTILINE)
_SPREAD = re.compile(r"\.\.\.(\w+)")
_COMMENT = re.compile(r"^#.*\n", re.MULTILINE)


@cache
def document(name: str) -> str:
    """The text of one document with its fragments written out."""
    text = _COMMENT.sub("", (FOLDER / f"{name}.graphql").read_text(encoding="utf-8"))
    while _SPREAD.search(text):
        text = _SPREAD.sub(lambda spread: _fragments()[spread[1]].strip(), text)
    return text


def bulk_document(name: str, *, search: str) -> str:
    """The text of a bulk query for the objects that a search finds."""
    return document(name).replace(SEARCH, search)


@cache
def _fragments() -> dict[str, str]:
    text = (FOLDER / "fragments.graphql").read_text(encoding="utf-8")
    return dict(_FRAGMENT.findall(text))

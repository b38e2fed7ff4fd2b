"""The GraphQL documents, read from the ``.graphql`` files beside this module.

Named fragments are written out in place, so that a bulk run and a plain query select the same
fields and a bulk query holds no construct but fields. A field marked ``@needs(any: "…")`` is
selected only where one of those scopes is granted: one denied field fails a whole bulk run.
"""

import hashlib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "queries"
SEARCH = "__SEARCH__"
# None: nobody has asked yet, so nothing is left out.
Granted = frozenset[str] | None

_FRAGMENT = re.compile(r"^fragment (\w+) on \w+ \{\n(.*?)^\}", re.DOTALL | re.MULTILINE)
_SPREAD = re.compile(r"\.\.\.(\w+)")
_COMMENT = re.compile(r"^#.*\n", re.MULTILINE)
_NEEDING = re.compile(r'((?:\.\.\. on )?\w+) @needs\(any: "([^"]*)"\)( \{(?:[^{}]|\{[^{}]*\})*\})?')


@cache
def document(name: str, granted: Granted = None) -> str:
    """The text of one document with its fragments written out, for these granted scopes."""
    text = _COMMENT.sub("", (FOLDER / f"{name}.graphql").read_text(encoding="utf-8"))
    while _SPREAD.search(text):
        text = _SPREAD.sub(lambda spread: _fragments()[spread[1]].strip(), text)
    return _NEEDING.sub(lambda needing: _selected(needing, granted), text)


def bulk_document(name: str, *, search: str, granted: Granted = None) -> str:
    """The text of a bulk query for the objects that a search finds."""
    return document(name, granted).replace(SEARCH, search)


def fields_sha256(name: str, granted: Granted) -> str:
    """A fingerprint of what a document selects for these granted scopes, whatever its search."""
    return hashlib.sha256(document(name, granted).encode()).hexdigest()


def grants(granted: Granted, any_of: Iterable[str]) -> bool:
    """Whether one of these scopes is granted; the right to write includes the right to read."""
    if granted is None:
        return True
    return any(
        scope in granted or scope.replace("read_", "write_", 1) in granted for scope in any_of
    )


def _selected(needing: re.Match[str], granted: Granted) -> str:
    field, scopes, selection = needing.groups()
    return f"{field}{selection or ''}" if grants(granted, scopes.split()) else ""


@cache
def _fragments() -> dict[str, str]:
    text = (FOLDER / "fragments.graphql").read_text(encoding="utf-8")
    return dict(_FRAGMENT.findall(text))

"""The one repair that documents need before Postgres takes them as jsonb: no NUL character."""

import re

# An escaped backslash is consumed as a pair, so that the text \\\\u0000 (no NUL at all) stays.
_NUL = re.compile(r"(\\\\)|\\u0000")


def without_nul(document: str) -> str:
    """JSON text without the escape of NUL, which jsonb cannot hold; nothing else changes."""
    return _NUL.sub(r"\1", document) if "\\u0000" in document else document

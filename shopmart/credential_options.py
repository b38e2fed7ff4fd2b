"""The options by which a person hands a shop's credentials over, without leaving them in a history.

Each secret may come from an environment variable, or be asked for: ``-`` stands for "ask me", in a
terminal by a hidden prompt, else by one line of standard input for each.
"""

import sys
from typing import Annotated

import typer

from shopmart.errors import CommandError

AccessToken = Annotated[
    str | None,
    typer.Option(
        envvar="SHOPMART_NEW_ACCESS_TOKEN",
        help="A lasting Admin API token (shpat_…) of an older custom app; - asks for it.",
    ),
]
ClientId = Annotated[
    str | None,
    typer.Option(
        envvar="SHOPMART_NEW_CLIENT_ID",
        help="The app's client id: with the client secret alone, tokens are asked for by client"
        " credentials (shops of your own organisation).",
    ),
]
RefreshToken = Annotated[
    str | None,
    typer.Option(
        envvar="SHOPMART_NEW_REFRESH_TOKEN",
        help="The refresh token of an expiring offline token (needs --client-id); - asks for it.",
    ),
]
ASK = "-"


def opened(value: str | None, option: str, asked_for: str) -> str | None:
    """The value of a secret option, asked for where it is ``-``; raises CommandError."""
    if value != ASK:
        return value
    if sys.stdin.isatty():
        return str(typer.prompt(asked_for, hide_input=True))
    line = sys.stdin.readline().strip()
    if not line:
        raise CommandError(f"{option} -: standard input holds no line for it; pipe it in")
    return line

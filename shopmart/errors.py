"""The errors of the front door, each with an exit code.

CommandError            the command cannot do what was asked; its text names cause and cure (exit 1)
├── DagsterError        Dagster cannot be reached or refused (shopmart.dagster_client)
├── ProcessError        a process does not start or ended by itself
├── AlreadyRunning      another command of the same kind uses the same home
└── FiguresDiffer       a figure of the warehouse is not what the shop knows to be true
"""


class CommandError(Exception):
    """The command cannot do what was asked."""

    exit_code = 1


class ProcessError(CommandError):
    """A process does not start or ended by itself."""


class AlreadyRunning(CommandError):
    """Another command of the same kind uses the same home."""


class FiguresDiffer(CommandError):
    """A figure of the warehouse is not what the shop knows to be true."""

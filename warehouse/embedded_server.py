"""What the embedded server itself says: whether it runs on a data folder, and on which port.

The server's own ``postmaster.pid`` is the truth; what we noted about the port can be stale.
"""

from pathlib import Path

import psutil

# Above the largest process id that Linux can give, so it is nobody's.
NOBODYS_PID = 4_194_305
PID_LINE, PORT_LINE = 0, 3


def running_port(data: Path) -> int | None:
    """The port of the server that runs on this data folder; None when none runs."""
    lines = _pid_lines(data)
    if len(lines) <= PORT_LINE or not lines[PORT_LINE].isdigit():
        return None
    return int(lines[PORT_LINE]) if _is_server_of(data, int(lines[PID_LINE])) else None


def give_up_reused_pid(data: Path) -> None:
    """Let the server start although the killed one's process id now belongs to another program.

    The file stays: by its other lines Postgres sees whether old backends still hold its memory.
    """
    lines = _pid_lines(data)
    if not lines or not lines[PID_LINE].isdigit():
        return
    pid = int(lines[PID_LINE])
    if psutil.pid_exists(pid) and not _is_server_of(data, pid):
        lines[PID_LINE] = str(NOBODYS_PID)
        (data / "postmaster.pid").write_text("\n".join(lines) + "\n")


def _pid_lines(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _is_server_of(data: Path, pid: int) -> bool:
    try:
        command = psutil.Process(pid).cmdline()
    except psutil.Error:
        return False
    return bool(command) and Path(command[0]).name == "postgres" and str(data) in command

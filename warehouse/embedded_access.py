"""How to reach the embedded server of a home folder: port, password and where its data is.

Kept in ``postgres.json``, readable by its owner only. Without it the data cannot be opened, so
nothing here ever starts afresh beside data that exists.
"""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from secrets import token_urlsafe

from warehouse.errors import DatabaseUnavailable

USER = "shopmart"
DATABASE = "shopmart"


@dataclass(frozen=True)
class Access:
    """Port, password and data folder of one embedded server."""

    port: int
    password: str
    data: str

    def __repr__(self) -> str:
        return f"Access(port={self.port}, data={self.data!r})"

    def url(self, database: str = DATABASE) -> str:
        """The owner's database URL."""
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"


def access_to(home: Path, data: Path, *, port: int) -> Access:
    """What is kept for this data, or a new password and the given port for data yet to be made.

    Raises DatabaseUnavailable when data exists that this home can no longer open.
    """
    known = _read(home)
    if (data / "PG_VERSION").exists():
        if known is None:
            raise DatabaseUnavailable(
                f"{_file(home)} is lost, and with it the password of the data in {data}; "
                "put it back, or remove that folder to begin with an empty database"
            )
        return replace(known, data=str(data))
    if known and known.data != str(data) and (Path(known.data) / "PG_VERSION").exists():
        raise DatabaseUnavailable(
            f"the data of {home} is in {known.data}, but this folder was moved or closed to the "
            f"server's user since; undo that, or remove {_file(home)} to begin with an empty "
            "database"
        )
    access = Access(port=port, password=token_urlsafe(24), data=str(data))
    keep(home, access)
    return access


def keep(home: Path, access: Access) -> None:
    """Write the access down, whole or not at all."""
    partial = _file(home).with_suffix(".partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    partial.write_text(json.dumps(asdict(access)))
    partial.replace(_file(home))


def _file(home: Path) -> Path:
    return home / "postgres.json"


def _read(home: Path) -> Access | None:
    try:
        known = json.loads(_file(home).read_text())
        return Access(int(known["port"]), str(known["password"]), str(known.get("data", "")))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        raise DatabaseUnavailable(
            f"{_file(home)} is damaged; restore it, or remove it and the data beside it"
        ) from None

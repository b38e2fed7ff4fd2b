"""HTTP load by wrk, which costs the machine a tenth of what a client in Python would."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ABSENT = "wrk is not on the PATH; install it (Debian: apt-get install wrk), or leave this part out"
UNITS = {"us": 0.001, "ms": 1.0, "s": 1_000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Load:
    """What came of a load: requests, seconds, latency in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        """Requests in a second."""
        return self.requests / self.seconds


def is_present() -> bool:
    """Whether wrk can be called."""
    return shutil.which("wrk") is not None


def load(
    url: str,
    *,
    connections: int,
    seconds: float,
    script: Path | None = None,
    headers: Mapping[str, str] | None = None,
) -> Load:
    """Ask as fast as answers come; raises SystemExit when an answer is an error."""
    if not is_present():
        raise SystemExit(ABSENT)
    argv = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--latency"]
    for name, value in (headers or {}).items():
        argv += ["-H", f"{name}: {value}"]
    argv += ["-s", str(script)] if script else []
    said = subprocess.run([*argv, url], capture_output=True, text=True, check=True).stdout
    if wrong := re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: .*", said):
        raise SystemExit(f"{url}: {wrong[0]}")
    done = re.search(r"(\d+) requests in ([\d.]+)(\w+)", said)
    if done is None:
        raise SystemExit(f"wrk said what cannot be read: {said}")
    taken = float(done[2]) * UNITS[done[3]] / 1_000
    return Load(int(done[1]), taken, _latency(said, "50%"), _latency(said, "99%"))


def _latency(said: str, share: str) -> float:
    found = re.search(rf"{share}\s+([\d.]+)(us|ms|s|m)\b", said)
    return float(found[1]) * UNITS[found[2]] if found else float("nan")

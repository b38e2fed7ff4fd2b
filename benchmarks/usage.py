"""CPU seconds and memory of a process and all that it started."""

from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Tree:
    """A process and its children; those that have ended are counted by who waited for them."""

    pid: int

    @property
    def cpu(self) -> float:
        """Seconds of CPU, user and system, since they started."""
        root = psutil.Process(self.pid)
        spent = sum(root.cpu_times()[:4])
        for child in root.children(recursive=True):
            try:
                spent += sum(child.cpu_times()[:4])
            except psutil.NoSuchProcess:
                continue
        return spent

    @property
    def memory(self) -> float:
        """Megabytes of resident memory at this moment."""
        root = psutil.Process(self.pid)
        found = 0
        for process in [root, *root.children(recursive=True)]:
            try:
                found += process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        return found / 1e6

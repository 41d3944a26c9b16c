"""Where the tests' temporary files lie: in memory, on a machine that has the room.

Test databases are made and thrown away by the thousand. On a disk each of PostgreSQL's waits half a second for files
that nobody needs again: 21 tests took 31 s there and 12 s in memory, with the same work for the processor.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - asked for its room; the folder in it is made under a name of chance
# This much, and as much again beside it for the tests themselves.
ROOM = 4 * 2**30
# How much a container may take and has taken: today's control groups, and the older ones.
GROUPS = Path("/sys/fs/cgroup")
GROUP_FILES = (
    (GROUPS / "memory.max", GROUPS / "memory.current"),
    (GROUPS / "memory" / "memory.limit_in_bytes", GROUPS / "memory" / "memory.usage_in_bytes"),
)


@contextmanager
def in_memory() -> Iterator[None]:
    """The temporary files in memory, if there is room and nobody has named another place; else where they always were.

    All that is started inside inherits ``TMPDIR``. The folder goes at the end."""
    if os.environ.get("TMPDIR") or not has_room(SHARED_MEMORY):
        yield
        return
    # A short name: the path of a Unix socket has a hundred characters.
    with tempfile.TemporaryDirectory(prefix="b", dir=SHARED_MEMORY, ignore_cleanup_errors=True) as folder:
        # PostgreSQL's server runs as another user when the tests run as root, and passes through.
        Path(folder).chmod(0o711)
        os.environ["TMPDIR"] = folder
        try:
            yield
        finally:
            del os.environ["TMPDIR"]


def has_room(folder: Path) -> bool:
    """Whether the machine has the memory (the folder's own bound says little), and programs may run from there."""
    try:
        # A container's is often 64 MB, and runs no programs; a test starts one it has written.
        if not os.access(folder, os.W_OK) or os.statvfs(folder).f_flag & os.ST_NOEXEC:
            return False
        return shutil.disk_usage(folder).free >= ROOM and free_memory() >= 2 * ROOM
    except (OSError, AttributeError):
        # No such folder, or a system without these flags.
        return False


def free_memory() -> int:
    """Bytes that may still be taken, by the machine and by the group this process is bound to; 0 where nobody says."""
    available = re.search(r"MemAvailable: +(\d+) kB", Path("/proc/meminfo").read_text())
    bounds = [int(available[1]) * 1024 if available is not None else 0]
    for most, used in GROUP_FILES:
        if most.exists() and (bound := most.read_text().strip()).isdigit():
            bounds.append(int(bound) - int(used.read_text()))
    return min(bounds)

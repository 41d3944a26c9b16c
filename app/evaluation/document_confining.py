"""What the sandbox takes from itself before it looks at a stranger's file: time, memory, files, network, programs.

Everything the machine has is used: resource limits everywhere, on Linux a seccomp filter as well, and Python's own
audit hook under both. What a machine has not is left out; `confine` says what holds.
"""

import contextlib
import ctypes
import platform
import resource
import struct
import sys
from collections.abc import Sequence
from typing import Any, Final

# Numbers of system calls by machine: files, sockets, programs, processes, other processes' memory.
_FORBIDDEN: Final = {
    "x86_64": (
        0xC000003E,
        (2, 41, 42, 49, 53, 56, 57, 58, 59, 62, 82, 83, 84, 85, 86, 87, 88, 90, 92, 101, 200, 234, 257, 259, 263, 264,
         265, 266, 272, 308, 310, 311, 317, 321, 322, 424, 425, 434, 435, 437),
    ),
    "aarch64": (
        0xC00000B7,
        (34, 35, 36, 37, 38, 53, 54, 56, 97, 117, 129, 130, 131, 198, 199, 200, 203, 220, 221, 268, 270, 271, 277, 280,
         281, 424, 425, 434, 435, 437),
    ),
}  # fmt: skip
# A second set of numbers hides behind this bit on x86.
_OTHER_NUMBERS: Final = 0x4000_0000
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000
_PR_SET_SECCOMP, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS, _FILTER = 22, 4, 38, 2
# Acts that Python announces and no job needs; `open` comes last, when everything has been imported.
_REFUSED_EVENTS: Final = ("socket.", "subprocess.", "os.", "open", "shutil.", "ctypes.dlopen", "urllib.", "import")


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def limit_resources(*, memory: int, seconds: int) -> None:
    """Bound memory and processor time, and forbid new files, processes and core dumps, as far as the machine can."""
    bounds = (
        ("RLIMIT_AS", memory),
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_NOFILE", 32),
        ("RLIMIT_NPROC", 0),
        ("RLIMIT_CORE", 0),
    )
    for name, most in bounds:
        # Not every machine knows every limit (macOS has no bound of the address space).
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (most, most))


def confine() -> list[str]:
    """Give up files, network and other programs for good; what holds now. Call it when everything is imported."""
    held = ["limits"]
    if _filter_calls():
        held.append("seccomp")
    sys.addaudithook(_refuse)
    return [*held, "audit"]


def _refuse(event: str, _args: tuple[Any, ...]) -> None:
    if event.startswith(_REFUSED_EVENTS) and event != "os.putenv":
        raise PermissionError(event)


def _filter_calls() -> bool:
    """A seccomp filter that answers EPERM to every forbidden call; needs no privilege. False where there is none."""
    known = _FORBIDDEN.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return False
    architecture, numbers = known
    code = b"".join(_program(architecture, numbers))
    held = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.cast(held, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) == 0)


def _program(architecture: int, numbers: Sequence[int]) -> list[bytes]:
    """The filter: another architecture is killed, another set of numbers and the forbidden ones are refused."""

    def step(code: int, yes: int, no: int, value: int) -> bytes:
        return struct.pack("HBBI", code, yes, no, value)

    count = len(numbers)
    checks = [step(_EQUAL, count - at, 0, number) for at, number in enumerate(numbers)]
    return [
        step(_LOAD, 0, 0, 4),
        step(_EQUAL, 1, 0, architecture),
        step(_RETURN, 0, 0, _KILL),
        step(_LOAD, 0, 0, 0),
        step(_AT_LEAST, count + 1, 0, _OTHER_NUMBERS),
        *checks,
        step(_RETURN, 0, 0, _ALLOW),
        step(_RETURN, 0, 0, _REFUSE),
    ]

"""The limits of a process that reads files, and how it puts itself under them."""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import resource
import signal
import sys
from dataclasses import dataclass

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000  # flags of unshare(2)
_NO_NEW_PRIVILEGES, _DEATH_SIGNAL = 38, 1  # options of prctl(2)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take.

    Attributes:
        memory: bytes of address space of the process that reads it.
        seconds: of processor time, and of waiting for the process.
        output: bytes of all frames that it gives.
        open_files: descriptors of the process.
    """

    memory: int = 1 << 30
    seconds: int = 60
    output: int = 2 << 30
    open_files: int = 64

    @property
    def too_slow(self) -> str:
        """What is said of a file that took more time."""
        return f"reading it took more than {self.seconds:,} seconds"

    @property
    def too_large(self) -> str:
        """What is said of a file that took more memory."""
        size = f"{self.memory >> 30} GiB" if self.memory >> 30 else f"{self.memory >> 20} MiB"
        return f"reading it took more than {size} of memory"

    @property
    def too_much(self) -> str:
        """What is said of a file that gave more text than can be taken."""
        return f"it holds more than {self.output / 1e9:.1g} GB of text"


def enter(limits: Limits) -> None:
    """Put this process under limits, for good: it may not write files, nor start processes.

    The network is taken away where the system allows that; where it does not, the readers
    still open no connection of their own.
    """
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (limits.open_files, limits.open_files))
    if sys.platform == "linux":
        _leave_network()
    if hasattr(resource, "RLIMIT_NPROC"):
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def allow_time(seconds: int) -> None:
    """Let this process take so many more seconds of processor time, from now on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = math.ceil(used.ru_utime + used.ru_stime) + seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    with contextlib.suppress(ValueError):  # the user has set a lower one, which then holds
        resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def used_memory() -> int:
    """The most memory that this process has had, in bytes."""
    if sys.platform == "linux":  # whose getrusage counts what the parent had when it started us
        with contextlib.suppress(OSError), open("/proc/self/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) << 10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak << 10


def _leave_network() -> None:
    """Go where there is no network, give up the right to gain rights, and die with the parent."""
    system = ctypes.CDLL(None, use_errno=True)
    system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    system.prctl(_DEATH_SIGNAL, int(signal.SIGKILL), 0, 0, 0)
    if system.unshare(_NEW_NETWORK) != 0 and os.getuid() != 0:
        system.unshare(_NEW_USER | _NEW_NETWORK)

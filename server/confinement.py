"""What a child process of the server does to itself: it ends with its parent, and stays small."""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

__all__ = ["confine", "limit_memory"]

_PARENT_DIED = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>


def confine(parent: int, line: socket.socket, last: Callable[[], None] | None = None) -> None:
    """End when the server ends, leave no image of the memory, and be the first to go without any.

    :param parent: the server's process id.
    :param line: the socket whose other end the server holds.
    :param last: what is to be done when the server has ended.
    """
    _end_with(parent, line, last)
    _be_expendable()


def limit_memory(memory: int | None) -> None:
    """Bound what the process may add to the memory that it has now; None lifts the bound.

    :param memory: MiB.
    """
    import resource

    bound = resource.RLIM_INFINITY
    if memory is not None:
        bound = memory * 1024 * 1024
        with suppress(OSError), open("/proc/self/statm", "rb") as file:  # noqa: PTH123
            bound += int(file.read().split()[5]) * resource.getpagesize()
    with suppress(OSError, ValueError):  # a system may have no such limit
        resource.setrlimit(resource.RLIMIT_DATA, (bound, resource.RLIM_INFINITY))


def _end_with(parent: int, line: socket.socket, last: Callable[[], None] | None) -> None:
    """End when the server ends, in whatever way and whatever is being computed."""
    if sys.platform == "linux" and last is None:
        import ctypes

        ctypes.CDLL(None).prctl(_PARENT_DIED, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)

    def watch() -> None:
        hung_up = select.poll()
        hung_up.register(line, 0)
        hung_up.poll()
        try:
            if last is not None:
                last()
        finally:
            os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def _be_expendable() -> None:
    import resource

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123
        file.write("500")

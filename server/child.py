"""A worker as the server sees it: a child process at the other end of a socket."""

from __future__ import annotations

import logging
import mmap
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from ..graph.errors import EvaluationError, LimitError, SymposiaError
from .frames import ASK, Frame, Frames

__all__ = ["Child", "KilledError"]

_INHERITED: Final = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "PYTHONPATH", "TZ")
_LAST_BREATH: Final = 1.0
# The engine recurses over a query, and the end of its stack is the end of its process.
_OVERFLOWS: Final = (-signal.SIGSEGV, -signal.SIGBUS)
_OUT_OF_MEMORY: Final = (b"memory allocation", b"bad_alloc", b"MemoryError")


_log = logging.getLogger(__name__)


class KilledError(EvaluationError):
    """A worker was killed from outside; its query can be asked again."""


class Child:
    """A worker process.

    The thread that makes it must live as long as it: the system ends a child whose parent thread
    has ended (https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html).

    :param memory: MiB that a query may take.
    :param module: what it runs, of this package.
    :param work: what it does, in a word for people.
    :param niceness: how far it stands back behind others for a processor, 0 to 19.
    """

    def __init__(
        self, memory: int, module: str = "worker", work: str = "query", niceness: int = 0
    ) -> None:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-P", "-m", f"{__package__}.{module}", str(os.getpid())]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  our own module
                [*command, str(memory)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={name: os.environ[name] for name in _INHERITED if name in os.environ},
                start_new_session=True,  # Ctrl-C is for the server alone
            )
        if niceness:
            with suppress(OSError, AttributeError):  # some systems have no such thing
                own = os.getpriority(os.PRIO_PROCESS, 0)
                os.setpriority(os.PRIO_PROCESS, self._process.pid, own + niceness)
        self._frames = Frames(ours)
        self._work = work
        self.deadline: float | None = None
        """When it is killed, by `time.monotonic`; None while it is idle."""

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def ask(self, request: bytes, timeout: float) -> None:
        """Send it a request.

        :raises TimeoutError: it does not take it.
        :raises EOFError: it has ended.
        """
        try:
            self._frames.send(ASK, request, timeout=timeout)
        except ConnectionError as error:
            raise EOFError from error

    def receive(self, timeout: float) -> Frame:
        """Its next frame, as `Frames.receive`."""
        return self._frames.receive(timeout)

    def kill(self) -> None:
        """End it, whatever it is doing; returns at once."""
        self._process.kill()

    def bury(self) -> None:
        """Kill it, wait for its end, and give back what it held."""
        self.kill()
        self._process.wait()
        self._frames.close()
        if self._process.stderr is not None:
            self._process.stderr.close()

    def cause_of_death(self) -> SymposiaError:
        """Why it ended, once the line to it is broken."""
        try:
            status = self._process.wait(_LAST_BREATH)
        except subprocess.TimeoutExpired:
            self.kill()
            status = self._process.wait()
        if status in (0, -signal.SIGKILL, -signal.SIGTERM):
            return KilledError(
                f"The process of this {self._work} was killed from outside.",
                hint="Ask again.",
            )
        words = self._last_words()
        if any(sign in words for sign in _OUT_OF_MEMORY):
            return LimitError(f"The {self._work} needs more memory than it may have.")
        if status in _OVERFLOWS or b"overflowed its stack" in words:
            return LimitError(
                f"The {self._work} is too much for the engine.",
                hint="Nest it less deeply, and let it have fewer parts.",
            )
        _log.error(
            "Worker %d ended with status %d: %s", self.pid, status, words.decode(errors="replace")
        )
        # https://github.com/oxigraph/oxigraph/issues/1542, still so for literals of many datatypes.
        unordered = b"total order" in words
        hint = "It cannot sort all of these values: ORDER BY STR(…) can." if unordered else ""
        return EvaluationError(
            f"The engine failed on this {self._work}; the fault is logged.", hint=hint
        )

    def seconds(self) -> float:
        """Seconds of a processor that it has taken; 0 where the system does not say."""
        with suppress(OSError):
            fields = Path(f"/proc/{self.pid}/stat").read_bytes().rpartition(b")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return 0.0

    def memory(self) -> int:
        """Bytes that it has taken; 0 where the system does not say."""
        with suppress(OSError):
            fields = Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()
            return int(fields[1]) * mmap.PAGESIZE
        return 0

    def _last_words(self) -> bytes:
        assert self._process.stderr is not None  # noqa: S101  it is a pipe
        return os.read(self._process.stderr.fileno(), 65_536)

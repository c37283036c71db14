"""Applies rules of RML by morph-kgc, in a confined process (https://morph-kgc.readthedocs.io)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from ..errors import SourceError

__all__ = ["ENGINE", "Engine"]

ENGINE: Final = "SYMPOSIA_MORPH_KGC"
"""The environment variable for the Python that has morph-kgc."""

_VERSION: Final = "2.10.0"
_SECONDS: Final = 300
_MEMORY: Final = 2048
_SCRIPT: Final = Path(__file__).with_name("rml_process.py")
_LONGEST: Final = 300


class Engine:
    """morph-kgc in an environment of its own: it needs older libraries than Symposia.

    That is the folder `rml` in the environment of Symposia, or what SYMPOSIA_MORPH_KGC says.

    :param folder: where the process may write.
    :param source: the mapping's file, for messages.
    """

    def __init__(self, folder: Path, source: str) -> None:
        self._own = Path(sys.prefix) / "rml"
        self._python = Path(os.environ.get(ENGINE, "") or self._own / "bin" / "python")
        self._folder, self._source = folder, source

    def translate(self, mapping: Path) -> Path:
        """The rules of RML that YARRRML stands for, as N-Triples.

        :raises SourceError: it is no YARRRML, or there is no such environment.
        """
        return self._run("translate", mapping, "rules.nt", "the mapping is no YARRRML")

    def apply(self, rules: Path) -> Path:
        """What rules make of their sources, as N-Triples.

        :param rules: N-Triples in the terms of RML, with absolute paths of sources.
        :raises SourceError: they cannot be applied, or need more than 5 minutes or 2 GB, or there
            is no such environment.
        """
        return self._run("apply", rules, "result.nt", "the mapping cannot be applied")

    def _run(self, task: str, source: Path, name: str, problem: str) -> Path:
        self._check()
        result, errors = self._folder / name, self._folder / f"{task}.err"
        limits = (str(_MEMORY), str(_SECONDS))
        with errors.open("wb") as file:
            try:
                done = subprocess.run(  # noqa: S603
                    [self._python, "-I", _SCRIPT, task, source, result, *limits],
                    cwd=self._folder,
                    env={"HOME": str(self._folder), "OPENBLAS_NUM_THREADS": "1"},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=file,
                    timeout=_SECONDS,
                    check=False,
                )
            except subprocess.TimeoutExpired as error:
                raise SourceError(
                    f"{problem} in {_SECONDS} seconds.", source=self._source
                ) from error
            except OSError as error:
                raise SourceError(
                    f"{self._python} cannot be run ({error.strerror}).", source=self._source
                ) from error
        if done.returncode == 0:
            return result
        raise SourceError(
            f"{problem}: {_last(errors) or f'it ended with {done.returncode}'}.",
            source=self._source,
        )

    def _check(self) -> None:
        if not self._python.is_file():
            raise SourceError(
                f"a mapping needs morph-kgc, and there is no {self._python}.",
                source=self._source,
                hint=f"Install it: python -m venv {self._own} && "
                f"{self._own}/bin/pip install morph-kgc=={_VERSION}; or let {ENGINE} name the "
                "Python of an environment that has it.",
            )


def _last(errors: Path) -> str:
    """The last line of a traceback, which says what went wrong."""
    with errors.open("rb") as file:
        file.seek(max(0, errors.stat().st_size - 4096))
        lines = file.read().decode("utf-8", "replace").split("\n")
    told = [line.strip() for line in lines if line.strip() and not line.startswith(" ")]
    return told[-1][:_LONGEST].rstrip(".") if told else ""

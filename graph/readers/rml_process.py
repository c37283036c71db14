"""Runs morph-kgc in a process of its own, in an environment of its own; imports nothing of ours.

python -I rml_process.py translate MAPPING.yml RULES.nt
python -I rml_process.py apply RULES.nt RESULT.nt
"""

from __future__ import annotations

import ctypes
import logging
import resource
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

__all__ = ["main"]

_PARENT_DIED = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>
_FORBIDDEN = (
    "socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.system",
    "os.exec", "os.posix_spawn", "os.fork", "os.forkpty",
)  # fmt: skip


def main(task: str, source: str, result: str, memory: int, seconds: int) -> None:
    """Do one task.

    :param task: "translate" YARRRML to RML, or "apply" the rules of RML.
    :param memory: MiB that the process may have, and that its result may be long.
    :param seconds: of computing.
    """
    _confine(memory * 1024 * 1024, seconds)
    if task == "translate":
        _translate(source, result)
    else:
        _apply(source, result)


def _translate(mapping: str, rules: str) -> None:
    yarrrml: Any = import_module("morph_kgc.mapping.yarrrml")
    complete = yarrrml._add_default_prefixes

    def prefixed(found: dict[str, Any]) -> dict[str, Any]:
        """Its usual prefixes put the mapping's own aside: http://schema.org/ for https:."""
        own = dict(found.get("prefixes") or {})
        done: dict[str, Any] = complete(found)
        done["prefixes"].update(own)
        return done

    yarrrml._add_default_prefixes = prefixed
    yarrrml.load_yarrrml(mapping).serialize(rules, format="nt", encoding="utf-8")


def _apply(rules: str, result: str) -> None:
    parser = import_module("morph_kgc.mapping.mapping_parser")
    materializer = import_module("morph_kgc.materializer")
    kind: str = import_module("morph_kgc.constants").RML_TRIPLES_MAP_CLASS
    config = import_module("morph_kgc.args_parser").load_config_from_argument(
        "[CONFIGURATION]\nna_values=\nnumber_of_processes=1\nlogging_level=ERROR\n"
        f"[SOURCE]\nmappings={rules}\n"
    )
    found, functions, addresses = parser.retrieve_mappings(config)
    config.set("CONFIGURATION", "http_api_df", addresses.to_csv())
    asserted = found.loc[found["triples_map_type"] == kind]
    with Path(result).open("w", encoding="utf-8") as file:
        for _, group in asserted.groupby(by="mapping_partition"):
            lines = materializer._materialize_mapping_group_to_set(group, found, functions, config)
            file.writelines(f"{line} .\n" for line in sorted(lines))


def _confine(memory: int, seconds: int) -> None:
    """End with the parent, stay small, and reach nobody."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DIED, signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.WARNING)

    def refuse(event: str, _: object) -> None:
        if event in _FORBIDDEN:
            raise PermissionError(f"A mapping may not do this: {event}.")

    sys.addaudithook(refuse)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))

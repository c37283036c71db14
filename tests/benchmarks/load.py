"""Load from a process of its own: wrk where it is installed, else a client in Python."""

from __future__ import annotations

import asyncio
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Measured", "load"]

JSON = "application/sparql-results+json"
SCRIPT = """
local ready, next_ = {}, 0
init = function(arguments)
  for line in io.lines("@FILE@") do ready[#ready + 1] = wrk.format("GET", line) end
end
request = function()
  next_ = next_ % #ready + 1
  return ready[next_]
end
done = function(summary, latency, requests)
  local e = summary.errors
  local form = '{"requests": %d, "micros": %d, "p50": %f, "p99": %f, "errors": %d}'
  io.stderr:write(string.format(form,
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


@dataclass(frozen=True)
class Measured:
    """What a load came to; times in milliseconds."""

    per_second: float
    p50: float
    p99: float
    requests: int
    errors: int


def load(port: int, targets: Sequence[str], connections: int, seconds: float) -> Measured:
    """Ask for targets in turn, on some connections at once, each as fast as it is answered."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "targets"
        file.write_text("\n".join(targets) + "\n", encoding="ascii")
        if shutil.which("wrk"):
            found = _wrk(Path(folder), file, port, connections, seconds)
        else:
            arguments = [str(port), str(file), str(connections), str(seconds)]
            found = json.loads(subprocess.check_output([sys.executable, __file__, *arguments]))
    per_second = found["requests"] / found["micros"] * 1e6
    p50, p99 = found["p50"] / 1000, found["p99"] / 1000
    return Measured(per_second, p50, p99, found["requests"], found["errors"])


def _wrk(folder: Path, file: Path, port: int, connections: int, seconds: float) -> dict[str, float]:
    script = folder / "load.lua"
    script.write_text(SCRIPT.replace("@FILE@", str(file)), encoding="ascii")
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--latency"]
    command += ["--timeout", "30s", "-H", f"Accept: {JSON}", "-s", str(script)]
    ran = subprocess.run(
        [*command, f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(ran.stderr.strip().splitlines()[-1])
    return found


async def _client(port: int, targets: list[str], start: int, end: float, times: list[float]) -> int:
    """One connection; returns how many answers were no 200."""
    errors = 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    place = start
    while time.perf_counter() < end:
        began = time.perf_counter()
        target = targets[place % len(targets)]
        place += 1
        writer.write(f"GET {target} HTTP/1.1\r\nHost: x\r\nAccept: {JSON}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        errors += not head.startswith(b"http/1.1 200")
        if b"content-length:" in head:
            length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
        else:
            while size := int(await reader.readline(), 16):
                await reader.readexactly(size + 2)
            await reader.readline()
        times.append(time.perf_counter() - began)
    writer.close()
    return errors


async def _main(port: int, file: Path, connections: int, seconds: float) -> None:
    targets = file.read_text(encoding="ascii").splitlines()
    times: list[float] = []
    began = time.perf_counter()
    starts = [len(targets) * i // connections for i in range(connections)]
    clients = (_client(port, targets, start, began + seconds, times) for start in starts)
    errors = sum(await asyncio.gather(*clients))
    cuts = statistics.quantiles(times, n=100)
    found = {
        "requests": len(times),
        "micros": (time.perf_counter() - began) * 1e6,
        "p50": cuts[49] * 1e6,
        "p99": cuts[98] * 1e6,
        "errors": errors,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))

"""Scripts of others: each is listed with its licence, and is what the list says."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path


def test_every_file_is_listed_with_its_digest(root: Path) -> None:
    vendor = root / "server" / "static" / "vendor"
    rows = re.findall(
        r"`([^`/|]+/[^`|]+)` \| `([0-9a-f]{64})` \|", (vendor / "README.md").read_text()
    )
    listed = dict(rows)
    found = {
        path.relative_to(vendor).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in vendor.glob("*/**/*")
        if path.is_file() and path.name != "LICENSE"
    }
    assert found == listed
    for folder in (path for path in vendor.iterdir() if path.is_dir()):
        assert (folder / "LICENSE").is_file(), f"{folder.name} has no licence"


def test_no_script_names_a_source_map(root: Path) -> None:
    for path in (root / "server" / "static").rglob("*.js"):
        assert "sourceMappingURL=" not in path.read_text("utf-8"), path.name

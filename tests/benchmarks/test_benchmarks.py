"""The benchmarks work: the graph is the same each time and valid, and both servers agree."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from symposia.graph.dataset import NamedGraph, shipped
from symposia.graph.validation import validate

from .conferences import conference, topics, write
from .mix import lookups, mix, requests

ROOT = Path(__file__).parents[2]
OXIGRAPH = Path(sys.executable).with_name("oxigraph")


def test_the_graph_is_valid(tmp_path: Path) -> None:
    source = tmp_path / "bench.ttl"
    lines = [*topics(), *conference(0), *conference(1)]
    source.write_text("".join(lines), encoding="utf-8")
    assert len({*lines}) == len(lines)
    found = validate(*shipped(), NamedGraph("https://example.org/bench", source, "bench"))
    assert [str(violation) for violation in found.violations] == []


def test_the_graph_is_the_same_each_time_and_has_the_triples_that_were_asked_for(
    tmp_path: Path,
) -> None:
    one, other, seeded = (tmp_path / name for name in ("one.nt", "other.nt", "seeded.nt"))
    conferences = write(one, 10_000)
    assert (write(other, 10_000), write(seeded, 10_000, seed=2)) == (conferences, conferences)
    assert one.read_bytes() == other.read_bytes() != seeded.read_bytes()
    store = ox.Store()
    store.bulk_load(path=one, format=ox.RdfFormat.N_TRIPLES)
    assert 10_000 <= len(store) <= 15_000


def test_the_mix_has_its_shares() -> None:
    asked = requests(3)
    assert len({each.query for each in asked}) == len(asked) == 1000
    kinds = [asked[i].kind for i in mix(asked, 10_000)]
    shares = {kind: round(kinds.count(kind) / 100) for kind in dict.fromkeys(kinds)}
    assert pytest.approx(shares, abs=2) == {"look-up": 70, "50 rows": 20, "10,000 rows": 10}
    assert {asked[i].kind for i in lookups(asked, 1000)} == {"look-up"}


@pytest.mark.skipif(not OXIGRAPH.exists(), reason="needs Oxigraph's server: pip install oxigraph")
def test_both_servers_answer_the_same_and_are_measured() -> None:
    options = ("--triples", "10000", "--seconds", "1", "--rounds", "1", "--connections", "4")
    ran = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "serving", *options, "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    figures = {each["name"]: each for each in json.loads(ran.stdout)}
    assert figures["answers compared, all equal"]["ours"] == "120"
    for name in ("the mix, 4 connections", "look-ups alone, 4 connections"):
        assert figures[f"{name}: requests a second"]["ratio"] > 0
    kinds = ("look-up", "50 rows", "10,000 rows")
    alone = [figures[f"{k}, uncached, one at a time, against the engine in process"] for k in kinds]
    assert all(each["ratio"] > 0 for each in alone)
    assert "a look-up that no cache knows, likewise: p50 / p99" in figures
    assert all(each["ours"] for each in figures.values())


def test_every_kind_of_page_is_measured() -> None:
    options = ("--triples", "10000", "--rounds", "1")
    ran = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "pages", *options, "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    figures = json.loads(ran.stdout)
    names = [each["name"].partition(",")[0] for each in figures]
    assert any(each["name"].startswith("any of these pages, from memory") for each in figures)
    for kind in ("conference", "session", "talk", "paper", "person", "organisation", "topic"):
        assert any(name.endswith(f" {kind}") for name in names), kind


def test_searches_are_measured() -> None:
    options = ("--triples", "10000", "--rounds", "1")
    ran = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "search", *options, "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    figures = {each["name"]: each for each in json.loads(ran.stdout)}
    assert all(each["ours"] for each in figures.values())
    assert "a search for a name with slips, uncached: p50 / p95" in figures
    assert "a completion, uncached: p50 / p95" in figures

"""Events: conferences as several sources name them, beside workshops, tutorials and other years."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow as pa
import pyoxigraph as ox
import yaml
from rapidfuzz import fuzz
from symposia.graph.linking.kinds import events, kind_of
from symposia.graph.linking.linkage import read_linkage
from symposia.graph.linking.matching import compare

from .dataset import dataset
from .measures import Evaluation, Method, Pair

__all__ = ["SETS"]

_CONFERENCES = {
    "acl-2018": "ACL 2018", "naacl-2019": "NAACL 2019", "emnlp-2020": "EMNLP 2020",
    "iswc-2015": "ISWC 2015", "iswc-aswc-2007": "ISWC 2007",
    "semantics-2023": "SEMANTiCS 2023", "sem-23-articlesdownload": "SEMANTiCS 2023",
    **{f"iswc-{year}": f"ISWC {year}" for year in (2002, 2003, 2004, 2005, 2006, 2008, 2009, 2010)},
    **{f"eswc-{year}": f"ESWC {year}" for year in (2008, 2009, 2010, 2015, 2016)},
}  # fmt: skip
"""What conferences of the dataset are, by the last part of their IRIs; others are themselves."""
_PART = re.compile(r"poster|demo|industr|doctoral|student|tutorial|system", re.IGNORECASE)
"""Volumes of a part of a conference, which is another event."""
_FORMATS = {".ttl": ox.RdfFormat.TURTLE, ".rdf": ox.RdfFormat.RDF_XML}
_BESIDE = ("WorkshopEvent", "TutorialEvent", "TrackEvent")
_ALIKE = 90
_NOTE = """
Records are the conferences of the shared graphs as the dataset has them, and how else the sources
name events: volumes of proceedings (SWC, ACL Anthology), addresses that owl:sameAs gives, a
calendar; and {beside} workshops, tutorials, tracks and volumes of a part of a conference, which
are none of them, though they share names, days and places. True are all pairs of records of one
conference, which was told by hand for {events} of them. Addresses and what is part of what were
hidden{more}. The first run on these records stated {before}; its errors were read and the linkage
mended by rules that hold for any event (an acronym is what stands before a year or in brackets,
days tell nothing of what is held beside a conference, the number in the series counts), so these
are no figures of unseen data. An acronym and a year alone are left to a review: two conferences
are called ISWC.
"""
_BEFORE = {
    "events-names": "34 wrong pairs and 1 of 24 true ones",
    "events-papers": "43 wrong pairs and 11 of 24 true ones",
}


@dataclass
class _Event:
    """An event as a source has it.

    :param of: the conference that it is, else its own id.
    :param told: its facts, as `events.table` takes them.
    """

    of: str
    told: dict[str, list[str]] = field(default_factory=dict)


def _names(shared: Path) -> Iterator[Evaluation]:
    return _methods("events-names", shared, papers=False)


def _papers(shared: Path) -> Iterator[Evaluation]:
    return _methods("events-papers", shared, papers=True)


def _methods(name: str, shared: Path, *, papers: bool) -> Iterator[Evaluation]:
    known = _events(shared)
    of = {each: event.of for each, event in known.items()}
    table = _table(shared, known, papers=papers)
    of |= {each: _conference(each) for each in table["id"].to_pylist() if each not in of}
    groups = defaultdict(list)
    for each, conference in of.items():
        groups[conference].append(each)
    gold = frozenset(pair for group in groups.values() for pair in combinations(sorted(group), 2))
    rows = {row["id"]: row for row in table.to_pylist()}
    titled = {each: (row["name"] or "", row["year"]) for each, row in rows.items()}

    def told(method: Method, predicted: Mapping[Pair, float], **given: Any) -> Evaluation:
        return Evaluation(
            name,
            method,
            gold,
            predicted,
            records=len(of),
            describe=lambda each: f"{titled[each][0]} ({titled[each][1] or '?'})",
            error=lambda pair: _error(rows[pair[0]], rows[pair[1]]),
            **given,
        )

    start = time.perf_counter()
    exact = {
        (one, other): 1.0
        for one, other in combinations(sorted(rows), 2)
        if rows[one]["words"] == rows[other]["words"] is not None
        and rows[one]["year"] == rows[other]["year"]
    }
    yield told("exact", exact, seconds=time.perf_counter() - start,
               note="The same words in the name but for small ones, the same year.")  # fmt: skip
    start = time.perf_counter()
    likely = dict(_alike(titled))
    yield told("baseline", likely, threshold=_ALIKE / 100, seconds=time.perf_counter() - start,
               note=f"RapidFuzz: token_set_ratio of {_ALIKE} and more, the same year.")  # fmt: skip
    start = time.perf_counter()
    linkage = read_linkage("events")
    pairs = compare(kind_of("events"), linkage, table).pairs
    columns = (pairs[column].to_pylist() for column in ("left", "right", "probability"))
    ours = {(left, right): p for left, right, p in zip(*columns, strict=True)}
    beside = sum(each == conference for each, conference in of.items())
    more = "" if papers else ", and so were the titles of papers"
    note = _NOTE.format(beside=beside, events=len(of) - beside, more=more, before=_BEFORE[name])
    yield told("ours", ours, threshold=linkage.thresholds.close, note=" ".join(note.split()),
               seconds=time.perf_counter() - start)  # fmt: skip


def _conference(iri: str) -> str:
    return _CONFERENCES.get(iri.rpartition("/")[2], iri)


def _table(shared: Path, known: Mapping[str, _Event], *, papers: bool) -> pa.Table:
    """The records of the dataset and of the sources, without addresses."""
    cso = shared / "vocabularies" / "cso" / "cso.csv.gz"
    ours = events.records(dataset(shared / "conferences", cso).store())
    theirs = events.table({each: event.told for each, event in known.items()})
    table = pa.concat_tables([ours, theirs])
    for name in ("links", "beside", *(() if papers else ("works",))):
        at = table.column_names.index(name)
        table = table.set_column(at, name, pa.nulls(table.num_rows, table.schema.field(name).type))
    return table


@cache
def _events(shared: Path) -> dict[str, _Event]:
    folder = shared / "conferences"
    found: dict[str, _Event] = {}
    for series in ("iswc", "eswc"):
        for path in sorted((folder / series).iterdir()):
            if path.suffix in _FORMATS:
                found |= _of_graph(path)
    for path in sorted((folder / "acl").glob("*.xml")):
        found |= _of_anthology(path)
    workshops = yaml.load((folder / "emnlp-2020" / "workshops.yml").read_text("utf-8"),
                          Loader=yaml.CSafeLoader)  # fmt: skip
    for each in workshops:
        days = [str(s[key])[:10] for s in each["sessions"] for key in ("start_time", "end_time")]
        iri = f"emnlp-2020:{each['UID']}"
        found[iri] = _Event(iri, {"name": [each["title"]], "kind": ["workshop"],
                                  "start": [min(days)] if days else ["2020"],
                                  "end": [max(days)] if days else []})  # fmt: skip
    found["emnlp-2020:config"] = _Event("EMNLP 2020", {"name": ["EMNLP2020"]})
    calendar = (folder / "iswc-2015" / "calendars" / "main.ics").read_text("utf-8")
    days = sorted(re.findall(r"^DT(?:START|END)\S*:(\d{4})(\d\d)(\d\d)", calendar, re.MULTILINE))
    name = re.search(r"^X-WR-CALNAME\S*:(.*)$", calendar, re.MULTILINE)
    assert name is not None
    found["iswc-2015:calendar"] = _Event(
        "ISWC 2015",
        {"name": [name[1].strip()], "start": ["-".join(days[0])], "end": ["-".join(days[-1])]},
    )
    return found


def _of_graph(path: Path) -> dict[str, _Event]:
    """Volumes, workshops, tutorials and tracks of a graph, and what owl:sameAs says."""
    told: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    with path.open("rb") as file:
        for triple in ox.parse(file, _FORMATS[path.suffix], base_iri="http://e/", lenient=True):
            if not isinstance(triple.object, ox.Triple):
                name = re.split("[#/]", triple.predicate.value)[-1]
                told[triple.subject.value][name].append(triple.object.value)
    types = {each: {re.split("[#/]", kind)[-1] for kind in facts["type"]}
             for each, facts in list(told.items())}  # fmt: skip
    (conference,) = (each for each, kinds in types.items() if "ConferenceEvent" in kinds)
    series, _, year = conference.removeprefix("http://data.semanticweb.org/conference/").partition(
        "/"
    )
    is_ = _conference(f"/{series}-{year}")
    found = {}
    for each, facts in told.items():
        names = sorted({*facts["label"], *facts["booktitle"]})
        event = {"name": [" ".join(names[0].split())] if names else []}
        if "Proceedings" in types[each] and names:
            main = not _PART.search(each)
            works = [title for part in facts["hasPart"] for title in told[part]["title"]]
            given = {"start": facts["year"], "work": works}
            found[each] = _Event(is_ if main else each, event | given)
        elif types[each] & {*_BESIDE} and names:
            given = {
                "short": facts["hasAcronym"],
                "start": [year],
                "kind": [each.removesuffix("Event") for each in types[each]],
            }
            for ours, theirs in (("start", "dtstart"), ("end", "dtend")):
                days = [day[:10] for day in facts[theirs] if re.match(r"\d{4}-\d\d-\d\d", day)]
                given |= {ours: days} if days else {}
            found[each] = _Event(each, event | given)
    for each in told[conference]["sameAs"]:
        if "/id/" in each:
            found[each] = _Event(is_, {"name": [each.rpartition("/")[2]]})
    return found


def _of_anthology(path: Path) -> dict[str, _Event]:
    """The volumes of a file of the ACL Anthology."""
    found = {}
    for volume in ElementTree.parse(path).getroot().iter("volume"):  # noqa: S314  a file of ours
        meta = volume.find("meta")
        assert meta is not None
        name = "".join(meta.find("booktitle").itertext())  # type: ignore[union-attr]
        titles = ["".join(t.itertext()) for paper in volume.iter("paper")
                  for t in paper.findall("title")]  # fmt: skip
        iri = f"{path.stem}-{volume.get('id')}"
        conference = {"P18": "ACL 2018", "N19": "NAACL 2019"}[path.stem]
        found[iri] = _Event(
            iri if _PART.search(name) else conference,
            {"name": [name], "start": [meta.findtext("year", "")],
             "place": [meta.findtext("address", "")], "work": titles},
        )  # fmt: skip
    return found


def _alike(titled: Mapping[str, tuple[str, Any]]) -> Iterable[tuple[Pair, float]]:
    for one, other in combinations(sorted(titled), 2):
        (name, year), (others, its_year) = titled[one], titled[other]
        ratio = fuzz.token_set_ratio(name.lower(), others.lower())
        if year == its_year and ratio >= _ALIKE:
            yield (one, other), ratio / 100


def _error(one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    if one["kind"] != other["kind"]:
        return "a part of it, or beside it"
    if not {*(one["series"] or ())} & {*(other["series"] or ())}:
        return "nothing in the names is the same"
    return "days, place and papers are not known" if one["year"] == other["year"] else "other years"


SETS = {"events-names": _names, "events-papers": _papers}

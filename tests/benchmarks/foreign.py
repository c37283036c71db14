"""Conferences that never were, as others write them: in SWC, dblp's XML and BibTeX, of any size."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

__all__ = ["WRITERS"]

_SYLLABLES = [a + b for a in "bdfklmnrst" for b in "aeiou"]
_WORDS = ("data", "edge", "graph", "kernel", "learning", "memory", "model", "network", "query")
_AUTHORS, _PAPERS_A_SESSION = 3, 5
_SWC = "http://data.semanticweb.org/ns/swc/ontology#"
_SWRC = "http://swrc.ontoware.org/ontology#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_ROOT = "http://bench.example"


def _name(number: int) -> tuple[str, str]:
    """A person's name; as many as wanted, all different."""
    parts = []
    for _ in range(6):
        number, place = divmod(number, len(_SYLLABLES))
        parts.append(_SYLLABLES[place])
    return "".join(parts[:2]).title(), "".join(parts[2:]).title()


def _papers(number: int) -> Iterator[tuple[int, str, list[int]]]:
    """Papers with their titles and authors; the same each time."""
    chance = random.Random(4)  # noqa: S311  it must repeat itself
    people = max(number, _AUTHORS)
    for paper in range(number):
        words = " ".join(chance.choice(_WORDS) for _ in range(5))
        yield paper, f"{words.capitalize()} {paper}", chance.sample(range(people), _AUTHORS)


def _swc(papers: int, file: IO[str]) -> None:
    """N-Triples in the Semantic Web Conference ontology: papers, authors in order, talks, times."""
    top = f"{_ROOT}/conference/2030"

    def say(subject: str, predicate: str, value: str) -> None:
        file.write(f"<{subject}> <{predicate}> {value} .\n")

    def label(subject: str, kind: str, text: str) -> None:
        say(subject, f"{_RDF}type", f"<{kind}>")
        say(subject, "http://www.w3.org/2000/01/rdf-schema#label", f'"{text}"')

    label(top, f"{_SWC}ConferenceEvent", "Bench 2030")
    told: set[int] = set()
    for paper, title, authors in _papers(papers):
        own, seq = f"{top}/paper/{paper}", f"{top}/paper/{paper}/authors"
        talk, session = f"{top}/talk/{paper}", f"{top}/session/{paper // _PAPERS_A_SESSION}"
        label(own, f"{_SWRC}InProceedings", title)
        say(own, "http://purl.org/dc/elements/1.1/title", f'"{title}"')
        say(own, "http://purl.org/ontology/bibo/authorList", f"<{seq}>")
        for place, author in enumerate(authors, 1):
            person = f"{_ROOT}/person/{author}"
            say(own, "http://xmlns.com/foaf/0.1/maker", f"<{person}>")
            say(seq, f"{_RDF}_{place}", f"<{person}>")
            if author not in told:
                told.add(author)
                given, family = _name(author)
                label(person, "http://xmlns.com/foaf/0.1/Person", f"{given} {family}")
                say(person, "http://xmlns.com/foaf/0.1/name", f'"{given} {family}"')
        label(talk, f"{_SWC}TalkEvent", title)
        say(talk, f"{_SWC}isSubEventOf", f"<{session}>")
        say(talk, f"{_SWC}hasRelatedDocument", f"<{own}>")
        if paper % _PAPERS_A_SESSION == 0:
            label(session, f"{_SWC}SessionEvent", f"Session {paper // _PAPERS_A_SESSION}")
            say(session, f"{_SWC}isSubEventOf", f"<{top}>")


def _dblp(papers: int, file: IO[str]) -> None:
    """XML as dblp has it: one volume."""
    file.write(
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE dblp SYSTEM "dblp.dtd">\n<dblp>\n'
    )
    file.write(
        '<proceedings key="conf/bench/2030"><title>Proceedings of Bench 2030</title>'
        "<booktitle>Bench</booktitle><year>2030</year></proceedings>\n"
    )
    for paper, title, authors in _papers(papers):
        names = "".join(f"<author>{' '.join(_name(author))}</author>" for author in authors)
        file.write(
            f'<inproceedings key="conf/bench/P{paper}">{names}<title>{title}</title>'
            f"<pages>{paper}-{paper + 8}</pages><year>2030</year><booktitle>Bench</booktitle>"
            f"<ee>https://doi.org/10.9999/bench.{paper}</ee>"
            "<crossref>conf/bench/2030</crossref></inproceedings>\n"
        )
    file.write("</dblp>\n")


def _bibtex(papers: int, file: IO[str]) -> None:
    """BibTeX of one proceedings."""
    file.write("@proceedings{bench-2030, title = {Proceedings of Bench 2030}, year = {2030}}\n")
    for paper, title, authors in _papers(papers):
        names = " and ".join(", ".join(reversed(_name(author))) for author in authors)
        file.write(
            f"@inproceedings{{bench-{paper}, author = {{{names}}}, title = {{{title}}},"
            " booktitle = {Proceedings of Bench 2030}, year = {2030},"
            f" pages = {{{paper}--{paper + 8}}}, doi = {{10.9999/bench.{paper}}}}}\n"
        )


def _writing(write: Callable[[int, IO[str]], None]) -> Callable[[Path, int], None]:
    def written(path: Path, papers: int) -> None:
        with path.open("w", encoding="utf-8") as file:
            write(papers, file)

    return written


WRITERS: dict[str, Callable[[Path, int], None]] = {
    "bench.nt": _writing(_swc),
    "bench-dblp.xml": _writing(_dblp),
    "bench.bib": _writing(_bibtex),
}
"""What writes a number of papers to a file, by the file's name."""

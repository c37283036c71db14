"""Papers for reference managers: BibTeX, RIS and CSL-JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from ..iris import slug
from .lines import one_line
from .works import Author, Work

__all__ = ["to_bibtex", "to_csl", "to_ris"]

_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
# What TeX reads as more than a letter. BibTeX counts braces even after a backslash.
_TEX: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "#": r"\#",
        "$": r"\$",
        "%": r"\%",
        "&": r"\&",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def to_bibtex(works: Iterable[Work]) -> bytes:
    """Write papers as BibTeX (https://ctan.org/pkg/bibtex), in UTF-8.

    A title keeps its capitals. What TeX would read as a command is escaped, so that the text is
    typeset as it stands; only `doi` and `url` are as they are, with their few marks
    percent-encoded.
    """
    taken: set[str] = set()
    entries = [_entry(work, _key(work.iri, taken)) for work in works]
    return "\n".join(entries).encode()


def _entry(work: Work, key: str) -> str:
    year, month, _ = _parts(work.date)
    volume, venue = work.volume, work.venue
    fields = {
        "author": " and ".join(map(_bibtex_name, work.authors)),
        "title": f"{{{_tex(work.title)}}}",
        "booktitle": _tex(work.container),
        "year": year,
        "month": _MONTHS[int(month) - 1] if month else "",
        "pages": _tex(re.sub(r"(?<=\w)\s*[-–—]+\s*(?=\w)", "--", work.range)),
        "publisher": _tex(volume.publisher) if volume else "",
        "series": _tex(volume.series) if volume else "",
        "volume": _tex(volume.number) if volume else "",
        "isbn": _tex(volume.isbn) if volume else "",
        "eventtitle": _tex(venue.title) if venue else "",
        "venue": _tex(venue.place) if venue else "",
        "doi": _address(work.doi),
        "url": _address(work.link or work.iri),
        "keywords": _tex(", ".join(work.keywords)),
        "abstract": _tex(work.abstract),
    }
    lines = [
        f"  {name:<10} = {value}" if name == "month" else f"  {name:<10} = {{{value}}}"
        for name, value in fields.items()
        if value.strip("{}")
    ]
    kind = "inproceedings" if work.container else "misc"
    return f"@{kind}{{{key},\n" + ",\n".join(lines) + "\n}\n"


def _key(iri: str, taken: set[str]) -> str:
    """A key that stays the same: the conference and the last word of the paper's IRI."""
    parts = [slug(each) for each in iri.split("/")[3:]]
    words = [each for each in parts if each and each not in ("symposia", "paper")]
    key = wanted = ":".join(words[-2:]) or "paper"
    number = 1
    while key in taken:
        number += 1
        key = f"{wanted}:{number}"
    taken.add(key)
    return key


def _bibtex_name(author: Author) -> str:
    if author.family:
        return f"{_tex_name(author.family)}, {_tex_name(author.given)}"
    return _tex_name(author.name)


def _tex_name(name: str) -> str:
    # Braces keep together what would be read as two people, or as a name in parts.
    text = _tex(name)
    return f"{{{text}}}" if re.search(r",|\band\b", text, re.IGNORECASE) else text


def _tex(text: str) -> str:
    return one_line(text).translate(_TEX)


def _address(text: str) -> str:
    """An address or DOI, in which nothing ends the field or begins another."""
    encoded: dict[str, str | int | None] = {
        "{": "%7B",
        "}": "%7D",
        "\\": "%5C",
        '"': "%22",
        " ": "%20",
    }
    return one_line(text).translate(str.maketrans(encoded))


def to_ris(works: Iterable[Work]) -> bytes:
    """Write papers as RIS (https://en.wikipedia.org/wiki/RIS_(file_format)), in UTF-8."""
    return "".join(f"{each}\r\n" for work in works for each in _ris(work)).encode()


def _ris(work: Work) -> Iterable[str]:
    year, month, day = _parts(work.date)
    volume, venue = work.volume, work.venue
    first, _, last = work.range.replace("–", "-").partition("-")
    tags: list[tuple[str, str]] = [("TY", "CPAPER"), ("ID", work.iri), ("TI", work.title)]
    tags += [("AU", _sorted_name(each)) for each in work.authors]
    tags += [
        ("PY", year),
        ("DA", "/".join((year, month, day)) if year else ""),
        ("T2", work.container),
        ("T3", volume.series if volume else ""),
        ("C1", venue.place if venue else ""),
        ("VL", volume.number if volume else ""),
        ("PB", volume.publisher if volume else ""),
        ("SN", volume.isbn if volume else ""),
        ("SP", first.strip()),
        ("EP", last.strip("- ")),
        ("DO", work.doi),
        ("UR", work.link or work.iri),
        ("LA", work.language),
    ]
    tags += [("KW", each) for each in work.keywords]
    tags += [("AB", work.abstract)]
    for tag, value in tags:
        if text := one_line(value):
            yield f"{tag}  - {text}"
    yield "ER  - "
    yield ""


def to_csl(works: Sequence[Work]) -> bytes:
    """Write papers as CSL-JSON (https://docs.citationstyles.org/en/stable/specification.html)."""
    return (
        json.dumps([_csl(work) for work in works], ensure_ascii=False, indent=2) + "\n"
    ).encode()


def _csl(work: Work) -> dict[str, Any]:
    volume, venue = work.volume, work.venue
    texts = {
        "title": work.title,
        "container-title": work.container,
        "collection-title": volume.series if volume else "",
        "volume": volume.number if volume else "",
        "publisher": volume.publisher if volume else "",
        "ISBN": volume.isbn if volume else "",
        "event": venue.title if venue else "",
        "event-place": venue.place if venue else "",
        "page": work.range,
        "DOI": work.doi,
        "URL": work.link or work.iri,
        "language": work.language,
        "keyword": ", ".join(work.keywords),
        "abstract": work.abstract,
    }
    found: dict[str, Any] = {"id": work.iri, "type": "paper-conference"}
    found |= {name: text for name, value in texts.items() if (text := one_line(value))}
    if work.authors:
        found["author"] = [_csl_name(each) for each in work.authors]
    if issued := _csl_date(work.date):
        found["issued"] = issued
    if venue and (held := _csl_date(venue.start, venue.end)):
        found["event-date"] = held
    return found


def _csl_name(author: Author) -> dict[str, str]:
    if author.family:
        return {"family": one_line(author.family), "given": one_line(author.given)}
    return {"literal": one_line(author.name)}


def _csl_date(*days: str) -> dict[str, Any]:
    found = [[int(part) for part in _parts(day) if part] for day in dict.fromkeys(days)]
    return {"date-parts": [each for each in found if each]} if any(found) else {}


def _sorted_name(author: Author) -> str:
    return f"{author.family}, {author.given}" if author.family else author.name


def _parts(text: str) -> tuple[str, str, str]:
    """The year, month and day of a date; those that are missing or wrong are empty."""
    match = _DATE.match(text)
    if match is None:
        return "", "", ""
    year, month, day = match[1], match[2] or "", match[3] or ""
    if not 1 <= int(month or 0) <= 12:
        month = day = ""
    return year, month, day if 1 <= int(day or 0) <= 31 else ""

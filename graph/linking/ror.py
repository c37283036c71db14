"""The Research Organization Registry's published dump, in its schemas 1 and 2."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from ..errors import SourceError

__all__ = ["Organisation", "read_ror"]

_IRI: Final = re.compile(r"https://ror\.org/0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}")
_STATUS: Final = frozenset({"active", "inactive", "withdrawn"})
_BLOCK: Final = 1 << 20
_RECORD: Final = 4 << 20
"""Characters of one record; ROR's largest has some 50,000."""
_WHOLE: Final = 4 << 30
"""Characters of a dump; ROR's has some 300 million."""
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_RIGHT: Final = (
    "It is to be the dump of ROR (https://ror.readme.io/docs/data-dump): its zip archive, JSON, "
    "or one record a line, either packed by gzip or not."
)
_SCHEMAS: Final = (
    "ROR's records have 'names' and 'locations' (schema 2) or 'name' and 'country' (schema 1)."
)


@dataclass(frozen=True, slots=True)
class Organisation:
    """A record of the registry, the same for both schemas.

    See https://ror.readme.io/docs/fields.

    :param iri: `https://ror.org/...`.
    :param name: what ROR shows.
    :param names: all of them in any language, this one first, without the acronyms.
    :param acronyms: such as "TU/e".
    :param status: `active`, `inactive` or `withdrawn`.
    :param types: `education`, `company`, ... in lower case.
    :param countries: codes of ISO 3166-1, each with the country's name in English.
    :param places: cities and states of its locations.
    :param relations: kind (`parent`, `child`, `related`, `successor`, `predecessor`) and IRI.
    """

    iri: str
    name: str
    names: tuple[str, ...]
    acronyms: tuple[str, ...]
    status: str
    types: tuple[str, ...]
    countries: tuple[tuple[str, str], ...]
    places: tuple[str, ...]
    relations: tuple[tuple[str, str], ...]

    def related(self, kind: str) -> tuple[str, ...]:
        """The IRIs of its parents, children, successors and so on."""
        return tuple(iri for each, iri in self.relations if each == kind)


def read_ror(path: Path) -> tuple[Organisation, ...]:
    """Read a dump, whole or not at all; records of both schemas may be mixed.

    :param path: `.zip` as ROR publishes it, `.json` (an array), `.jsonl`, or these with `.gz`. What
        a file is, its content tells.
    :raises SourceError: it is missing, empty, truncated, no JSON, or a record has another schema.
    """
    found: dict[str, Organisation] = {}
    with _opened(path) as (text, source):
        for record, line in _records(text, source):
            organisation = _organisation(record, source, line)
            if organisation.iri in found:
                raise SourceError(
                    f"{organisation.iri} is there twice.",
                    source=source,
                    line=line,
                    hint="A dump has one record of each organisation.",
                )
            found[organisation.iri] = organisation
    if not found:
        raise SourceError("there is no record in it.", source=source, hint=_RIGHT)
    return tuple(found.values())


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[str], str]]:
    """The JSON of a dump as text, and what messages call it."""
    source = path.name
    try:
        with path.open("rb") as file:
            start = file.read(4)
            file.seek(0)
            if start[:2] == b"\x1f\x8b":
                with gzip.open(file) as packed:
                    yield _text(packed), source
            elif start == b"PK\x03\x04":
                with zipfile.ZipFile(file) as archive:
                    member = _member(archive, source)
                    with archive.open(member) as packed:
                        yield _text(packed), f"{source}/{member.filename}"
            else:
                yield _text(file), source
    except OSError as error:
        if isinstance(error, gzip.BadGzipFile):
            raise _broken(error, source) from error
        raise SourceError(f"it cannot be read ({error.strerror}).", source=str(path)) from error
    except (EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
        raise _broken(error, source) from error
    except UnicodeDecodeError as error:
        raise SourceError(
            f"it is not UTF-8 ({error.reason}).", source=source, hint=_RIGHT
        ) from None


def _text(file: Any) -> IO[str]:
    return io.TextIOWrapper(file, encoding="utf-8-sig")


def _broken(error: Exception, source: str) -> SourceError:
    why = f"it ends too early or is damaged ({error})."
    return SourceError(why, source=source, hint="Download it again.")


def _member(archive: zipfile.ZipFile, source: str) -> zipfile.ZipInfo:
    """The JSON file of ROR's archive; of two schemas the second."""
    found = [each for each in archive.infolist() if each.filename.lower().endswith(".json")]
    if not found:
        raise SourceError("no JSON file is in the archive.", source=source, hint=_RIGHT)
    return max(found, key=lambda each: ("schema_v2" in each.filename, each.file_size))


def _records(text: IO[str], source: str) -> Iterator[tuple[Any, int]]:
    """The records of an array, or those that follow one another, each with its line."""
    reader = _Reader(text, source)
    first = reader.peek()
    if not first:
        raise SourceError("it is empty.", source=source, hint=_RIGHT)
    if first != "[":
        while reader.peek():
            yield reader.value()
        return
    reader.skip()
    while reader.peek() != "]":
        yield reader.value()
        if reader.peek() == ",":
            reader.skip()
            if reader.peek() != "]":
                continue
        elif reader.peek() == "]":
            break
        raise reader.error("a record or ']' is missing")
    reader.skip()
    if reader.peek():
        raise reader.error("something stands behind the array")


class _Reader:
    """JSON values one after another, of which only one is held."""

    def __init__(self, text: IO[str], source: str) -> None:
        self._text, self._source = text, source
        self._held, self._at, self._line, self._read = "", 0, 1, 0
        self._decode = json.JSONDecoder().raw_decode

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            self._to(_SPACE.match(self._held, self._at).end())  # type: ignore[union-attr]
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._more():
                return ""

    def skip(self) -> None:
        self._at += 1

    def value(self) -> tuple[Any, int]:
        """The next value and the line at which it begins."""
        if self.peek() != "{":
            raise self.error("a record is to begin here by '{'")
        while True:
            try:
                value, end = self._decode(self._held, self._at)
            except json.JSONDecodeError as error:
                if len(self._held) - self._at < _RECORD and self._more():
                    continue
                self._to(min(error.pos, len(self._held)))
                ended = self._at >= len(self._held.rstrip())
                why = "it ends within a record" if ended else f"no JSON ({error.msg})"
                raise self.error(why) from None
            except RecursionError:
                raise self.error("a record is nested too deep") from None
            line = self._line
            self._to(end)
            return value, line

    def error(self, why: str) -> SourceError:
        hint = "Download it again." if not self._held[self._at :].strip() else _RIGHT
        return SourceError(f"{why}.", source=self._source, line=self._line, hint=hint)

    def _to(self, end: int) -> None:
        self._line += self._held.count("\n", self._at, end)
        self._at = end

    def _more(self) -> bool:
        block = self._text.read(_BLOCK)
        self._read += len(block)
        if self._read > _WHOLE:
            raise self.error("it is larger than any dump of ROR")
        self._held, self._at = self._held[self._at :] + block, 0
        return bool(block)


def _organisation(record: Mapping[str, Any], source: str, line: int) -> Organisation:
    try:
        read = _schema(record)
        if read is None:
            raise SourceError(
                "the record is of another schema.", source=source, line=line, hint=_SCHEMAS
            )
        organisation = read(record)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        missing = f"'{error.args[0]}' is missing" if isinstance(error, KeyError) else str(error)
        raise SourceError(
            f"the record is not as its schema says ({missing}).",
            source=source,
            line=line,
            hint=_SCHEMAS,
        ) from error
    wrong = ""
    if not _IRI.fullmatch(organisation.iri):
        wrong = f"'{organisation.iri[:80]}' is no identifier of ROR"
    elif organisation.status not in _STATUS:
        wrong = f"'{organisation.status[:80]}' is no status"
    if wrong:
        hint = "Right are https://ror.org/ and nine characters; active, inactive, withdrawn."
        raise SourceError(f"{wrong}.", source=source, line=line, hint=hint)
    return organisation


def _schema(record: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Organisation] | None:
    if "names" in record and "locations" in record:
        return _second
    return _first if "name" in record and "country" in record else None


def _second(record: Mapping[str, Any]) -> Organisation:
    """See https://ror.readme.io/docs/ror-data-structure."""
    names = [(each["value"], each["types"]) for each in record["names"]]
    shown = next((name for name, types in names if "ror_display" in types), names[0][0])
    places = [each["geonames_details"] for each in record["locations"]]
    return Organisation(
        iri=_word(record["id"]),
        name=_word(shown),
        names=_unique(shown, *(name for name, types in names if set(types) != {"acronym"})),
        acronyms=_unique(*(name for name, types in names if "acronym" in types)),
        status=_word(record["status"]),
        types=_unique(*(each.lower() for each in record["types"])),
        countries=_countries(places),
        places=_unique(
            *(each.get(key) for each in places for key in ("name", "country_subdivision_name"))
        ),
        relations=_relations(record),
    )


def _first(record: Mapping[str, Any]) -> Organisation:
    """See https://ror.readme.io/v1/docs/ror-data-structure."""
    shown, labels = record["name"], [each["label"] for each in record["labels"]]
    return Organisation(
        iri=_word(record["id"]),
        name=_word(shown),
        names=_unique(shown, *record["aliases"], *labels),
        acronyms=_unique(*record["acronyms"]),
        status=_word(record["status"]),
        types=_unique(*(each.lower() for each in record["types"])),
        countries=_countries([record["country"]]),
        places=_unique(
            *(each.get(key) for each in record["addresses"] for key in ("city", "state"))
        ),
        relations=_relations(record),
    )


def _countries(places: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    found = ((each.get("country_code"), each.get("country_name")) for each in places)
    return tuple(dict.fromkeys((_word(code), _word(name)) for code, name in found if code and name))


def _relations(record: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (_word(each["type"]).lower(), _word(each["id"])) for each in record["relationships"]
    )


def _unique(*values: Any) -> tuple[str, ...]:
    """Texts, each once, without those that are not known."""
    return tuple(dict.fromkeys(_word(each) for each in values if each))


def _word(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{str(value)[:80]!r} is no text")
    return value

"""Sources by the names that users give them: files, folders, archives and addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from .archives import unpack
from .errors import SourceError
from .fetching import fetch, is_address
from .iris import slug
from .reading import find_reader, readers

if TYPE_CHECKING:
    from .records import Programme

__all__ = ["Found", "find_sources", "read_programme"]

_LONGEST_PAGE: Final = 32 * 1024 * 1024


class Found(NamedTuple):
    """A source in a folder or by itself.

    :param path: a file, or a folder that is one source.
    :param origin: what the user calls it.
    :param named: whether the user named it itself, and not a folder that it is in.
    """

    path: Path
    origin: str
    named: bool


def find_sources(
    names: Iterable[str | Path],
    format_: str | None = None,
    *,
    folder: Path | None = None,
    private: bool = False,
) -> tuple[list[Found], list[tuple[str, SourceError]]]:
    """The sources that are meant: files, addresses, and what is known in folders and archives.

    A folder may be one source of several files, such as tables of EasyChair; what else is in it
    are sources too. Hidden files are left out, and files of no known format.

    :param format_: name of the format, by which a file or folder that is named is read.
    :param folder: where what is fetched and unpacked is put; without it neither is done.
    :param private: as `fetching.fetch` takes it.
    :return: the sources, and those that cannot be had, with the reason.
    """
    found: dict[Path, Found] = {}
    failed: list[tuple[str, SourceError]] = []
    for number, name in enumerate(names):
        place = folder / f"fetched-{number}" if folder else None
        try:
            for each in _meant(str(name), format_, place, private):
                found.setdefault(each.path, each)
        except SourceError as error:
            failed.append((str(name), error))
    return list(found.values()), failed


def _meant(name: str, format_: str | None, place: Path | None, private: bool) -> list[Found]:
    """The sources that a name means."""
    path = Path(name)
    if place is not None and is_address(name):
        place.mkdir(exist_ok=True)
        path = fetch(name, place, private=private)
    if place is not None and path.suffix.lower() == ".zip" and path.is_file():
        inner = place / (slug(path.stem, limit=60) or "archive")
        inner.mkdir(parents=True)
        unpack(path, inner, name)
        return [
            each._replace(origin=f"{name}/{each.path.relative_to(inner)}")
            for each in _all_inside(inner, name)
        ]
    if not path.is_dir() or format_:
        return [Found(path, name, named=True)]
    return _all_inside(path, name)


def _all_inside(folder: Path, name: str) -> list[Found]:
    inside = [*_inside(folder)]
    if not inside:
        raise SourceError("the folder holds no file of a known format.", source=name)
    return inside


def _inside(folder: Path) -> Iterator[Found]:
    """The sources in a folder, by name and with its folders."""
    whole = max(readers().values(), key=lambda reader: reader.sniff(b"", folder))
    taken: tuple[str, ...] = ()
    if whole.sniff(b"", folder):
        taken = whole.suffixes
        yield Found(folder, str(folder), named=False)
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _inside(path)
        elif path.suffix.lower() not in taken and _known(path):
            yield Found(path, str(path), named=False)


def _known(path: Path) -> bool:
    try:
        return find_reader(path) is not None
    except SourceError:
        return False


def read_programme(
    path: Path, *, url: str | None = None, timezone: str | None = None, slug: str | None = None
) -> Programme:
    """Read a programme page from a file.

    :raises SourceError: missing, unreadable, too large, or no programme page.
    """
    from .readers.page import read_page

    try:
        if path.stat().st_size > _LONGEST_PAGE:
            raise SourceError(f"the page has more than {_LONGEST_PAGE:,} bytes.", source=str(path))
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise SourceError("there is no such file.", source=str(path)) from error
    except OSError as error:
        raise SourceError(
            f"the file cannot be read ({error.strerror or error}).", source=str(path)
        ) from error
    return read_page(data, name=str(path), url=url, timezone=timezone, slug=slug)

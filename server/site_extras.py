"""What a static site has besides the pages of the application: search, SPARQL, scripts."""

from __future__ import annotations

from collections.abc import Callable, Collection
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

from ..graph.errors import OverloadedError
from ..graph.questions import questions
from .panels import query_text
from .site_addresses import relative
from .site_pages import Maker
from .site_rewriting import rewrite
from .site_search import search_index
from .sparql import START

__all__ = ["prepare", "write"]

_PREPARED: Final = ("things", "networks")
_WASM: Final = " 'wasm-unsafe-eval'"
_PAGES: Final = {"search": "", "sparql": _WASM, "compare": _WASM, "404": ""}
"""Pages of the site alone, and what their scripts may do besides what those of others may."""
_TRIES: Final = 90


class Compared(NamedTuple):
    """What two have in common: a query of `templates/compare`, and how its answer is shown.

    :param kind, file: the folder and the name of the query.
    :param name: the variable of what is in common, called `word`.
    :param counts: the variables of how often each of the two has it; empty for none.
    """

    kind: str
    file: str
    title: str
    name: str
    word: str = ""
    counts: str = ""

    @property
    def text(self) -> str:
        """The query."""
        return query_text(f"compare/{self.kind}/{self.file}.rq")


_COMPARED: Final = (
    Compared("people", "papers", "Papers together", "paper"),
    Compared("people", "people", "Wrote with both", "person", "Name", "withOne withOther"),
    Compared("people", "topics", "Topics of both", "topic", "Topic", "byOne byOther"),
    Compared("people", "organisations", "Organisations of both", "organisation"),
    Compared("people", "conferences", "Both took part in", "conference"),
    Compared("conferences", "people", "At both", "person"),
    Compared("conferences", "topics", "Topics of both", "topic", "Topic", "atOne atOther"),
    Compared(
        "conferences",
        "organisations",
        "Organisations at both",
        "organisation",
        "Name",
        "atOne atOther",
    ),
)
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'{wasm}; img-src 'self';"
    " connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'"
)
_DATASET: Final = "static/dataset.nq"


def prepare(maker: Maker, progress: Callable[[str], None]) -> None:
    """Have made what pages need, before they ask."""
    for name in _PREPARED:
        progress(f"preparing {name}")
        for attempt in range(_TRIES):
            try:
                maker.served.file(name)
                break
            except OverloadedError:  # it waits ten seconds before it says so
                if attempt == _TRIES - 1:
                    raise


def write(maker: Maker, folder: Path, pages: Collection[str], dead: Collection[str]) -> None:
    """Write the rest of a site.

    :param pages: the files that the application made.
    :param dead: files that there are not.
    """
    _copy(Path(str(files(__package__))) / "static", folder / "static")
    (folder / "static" / "terms.json").write_bytes(maker.ask("/sparql/terms").get_data())
    (folder / "static" / "search-index.js").write_bytes(search_index(maker.served))
    with (folder / _DATASET).open("wb") as file:
        maker.served.store.dump(file, "nquads")
    size = (folder / _DATASET).stat().st_size
    context = {
        "dataset": f"/{_DATASET}",
        "size": _size(size),
        "questions": questions(),
        "compared": _COMPARED,
    }
    for name, wasm in _PAGES.items():
        text = maker.render(f"site/{name}.html", query=START, **context)
        policy = _POLICY.format(wasm=wasm)
        done = rewrite(text, f"{name}.html", maker.site, policy, dead, anywhere=name == "404")
        (folder / f"{name}.html").write_text(done.text, "utf-8")
    (folder / ".nojekyll").touch()
    _maps(folder, maker.site, pages)


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.0f} kB"


def _copy(source: Path, folder: Path) -> None:
    for path in source.rglob("*"):
        name = path.relative_to(source)
        if path.is_file() and name.suffix != ".md":
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(path.read_bytes())


def _maps(folder: Path, site: str, pages: Collection[str]) -> None:
    """Say where the pages are, and lead from folders to the pages of their names."""
    listed = sorted(each for each in pages if each.endswith(".html"))
    urls = "".join(
        f"<url><loc>{escape(site + relative(each, ''))}</loc></url>\n" for each in listed
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    (folder / "sitemap.xml").write_text(f'{head}<urlset xmlns="{space}">\n{urls}</urlset>\n')
    (folder / "robots.txt").write_text(
        f"User-agent: *\nAllow: /\nSitemap: {site}sitemap.xml\n", "utf-8"
    )
    for each in listed:
        same = folder / each.removesuffix(".html")
        if same.is_dir() and not (same / "index.html").exists():
            link = relative(each, f"{each.removesuffix('.html')}/index.html")
            (same / "index.html").write_text(_LEAD.format(link=link), "utf-8")


_LEAD: Final = (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Moved</title>'
    '<meta http-equiv="refresh" content="0; url={link}"></head>'
    '<body><p><a href="{link}">Here</a></p></body></html>\n'
)

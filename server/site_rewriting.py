"""A page of the application as a page of a static site: its links lead to files beside it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin, urlsplit

from .site_addresses import ORIGIN, Target, example, relative, target

__all__ = ["Rewritten", "public", "rewrite"]

_LINKS: Final = frozenset(
    {"href", "src", "action", "data-source", "data-image", "data-script", "data-network"}
    | {"data-terms", "data-suggest", "data-dataset"}
)
_ATTRIBUTE: Final = re.compile(r"""([^\s=>/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?""")
_SCRIPTS: Final = {
    "/static/search.js": "static/site-search.js",
    "/static/timetable.js": "static/site-calendar.js",
}
"""Scripts that do in the browser, for others, what these ask the server for."""
_VOID: Final = frozenset({"link", "img", "meta", "input", "br", "hr"})
_ABSOLUTE: Final = re.compile(re.escape(ORIGIN) + r"(/(?:[^\s\"'<>&\\]|&amp;)*)?")


@dataclass
class Rewritten:
    """A page with its links led to files.

    :param text: the page.
    :param targets: the files that it needs.
    """

    text: str
    targets: list[Target] = field(default_factory=list)


def rewrite(
    text: str,
    file: str,
    site: str,
    policy: str = "",
    dead: Collection[str] = (),
    *,
    base: str = "",
    anywhere: bool = False,
) -> Rewritten:
    """Lead the links of a page, or of a picture in SVG, to files.

    What leads nowhere without a server is left as words, and a form that needs one is replaced by a
    sentence.

    :param file: the path of the page in the site.
    :param site: the address at which the site will be.
    :param policy: the content security policy of the page.
    :param dead: files that there are not.
    :param base: the IRI under which things are named.
    :param anywhere: whether the page is shown at other addresses too, so that links from it must
        begin at the root of the server.
    """
    parser = _Parser(text, file, policy, dead)
    parser.root = urlsplit(site).path if anywhere else ""
    parser.base = base
    parser.feed(text)
    parser.close()
    done = _applied(text, parser.edits)
    return Rewritten(public(done, site), parser.targets)


def public(text: str, site: str) -> str:
    """A text with the addresses at which things will be, in the place of those of this process.

    :param site: the address at which the site will be.
    """

    def replaced(match: re.Match[str]) -> str:
        found = target(unescape(match[1] or "/"))
        path = relative(found.file, "") if found else (match[1] or "/")[1:]
        path = "" if path == "index.html" else path.removeprefix("./")
        end = f"#{found.fragment}" if found and found.fragment else ""
        return escape(f"{site}{path}{end}") if "&amp;" in (match[1] or "") else f"{site}{path}{end}"

    return _ABSOLUTE.sub(replaced, text)


def _applied(text: str, edits: list[tuple[int, int, str]]) -> str:
    pieces, done = [], 0
    for begin, end, new in edits:
        if begin < done:
            continue  # inside of what was replaced as a whole
        pieces += [text[done:begin], new]
        done = end
    pieces.append(text[done:])
    return "".join(pieces)


class _Parser(HTMLParser):
    """Finds what is to be changed, as parts of the text; the rest stays as it is, to the byte.

    :param text: what will be fed.
    """

    def __init__(self, text: str, file: str, policy: str, dead: Collection[str]) -> None:
        super().__init__(convert_charrefs=False)
        self._text, self._file, self._policy, self._dead = text, file, policy, dead
        self._lines = [0]
        for match in re.finditer("\n", text):
            self._lines.append(match.end())
        self.edits: list[tuple[int, int, str]] = []
        self.targets: list[Target] = []
        self._dropped: tuple[str, int, int, str] | None = None
        self._words: list[str] = []
        self.root = self.base = ""

    def _to(self, file: str) -> str:
        """The link to a file."""
        return self.root + relative(file, "") if self.root else relative(file, self._file)

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See `HTMLParser`."""
        begin, raw = self._place(), self.get_starttag_text() or ""
        if self._dropped is not None:
            name, depth, start, stand_in = self._dropped
            self._dropped = (name, depth + (tag == name), start, stand_in)
            return
        given = {name: value or "" for name, value in attrs}
        note = self._replacement(tag, given)
        if note is not None:
            if tag in _VOID:
                self.edits.append((begin, begin + len(raw), note))
            else:
                self._dropped = (tag, 1, begin, note)
            return
        new: str | None = self._changed(tag, raw)
        if tag == "a":
            self._words.append("a" if new is not None else "span")
        if new is None:
            new = "<span>"
        if self._policy and tag == "meta" and "charset" in given:
            told = escape(self._policy, quote=True)
            new += f'\n<meta http-equiv="Content-Security-Policy" content="{told}">'
        own = _SCRIPTS.get(given.get("src", "").partition("?")[0]) if tag == "script" else None
        if own:
            new = f'<script src="{self._to(own)}" defer></script>\n{new}'
        if new != raw:
            self.edits.append((begin, begin + len(raw), new))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See `HTMLParser`."""
        if self._dropped is None:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """See `HTMLParser`."""
        if self._dropped is not None:
            name, depth, start, note = self._dropped
            depth -= tag == name
            self._dropped = (name, depth, start, note)
            if depth == 0:
                end = self._text.index(">", self._place()) + 1
                self.edits.append((self._before(start), end, note))
                self._dropped = None
        elif tag == "a" and self._words and self._words.pop() == "span":
            begin = self._place()
            self.edits.append((begin, self._text.index(">", begin) + 1, "</span>"))

    def _before(self, start: int) -> int:
        """Where something that is left out begins, with the dot that parts it from the last."""
        dot = " · "
        return start - len(dot) if self._text[:start].endswith(dot) else start

    def _replacement(self, tag: str, given: dict[str, str]) -> str | None:
        """What stands for an element; None for one that stays."""
        classes = given.get("class", "").split()
        if tag == "form" and classes == ["parameters"]:
            return self._asked_for()
        if tag == "form" and "choose" in classes:
            return ""
        leads = given.get("href", "")
        if tag == "link" and leads.startswith("/") and self._resolved(leads) is None:
            return ""
        if tag == "a" and leads.startswith("/") and leads.endswith((".trig", ".nq")):
            return None if self._resolved(leads) else ""
        return None

    def _asked_for(self) -> str:
        """What stands for the form of a question: for what it is asked, and where otherwise."""
        found = example(self._file.removeprefix("queries/").removesuffix(".html"), self.base)
        if found is None:
            where = f'<a href="{self._to("sparql.html")}">at SPARQL</a>'
            return f'<p class="note">This site has no server: other values are asked {where}.</p>'
        told, query = found
        end = f"#{query.fragment}" if query else ""
        where = f'<a href="{self._to("sparql.html")}{escape(end)}">in this browser</a>'
        return (
            f'<p class="note">Asked for <bdi>{escape(told)}</bdi>. Others are asked for {where},'
            " in the last line of the query.</p>"
        )

    def _resolved(self, address: str) -> Target | None:
        found = target(address)
        return found if found is not None and found.file not in self._dead else None

    def _changed(self, tag: str, raw: str) -> str | None:
        """A start tag with its links changed; None for a link that leads nowhere."""
        pieces, done = [], 0
        for match in _ATTRIBUTE.finditer(raw, len(tag) + 1):
            name = match[1].lower()
            value = next((v for v in match.groups()[1:] if v is not None), None)
            if name not in _LINKS or value is None:
                continue
            new = self._link(unescape(value), tag, name)
            if new is None:
                if tag == "a":
                    return None
                pieces.append(raw[done : match.start()])
            else:
                pieces.append(f'{raw[done : match.start()]}{match[1]}="{escape(new, quote=True)}"')
            done = match.end()
        return "".join([*pieces, raw[done:]])

    def _link(self, address: str, tag: str, name: str) -> str | None:
        """A link to a file; one that leaves the site, or stays on the page, as it is."""
        if address.startswith("?"):
            address = urljoin(self._asked(), address)
        if not address.startswith("/") or address.startswith("//"):
            return address if not address.startswith(ORIGIN) else self._own(address)
        if tag == "form":
            found = target(address)
            if found is None and name != "action":
                return None
            return self._to(found.file if found else self._file)
        found = self._resolved(address)
        if found is None:
            return None
        self.targets.append(found)
        end = f"#{found.fragment}" if found.fragment else ""
        return self._to(found.file) + end

    def _own(self, address: str) -> str:
        """An absolute address stays one, of the site; see `public`."""
        return ORIGIN + (urlsplit(address).path or "/")

    def _asked(self) -> str:
        """The address of the list that this page is a part of."""
        return "/" + self._file.partition("/page-")[0].removesuffix(".html")

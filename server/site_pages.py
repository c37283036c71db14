"""The files of a static site, made by the application itself in a process among several."""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox
from flask import render_template
from werkzeug.test import TestResponse

from ..graph.errors import StoreError
from ..graph.remote_generations import RemoteGenerations
from ..graph.store import Store, Term
from .app import create_app
from .caching import SERVED
from .documents import DOCUMENTS, write
from .negotiation import Format
from .ours import Found, Here, Query
from .site_addresses import ORIGIN, Target, relative, target
from .site_rewriting import public, rewrite

__all__ = ["Made", "Maker", "Source"]

_TRIES: Final = 600
"""How often what is being prepared is asked for, once a second."""
_KEPT: Final = 64
_DESCRIPTIONS: Final = {f"void.{form.suffix}": form for form in DOCUMENTS[1:]}
_SMALL: Final = 5_000


@dataclass(frozen=True)
class Source:
    """What a site is made of, as a process can be told.

    :param data: a data folder or a SPARQL server; None for the graphs that are shipped.
    :param base: the IRI under which things are named.
    :param generation: which one; 0 for what was never published.
    :param site: the address at which the site will be, with a slash at the end.
    """

    data: Path | RemoteGenerations | None
    base: str
    generation: int
    site: str


@dataclass(frozen=True)
class Made:
    """What became of a target.

    :param size: bytes of the file; None where the application has nothing there.
    :param targets: what the file needs.
    """

    target: Target
    size: int | None
    targets: Sequence[Target] = ()


class Maker:
    """Makes files.

    :param folder: of the site.
    :raises StoreError: what is served is no longer what the site is made of.
    """

    def __init__(self, source: Source, folder: Path) -> None:
        self.app = create_app(source.data, base=source.base)
        self.site = source.site
        self._source, self._folder = source, folder
        served = self.app.extensions["symposia"].now()
        if served.generation != source.generation:
            raise StoreError("The dataset was published anew meanwhile.", hint="Export it again.")
        self.served = replace(served, ours=_Remembering(served.store))
        self._client = self.app.test_client()

    def make(self, wanted: Target, dead: Collection[str] = ()) -> Made:
        """Make the file of a target.

        :param dead: files that there are not.
        :raises StoreError: the application fails.
        """
        response = self.ask(wanted.address)
        if response.status_code in (400, 404, 406, 413):
            return Made(wanted, None)
        if response.status_code != 200:
            raise StoreError(
                f"{wanted.address} cannot be made: {response.status_code}"
                f" {response.get_data(as_text=True)[:300]}"
            )
        path = self._folder / wanted.file
        path.parent.mkdir(parents=True, exist_ok=True)
        if wanted.file in _DESCRIPTIONS:
            data = self._description(_DESCRIPTIONS[wanted.file])
            path.write_bytes(data)
            return Made(wanted, len(data))
        if response.mimetype not in ("text/html", "image/svg+xml", "application/json"):
            with path.open("wb") as file:
                for piece in response.iter_encoded():
                    file.write(piece)
            response.close()
            return Made(wanted, path.stat().st_size)
        text, targets = response.get_data(as_text=True), []
        if response.mimetype == "application/json":
            text = self._json(text, wanted.file)
        else:
            policy = _policy(response) if response.mimetype == "text/html" else ""
            done = rewrite(text, wanted.file, self.site, policy, dead, base=self._source.base)
            text, targets = done.text, done.targets
        data = text.encode()
        path.write_bytes(data)
        return Made(wanted, len(data), targets)

    def ask(self, address: str) -> TestResponse:
        """The answer of the application; what is being prepared is waited for."""
        for _ in range(_TRIES):
            response = self._client.get(
                address,
                base_url=ORIGIN,
                headers={"Accept": "text/html, */*;q=0.5"},
                environ_overrides={SERVED: self.served},
                follow_redirects=True,
            )
            if response.status_code != 503:
                break
            time.sleep(1)
        return response

    def _description(self, form: Format) -> bytes:
        """What says what the dataset is, without the endpoint that a site has not."""
        lines = self.ask("/.well-known/void.nt").get_data(as_text=True).splitlines(keepends=True)
        told = "".join(line for line in lines if f"<{ORIGIN}/sparql>" not in line)
        found = ox.parse(public(told, self.site), ox.RdfFormat.N_TRIPLES)
        return write((quad.triple for quad in found), form)

    def render(self, name: str, **context: object) -> str:
        """A page of the site alone, by its template."""
        with self.app.test_request_context(
            f"/{name.rpartition('/')[2]}", base_url=ORIGIN, environ_overrides={SERVED: self.served}
        ):
            self.app.preprocess_request()
            return render_template(name, **context)

    def _json(self, text: str, file: str) -> str:
        """An answer in JSON with the addresses that it tells led to files."""

        def led(value: Any) -> Any:
            if isinstance(value, dict):
                return {k: link(v) if k == "address" else led(v) for k, v in value.items()}
            return [*map(led, value)] if isinstance(value, list) else value

        def link(value: Any) -> Any:
            found = target(value) if isinstance(value, str) and value.startswith("/") else None
            return relative(found.file, file) if found else value

        return public(json.dumps(led(json.loads(text)), ensure_ascii=False), self._source.site)


def _policy(response: TestResponse) -> str:
    """The policy of a page, without what only a header can say."""
    told = response.headers.get("Content-Security-Policy", "")
    return "; ".join(part for part in told.split("; ") if not part.startswith("frame-ancestors"))


class _Remembering(Here):
    """Asks in this process, and knows the last graphs: several documents are made of each."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._known: OrderedDict[tuple[str, str], list[ox.Triple]] = OrderedDict()

    def ask(self, queries: Sequence[Query]) -> list[Found]:
        """See `Ours.ask`."""
        return [self._answer(text, values) for text, values in queries]

    def _answer(self, text: str, values: Mapping[str, Term]) -> Found:
        key = text, str(sorted((name, str(term)) for name, term in values.items()))
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        (found,) = super().ask([(text, values)])
        if not isinstance(found, ox.QueryTriples):
            return found
        known = [*found]
        if len(known) <= _SMALL:
            self._known[key] = known
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return known

    @contextmanager
    def apart(self, seconds: float) -> Iterator[Here]:  # noqa: ARG002  nothing stops them here
        """See `Ours.apart`."""
        yield self

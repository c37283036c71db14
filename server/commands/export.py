"""`symposia export`."""

from __future__ import annotations

from pathlib import Path

import click

from ...graph.exports.formats import EXPORTS
from ...graph.formats import FORMATS
from ...graph.translation import VOCABULARIES
from . import options
from .help import Command
from .store import store
from .terminal import counted, progress, say, write, writing_to

__all__ = ["command"]


@click.command(
    cls=Command,
    examples=[
        "symposia export --format trig -o tinyml.trig",
        "symposia export --vocabulary schema --format jsonld",
        "symposia export --programme tinyml-2023 -o tinyml.nq",
        "symposia export --programme tinyml-2023 -o tinyml.ics",
        "symposia export --format bibtex --programme tinyml-2023/paper/fmas",
        "symposia export -o all-papers.ris",
        "symposia export --site public --url https://me.github.io/conference/",
    ],
)
@click.option(
    "--format",
    "format_",
    type=click.Choice([*FORMATS, "jelly", *EXPORTS]),
    help="Format; by default what the file's name tells, else Turtle.",
)
@click.option(
    "--vocabulary",
    type=click.Choice(list(VOCABULARIES)),
    help="Vocabulary to translate to; by default the project's own.",
)
@click.option(
    "--programme",
    metavar="NAME",
    help="One programme, by its IRI whole or without the base; by default all. Of calendars,"
    " references and the like also a session, talk, paper, person, organisation or topic.",
)
@options.output
@click.option(
    "--site",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write all pages and data as a site of files that needs no server, into a new folder"
    " or one that was made so.",
)
@click.option("--url", metavar="URL", help="With --site: the address at which it will be.")
@click.option("--force", is_flag=True, help="With --site: replace whatever DIR holds.")
@options.base
@options.data
@store
def command(
    format_: str | None,
    vocabulary: str | None,
    programme: str | None,
    output: Path | None,
    site: Path | None,
    url: str | None,
    force: bool,
    base: str,
    data: Path | None,
) -> None:
    """Write the dataset in a format or another vocabulary.

    N-Triples and N-Quads are sorted lines, written in bounded memory whatever the size; so are
    Turtle and TriG, except that more than 250,000 triples are not sorted. The same dataset gives
    the same bytes.

    iCalendar, frab and CSV of the programme say what happens when; BibTeX, RIS, CSL-JSON and CSV
    cite the papers of what --programme names, or all.

    --site writes every page with its data, search and SPARQL that run in the browser, as files that
    work under any address; docs/static-site.md tells how to publish them.
    """
    if site is not None:
        if format_ or vocabulary or programme or output:
            raise click.UsageError(
                "--site is of everything; it takes --url, --force, --base, --data."
            )
        _site(site, url, force, base, data)
        return
    if url or force:
        raise click.UsageError("--url and --force belong to --site.")
    from ...graph.dumps import write_dataset
    from ...graph.export import serialise, translate
    from ...graph.library import find_graphs, iri_of
    from ...graph.rdf import format_of

    chosen = format_ or _told(output) or (format_of(output) if output else None) or "turtle"
    if chosen == "jelly" and vocabulary:
        raise click.UsageError("Jelly is of the whole dataset, in its own vocabulary.")
    if chosen in EXPORTS:
        _take(chosen, programme, vocabulary, output, data)
        return
    with progress("exporting"):
        store = options.library(data).store()
        graphs = find_graphs(programme, store.graphs()) if programme else None
        if vocabulary:
            iri = iri_of(programme) if programme else None
            write(serialise(translate(store, vocabulary, iri), chosen, vocabulary), output)
        else:
            with writing_to(output) as file:
                write_dataset(store, file, chosen, graphs)


def _told(output: Path | None) -> str | None:
    """The format that a file's name tells, but for those of RDF; the longest ending counts."""
    if output and output.suffix == ".jelly":
        return "jelly"
    fitting = [e for e in EXPORTS.values() if output and output.name.endswith(f".{e.suffix}")]
    return max(fitting, key=lambda export: len(export.suffix)).name if fitting else None


def _take(
    name: str, thing: str | None, vocabulary: str | None, output: Path | None, data: Path | None
) -> None:
    """Write what is known of a thing for other programs."""
    from ...graph.exports.asking import asker
    from ...graph.exports.formats import ALL_PAPERS, write_export
    from ...graph.library import iri_of

    if vocabulary:
        raise click.UsageError(f"{EXPORTS[name].label} has no --vocabulary.")
    if not thing and EXPORTS[name].of != "papers":
        raise click.UsageError(f"{EXPORTS[name].label} is of a --programme; name one.")
    with progress("exporting"):
        library = options.library(data)
        now = library.generations.current()
        body = write_export(
            asker(library.store()),
            iri_of(thing) if thing else ALL_PAPERS,
            EXPORTS[name],
            changed=now.created if now else None,
            version=str(now.id if now else 0),
        )
    write(body, output)


def _site(folder: Path, url: str | None, force: bool, base: str, data: Path | None) -> None:
    """Write the dataset as a site of files."""
    from ...graph.generations import Generations
    from ..site import export_site

    if url and not url.startswith(("http://", "https://")):
        raise click.BadParameter(f"'{url}' is no address of the web.", param_hint="--url")
    with progress("exporting") as report:
        generations = options.library(data).generations
        where = generations.data if isinstance(generations, Generations) else generations
        made = export_site(where, folder, base=base, url=url or "", force=force, progress=report)
    say(f"{counted(made.files, 'file')}, {made.size / 1e6:.1f} MB: {folder}")

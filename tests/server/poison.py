"""The shipped programme with hostile text in every field, as Turtle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from symposia.graph.dataset import shipped
from symposia.graph.namespaces import BASE, PREFIXES

__all__ = ["LONGEST", "PERSON", "TEXTS", "load", "poisoned"]

LONGEST: Final = 100_000
"""Characters of the longest titles."""
PERSON: Final = f"{BASE}tinyml-2023/person/brett-meyer'onclick='alert(1)'&lt;b&gt;"
"""What Brett Meyer is called here."""
_RENAMED: Final = {
    f"{BASE}tinyml-2023/person/brett-meyer": PERSON,
    f"{BASE}tinyml-2023/person/warren-j-gross": "javascript:alert(document.domain)//warren",
    f"{BASE}tinyml-2023/organisation/ku-leuven": (
        f"{BASE}tinyml-2023/organisation/%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E"
    ),
    f"{BASE}topic/quantization": f"{BASE}topic/__proto__",
    f"{BASE}topic/pruning": f"{BASE}topic/{{{{7*7}}}}".replace("{", "%7B").replace("}", "%7D"),
}
TEXTS: Final = (
    '"><script>alert(1)</script><img src=x onerror=alert(1)><svg/onload=alert(1)>',
    "</script><!-- <script> <![CDATA[ ]]> --> </bdi></textarea></title></style>",
    "' onmouseover='alert(1)' autofocus onfocus=alert(1) `x` javascript:alert(1)",
    "A{{7*7}}Z A${7*7}Z A#{7*7}Z A<%=7*7%>Z {% raw %}{{config}}",
    "=cmd|' /C calc'!A1",
    "+1+1",
    "-2+3",
    "@SUM(1+1)*cmd",
    "\t=1+1",
    "\r\n=1+1\r\nX-Injected: yes\r\n\r\nbody",
    "\u202egnp.exe\u2066 over \u202dit all \u2067",
    "\x00\x01\x08\x0b\x0c\x1b[31m\x7f\x85\u2028\u2029\ufffe\uffff\ufeff controls",
    "مؤتمر الويب الدلالي ٢٠٢٣ والذكاء الاصطناعي (AI) שלום",
    "語意網與機器學習國際研討會論文集之超長標題" * 8,
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 8,
    "👩‍👩‍👧‍👦🏳️‍🌈 Z͑ͫa̴l̶g̷o҉ ﷽ 🇨🇭",
    "}, note = {x}}\n@article{evil, title={\\input{/etc/passwd} % #$&_^~\\",
    "x\r\nER  - \r\nTY  - JOUR\r\nEND:VEVENT\r\nBEGIN:VALARM\r\n;TZID=x:,\\n",
    "../../../etc/passwd\\..\\%2e%2e%2f ?a=b&c=d#e",
    "x" * LONGEST,
)
"""What is written into every kind of field, one after the other."""
_ADDRESSES: Final = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,%3Cscript%3Ealert(1)%3C/script%3E",
    "vbscript:msgbox(1)",
    "https://evil.example/'onmouseover='alert(1)'",
    "https://user:password@evil.example:99999/",
    "file:///etc/passwd",
    "//evil.example/",
)
"""What is linked to besides each link that leads out."""
_LONG: Final = frozenset(
    f"{PREFIXES[prefix]}{name}"
    for prefix, name in (("rdfs", "label"), ("dcterms", "title"), ("dcterms", "description"))
)
"""The properties of which one value in fifty has a hundred thousand characters."""
_WORDS: Final = ("http://www.w3.org/2001/XMLSchema#string", f"{PREFIXES['rdf']}langString")
_LINKS: Final = frozenset(
    f"{PREFIXES[prefix]}{name}"
    for prefix, name in (
        ("schema", "sameAs"),
        ("schema", "url"),
        ("schema", "codeRepository"),
        ("foaf", "homepage"),
        ("prov", "wasDerivedFrom"),
        ("sym", "unit"),
    )
)


def poisoned(source: Path) -> Iterator[ox.Triple]:
    """The statements of a file of ours, with hostile text for every text.

    Each property has all of the texts, as far as it has values, however few kinds of things do.
    """
    counted: Counter[tuple[str, str]] = Counter()
    for quad in ox.parse(path=str(source), format=ox.RdfFormat.TURTLE):
        subject, value = _renamed(quad.subject), _renamed(quad.object)
        property_ = quad.predicate
        path = subject.value.removeprefix(BASE).split("/")
        kind = path[1] if len(path) > 1 else ""
        number = counted[kind, property_.value]
        counted[kind, property_.value] += 1
        if isinstance(value, ox.Literal) and value.datatype.value in _WORDS:
            text = _text(number, property_.value)
            value = ox.Literal(text, language=value.language)
        yield ox.Triple(subject, property_, value)
        if property_.value in _LINKS:
            hostile = _ADDRESSES[number % len(_ADDRESSES)]
            iri = f"https:{hostile}" if hostile.startswith("//") else hostile
            yield ox.Triple(subject, property_, ox.NamedNode(iri))


def _text(number: int, property_: str) -> str:
    text = TEXTS[number % len(TEXTS)]
    if len(text) < LONGEST:
        return text
    return text if property_ in _LONG and number < 3 * len(TEXTS) else text[:300]


def _renamed(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> ox.NamedNode:
    if isinstance(term, ox.NamedNode):
        for old, new in _RENAMED.items():
            if term.value == old or term.value.startswith(f"{old}/"):
                return ox.NamedNode(new + term.value[len(old) :])
    return term  # type: ignore[return-value]


def load(folder: Path) -> list[tuple[str, Path]]:
    """Write the shipped graphs with hostile text into Turtle files.

    :returns: the IRI of each graph and its file.
    """
    files = []
    for number, graph in enumerate(shipped()):
        path = folder / f"{number}.ttl"
        if graph.iri.endswith("graph/ontology"):
            path = Path(graph.source)
        else:
            ox.serialize(poisoned(Path(graph.source)), str(path), ox.RdfFormat.TURTLE)
        files.append((graph.iri, path))
    return files

"""The report of the suites in docs/earl.ttl (EARL, https://www.w3.org/TR/EARL10-Schema/)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from .known import KNOWN
from .manifests import cases
from .test_shacl import cases as shapes

HEAD = """\
# What came of the W3C suites of SPARQL 1.1 and SHACL; written by make test ARGS=--refresh.
@prefix doap: <http://usefulinc.com/ns/doap#> .
@prefix earl: <http://www.w3.org/ns/earl#> .

<https://w3id.org/symposia> a doap:Project, earl:Software, earl:TestSubject ;
  doap:name "Symposia" .
<https://w3id.org/symposia/tests/conformance> a earl:Software, earl:Assertor .

"""


def assertion(test: str, outcome: str) -> str:
    """A line of the report."""
    return (
        f"[] a earl:Assertion ; earl:mode earl:automatic ; earl:test <{test}> ;"
        " earl:subject <https://w3id.org/symposia> ;"
        " earl:assertedBy <https://w3id.org/symposia/tests/conformance> ;"
        f" earl:result [ a earl:TestResult ; earl:outcome earl:{outcome} ] .\n"
    )


def outcomes(verdicts: dict[str, str]) -> dict[str, str]:
    """The outcome of each test, by its IRI; what needs an entailment regime is inapplicable."""
    found: dict[str, str] = {}
    for case in (*cases(), *shapes()):
        if case.name.startswith("entailment/"):
            found[case.iri] = "inapplicable"
        else:
            found[case.iri] = "failed" if verdicts[case.iri] else "passed"
    return found


def test_the_report_is_up_to_date(
    verdicts: dict[str, str], root: Path, shared: Path, snapshot: Callable[[Path, str], None]
) -> None:
    del shared
    tests = [case for case in (*cases(), *shapes()) if not case.name.startswith("entailment/")]
    if len(verdicts) < len(tests):
        pytest.skip("only a part of the suites was run")
    found = outcomes(verdicts)
    assert Counter(found.values()) == {
        "passed": len(tests) - len(KNOWN),
        "failed": len(KNOWN),
        "inapplicable": len(found) - len(tests),
    }
    lines = "".join(assertion(test, outcome) for test, outcome in sorted(found.items()))
    snapshot(root / "docs" / "earl.ttl", HEAD + lines)

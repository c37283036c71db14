"""Weights of what speaks for an organisation that an affiliation may name (natural logarithms).

Fitted by `python -m tests.quality.fit_organisations` to four fifths of the Crossref affiliations.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["WEIGHTS"]

WEIGHTS: Final[Mapping[str, Mapping[str, float]]] = {
    "bias": {"": -2.89},
    "affiliated": {
        "company, False": -0.16, "education, False": 0.18, "education, True": -0.91,
        "facility, False": -0.18, "healthcare, False": -0.36, "healthcare, True": 0.7,
        "other, False": -0.06,
    },
    "after": {
        "-": 1.01, "advanced": -0.61, "cancer": 1.1, "center": -0.79, "college": 0.18,
        "department": -0.11, "foundation": 0.12, "general": 0.12, "health": -1.4,
        "hospital": -1.42, "institute": -0.38, "laboratory": -0.71, "medicine": -1.32,
        "national": 0.05, "saint": 0.1, "school": -0.17, "science": -1.28, "technology": -0.26,
        "university": 0.81, "word": -0.19,
    },
    "before": {
        "-": 0.32, "biology": -0.43, "center": 0.89, "college": -0.62, "department": -0.26,
        "engineering": 0.14, "faculty": -0.08, "health": -0.32, "hospital": -0.55,
        "institute": 0.68, "medicine": 0.44, "national": -0.96, "research": 0.66, "school": 0.15,
        "science": 0.2, "state": -0.29, "technical": -0.18, "technology": -0.14,
        "university": -0.22, "word": -0.58,
    },
    "both": {
        "False": -0.08, "True": 0.66,
    },
    "child": {
        "True": 0.12,
    },
    "child_too": {
        "False": -0.06, "True": 0.37,
    },
    "children": {
        "0": -0.49, "1": 0.06, "2": 0.35, "3": 0.32, "4": -0.51,
    },
    "country": {
        "-": 0.36, "False": -1.68, "True": -0.09,
    },
    "earlier": {
        "0": 0.09, "1": -0.08, "2": -0.3,
    },
    "education": {
        "False, False, False": 0.09, "False, False, True": 0.26, "False, True, False": -0.23,
        "False, True, True": -0.92, "True, False, False": 0.2, "True, False, True": -0.14,
        "True, True, False": -0.6, "True, True, True": -0.26,
    },
    "funder": {
        "False, company": -0.44, "False, education": -0.44, "False, facility": -0.12,
        "False, healthcare": -0.25, "False, other": -0.4, "True, company": 0.36,
        "True, education": 0.17, "True, facility": -0.06, "True, healthcare": 0.37,
        "True, other": 0.46,
    },
    "hospital": {
        "company, True": -0.15, "education, False": 0.35, "education, True": -1.39,
        "facility, False": 1.07, "facility, True": -1.32, "healthcare, False": 0.15,
        "healthcare, True": -0.07, "other, False": 0.29, "other, True": -0.9,
    },
    "information": {
        "1": -1.77, "2": 0.3, "3": 0.25, "4": 0.2, "5": 0.22, "6": 0.32, "7": -0.12,
    },
    "inside": {
        "1": 0.88, "2": 0.06, "3": -0.35,
    },
    "later": {
        "0": 0.1, "1": -0.28, "2": -0.42,
    },
    "medicine": {
        "company, False": -0.24, "company, True": 0.12, "education, False": -0.1,
        "education, True": 0.37, "facility, True": -0.15, "healthcare, False": 0.22,
        "healthcare, True": -0.16, "other, False": 0.11, "other, True": -0.34,
    },
    "name": {
        "acronym": 1.68, "former": -2.03, "one word": 0.79, "other": -0.86, "shown": 0.15,
        "without its place": 1.01,
    },
    "names": {
        "0": 0.24, "4": -0.17,
    },
    "parent_too": {
        "False": -0.13, "True": 0.55,
    },
    "placed": {
        "False": -0.07, "True": 0.27,
    },
    "predecessor_too": {
        "True": -0.16,
    },
    "rarest": {
        "0": -0.49, "1": -1.26, "2": -0.84, "3": -0.21, "4": 0.19, "5": 0.25, "6": 0.65, "7": 0.9,
    },
    "related_too": {
        "True": 0.34,
    },
    "relations": {
        "0": -0.73, "1": -0.26, "2": 0.51, "3": 0.52,
    },
    "shape": {
        "across, other": -0.35, "across, shown": 0.4, "end, acronym": 0.23, "end, former": 0.34,
        "end, one word": 0.57, "end, other": -0.24, "end, shown": -0.2,
        "end, without its place": -0.63, "inside, acronym": 0.19, "inside, one word": -0.12,
        "inside, other": -0.62, "inside, shown": 0.41, "inside, without its place": -0.06,
        "part, former": -0.62, "part, one word": -0.17, "part, other": -0.44,
        "part, shown": -0.31, "part, without its place": 1.61, "scattered, former": 1.86,
        "scattered, other": -0.65, "scattered, shown": -0.32,
        "scattered, without its place": -0.84, "start, acronym": 0.12, "start, former": -0.9,
        "start, one word": 0.66, "start, other": -0.14, "start, shown": 0.56,
        "start, without its place": 0.28, "turned, other": 1.13, "whole, other": -1.24,
        "whole, shown": -0.5, "whole, without its place": 1.51, "words, former": -0.24,
        "words, other": 0.89, "words, shown": -0.18, "words, without its place": -0.78,
    },
    "shared": {
        "1, False": 0.09, "1, True": 1.08, "2, False": -0.59, "2, True": 1.15, "3, False": -0.29,
        "3, True": 0.17, "4, False": -0.76, "4, True": 0.6, "5, False": -0.63, "5, True": -1.05,
    },
    "stands": {
        "across": 0.16, "inside": -0.29, "part": -0.24, "start": 0.47, "turned": 0.1,
        "whole": -0.72, "words": -0.31,
    },
    "system": {
        "False": 0.29, "True": -1.59,
    },
    "tied_child": {
        "False": -0.13, "True": 0.76,
    },
    "tied_country": {
        "False": -0.07, "True": 0.88,
    },
    "tied_ordered": {
        "False": 0.06, "True": -0.43,
    },
    "tied_parent": {
        "False": 0.1, "True": -0.77,
    },
    "ties": {
        "0": 0.19, "1": -0.11, "2": -0.55, "3": -0.33,
    },
    "type": {
        "company": -0.16, "education": 0.08, "facility": -0.18, "other": -0.07,
    },
    "type_shape": {
        "company, True": -0.16, "education, False": 0.87, "facility, True": -0.22,
        "healthcare, False": -0.18, "healthcare, True": 0.17, "other, False": 0.22,
        "other, True": -0.15,
    },
    "unit": {
        "True": -0.19,
    },
    "university": {
        "False, False, False": -0.09, "False, False, True": -0.16, "True, False, False": -0.22,
        "True, False, True": -0.59, "True, True, True": 0.26,
    },
    "words": {
        "1": -1.02, "2": 0.13, "3": 0.23, "4": 0.41,
    },
}  # fmt: skip
"""By feature and value; values that are not there weigh nothing."""

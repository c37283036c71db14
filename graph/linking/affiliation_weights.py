"""Weights of what speaks for an organisation that an affiliation may name.

Natural logarithms, fitted by `python -m tests.quality.fit_organisations`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["WEIGHTS"]

WEIGHTS: Final[Mapping[str, Mapping[str, float]]] = {
    "affiliated": {
        "company, False": -0.12, "education, False": 0.29, "education, True": -0.82,
        "facility, False": -0.1, "healthcare, False": -0.45, "healthcare, True": 0.66,
        "other, False": -0.11,
    },
    "after": {
        "-": 1.56, "advanced": -0.5, "cancer": 1.26, "center": -0.48, "college": 0.47,
        "department": -0.05, "foundation": 0.26, "general": 0.18, "health": -1.2,
        "hospital": -1.12, "institute": -0.1, "laboratory": -0.64, "medicine": -1.0,
        "national": 0.11, "research": 0.28, "saint": 0.26, "school": 0.18, "science": -1.05,
        "technology": -0.19, "university": 1.15, "word": 0.19,
    },
    "before": {
        "-": 0.52, "biology": -0.35, "center": 0.99, "college": -0.52, "department": -0.2,
        "engineering": 0.16, "faculty": -0.07, "health": -0.27, "hospital": -0.48,
        "institute": 0.77, "medicine": 0.54, "national": -0.91, "research": 0.8, "school": 0.21,
        "science": 0.24, "state": -0.27, "technical": -0.17, "technology": -0.08,
        "university": -0.13, "word": -0.45,
    },
    "bias": {
        "": -1.46,
    },
    "both": {
        "False": -0.44, "True": 0.3,
    },
    "child": {
        "False": -0.2,
    },
    "child_too": {
        "False": -0.32, "True": 0.13,
    },
    "children": {
        "0": -0.44, "1": 0.12, "2": 0.41, "3": 0.39, "4": -0.45,
    },
    "country": {
        "-": 0.7, "False": -1.47, "True": 0.17,
    },
    "earlier": {
        "1": -0.15, "2": -0.38,
    },
    "education": {
        "False, False, False": 0.13, "False, False, True": 0.3, "False, True, False": -0.17,
        "False, True, True": -0.91, "True, False, False": 0.3, "True, False, True": -0.05,
        "True, True, False": -0.5, "True, True, True": -0.24,
    },
    "funder": {
        "False, company": -0.38, "False, education": -0.41, "False, facility": -0.09,
        "False, healthcare": -0.25, "False, other": -0.48, "True, company": 0.38,
        "True, education": 0.21, "True, healthcare": 0.34, "True, other": 0.36,
    },
    "hospital": {
        "company, True": -0.15, "education, False": 0.54, "education, True": -1.18,
        "facility, False": 0.86, "facility, True": -1.46, "healthcare, False": 0.12,
        "healthcare, True": -0.06, "other, False": 0.4, "other, True": -0.81,
    },
    "information": {
        "1": -1.64, "2": 0.39, "3": 0.27, "4": 0.27, "5": 0.23, "6": 0.32, "7": -0.13,
    },
    "inside": {
        "0": -0.15, "1": 0.81, "2": -0.25, "3": -0.46,
    },
    "later": {
        "0": 0.16, "1": -0.23, "2": -0.4,
    },
    "medicine": {
        "company, False": -0.21, "company, True": 0.15, "education, False": -0.21,
        "education, True": 0.29, "facility, True": -0.13, "healthcare, False": 0.21,
        "healthcare, True": -0.14, "other, False": 0.1, "other, True": -0.3,
    },
    "name": {
        "acronym": 1.64, "former": -2.06, "one word": 0.79, "other": -0.88,
        "without its place": 1.1,
    },
    "names": {
        "0": 0.17, "1": -0.07, "2": -0.1, "3": -0.14, "4": -0.25,
    },
    "parent_too": {
        "False": -0.41, "True": 0.28,
    },
    "placed": {
        "False": -0.27, "True": 0.05,
    },
    "predecessor_too": {
        "False": -0.2, "True": -0.2,
    },
    "rarest": {
        "0": -0.41, "1": -1.14, "2": -0.74, "3": -0.13, "4": 0.29, "5": 0.38, "6": 0.77, "7": 1.02,
    },
    "related_too": {
        "False": -0.32, "True": 0.08,
    },
    "relations": {
        "0": -0.62, "1": -0.17, "2": 0.6, "3": 0.62,
    },
    "shape": {
        "across, other": -0.36, "across, shown": 0.5, "end, acronym": 0.22, "end, former": 0.35,
        "end, one word": 0.56, "end, other": -0.22, "end, without its place": -0.69,
        "inside, acronym": 0.25, "inside, one word": -0.11, "inside, other": -0.58,
        "inside, shown": 0.55, "inside, without its place": -0.07, "part, former": -0.66,
        "part, one word": -0.17, "part, other": -0.49, "part, shown": -0.23,
        "part, without its place": 1.49, "scattered, former": 2.03, "scattered, other": -0.6,
        "scattered, shown": -0.05, "scattered, without its place": -0.78, "start, acronym": 0.11,
        "start, former": -0.92, "start, one word": 0.65, "start, other": -0.13,
        "start, shown": 0.67, "start, without its place": 0.24, "turned, other": 1.09,
        "turned, shown": 0.08, "whole, other": -1.31, "whole, shown": -0.43,
        "whole, without its place": 1.78, "words, former": -0.14, "words, other": 1.0,
        "words, shown": 0.06, "words, without its place": -0.71,
    },
    "shared": {
        "1, False": 0.1, "1, True": 1.07, "2, False": -0.61, "2, True": 1.14, "3, False": -0.29,
        "3, True": 0.22, "4, False": -0.67, "4, True": 0.56, "5, False": -0.63, "5, True": -1.07,
    },
    "stands": {
        "across": 0.26, "end": 0.09, "inside": -0.08, "part": -0.17, "scattered": 0.55,
        "start": 0.67, "turned": 0.17, "whole": -0.6, "words": 0.2,
    },
    "successor_too": {
        "False": -0.3,
    },
    "system": {
        "False": 0.74, "True": -1.28,
    },
    "tied_better": {
        "False": -0.12, "True": -0.25,
    },
    "tied_child": {
        "False": -0.58, "True": 0.33,
    },
    "tied_country": {
        "False": -0.61, "True": 0.58,
    },
    "tied_ordered": {
        "False": -0.09, "True": -0.44,
    },
    "tied_parent": {
        "False": 0.1, "True": -0.8,
    },
    "ties": {
        "0": 0.25, "2": -0.52, "3": -0.26,
    },
    "type": {
        "company": -0.12, "facility": -0.1, "other": -0.11,
    },
    "type_shape": {
        "company, True": -0.12, "education, False": 0.2, "education, True": -0.07,
        "facility, False": -0.19, "healthcare, False": -0.61, "healthcare, True": 0.54,
        "other, False": -0.46, "other, True": 0.16,
    },
    "unit": {
        "False": -0.07, "True": -0.29,
    },
    "university": {
        "False, False, False": -0.1, "False, False, True": -0.15, "True, False, False": -0.19,
        "True, False, True": -0.52, "True, True, True": 0.29,
    },
    "words": {
        "1": -0.9, "2": 0.24, "3": 0.35, "4": 0.55,
    },
}  # fmt: skip
"""By feature and value; what is not there weighs nothing."""

"""The words of organisations' names and of affiliations, as they are compared."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import Final, NamedTuple

from anyascii import anyascii

__all__ = [
    "COMMON",
    "LONGEST",
    "Token",
    "bare",
    "initials",
    "is_shouted",
    "parts",
    "spelling",
    "tokens",
    "words",
]

LONGEST: Final = 1000
"""Characters of an affiliation that are looked at."""

_APOSTROPHES: Final = re.compile(r"['’‘`´ʼ]")
_JOINED: Final = re.compile(r"(?:(?<=[a-zà-ÿ]{4})|(?<=\b[a-z]{2})|(?<=\b[a-z]{3}))(?=[A-Z][a-z])")
"""Words that lost the space between them: "Peking UniversityShenzhen", "ofUniversity"."""
_UMLAUT: Final = re.compile("(?<=[aou])e(?![aeiou])")
"""Würzburg is written Wuerzburg, too."""
_WORD: Final = re.compile(r"[A-Za-z0-9]+")
_BRACKETS: Final = re.compile(r"\s*\([^()]*\)")
_INITIALS: Final = re.compile(r"\b(?:[A-Z]\.){2,}")
_PARTS: Final = re.compile(r"[,;:|()\[\]\n\t•]|\s[-–—/]\s|\s/|/\s|\.\s(?=[A-Z])|–|—")

_SMALL_WORDS: Final = """
    a al am an and at auf aus bei d da das de dei del della delle dello dem den der des di
    do dos du e ed el en et for fuer fur gli i il im in l la las le les los na nad o och of
    og on po por pour pri the to und van von voor w y za zu zum zur
"""
_FORMS: Final = """
    ab ag aps as asa bv co companies company corp corporation gmbh inc incorporated kg kgaa kk
    limited llc lp ltd nv oy plc pte pvt sa spa srl
"""
_SMALL: Final = frozenset((_SMALL_WORDS + _FORMS).split())
"""Words that names are written with and without."""

_CITIES: Final = {
    "munich": "munchen muenchen",
    "vienna": "wien",
    "cologne": "koln koeln",
    "rome": "roma",
    "milan": "milano",
    "turin": "torino",
    "florence": "firenze",
    "naples": "napoli",
    "venice": "venezia",
    "genoa": "genova",
    "padua": "padova",
    "geneva": "geneve genf",
    "zurich": "zuerich",
    "prague": "praha prag",
    "warsaw": "warszawa warszawski",
    "lisbon": "lisboa",
    "seville": "sevilla",
    "brussels": "bruxelles brussel",
    "ghent": "gent",
    "antwerp": "antwerpen anvers",
    "copenhagen": "kobenhavn kobenhavns",
    "gothenburg": "goteborg goteborgs",
    "moscow": "moskva",
    "basel": "basle",
    "bern": "berne",
    "usa": "us",
    "uk": "gb",
}
"""What cities are called in other languages, where names of universities have it so."""

_WORDS: Final = {
    "university": "univ universitaet universitat universitet universitetet universite "
    "universita universidad universidade universitas universitate universitatea "
    "universiteit universitesi universiti universitario universitaria universitaire "
    "univerzita univerzitet univerza uniwersytet universitat universitats unversity "
    "universitatis universitaria universitari universitet sveuciliste universitetas "
    "universiversity univeristy universty universitaets",
    "institute": "inst institut instituto istituto instituut instytut institutet instituti "
    "intitute insitute institutes",
    "department": "dept dep departamento departement dipartimento departments abteilung",
    "laboratory": "lab labs laboratories laboratoire laboratorio labor",
    "center": "centre ctr cent centro centrum zentrum centra centres",
    "technology": "tech technol technologies",
    "technical": "technische technique tecnica technisch techn politechniczny technological",
    "polytechnic": "politecnico politecnica polytechnique politechnika politecnic",
    "college": "coll colegio",
    "hospital": "hosp hopital hopitaux ospedale ospedali klinikum krankenhaus hospitalier "
    "hospitals ziekenhuis sykehus hospitalet sjukhuset sjukhus szpital",
    "national": "natl nacional nazionale nationale nat",
    "academy": "acad academia akademie accademia academie akademia akademi akademiya",
    "science": "sci sciences scientific ciencia ciencias scienze wissenschaften wissenschaft "
    "cientificas scientifique scientifiques scientifica cientifica nauk",
    "medicine": "med medical medicina medizin medecine medizinische medicale medicinal "
    "medica medisch medicinsk",
    "engineering": "eng engn engineer engineers ingenieria ingegneria ingenierie",
    "research": "res recherche recherches ricerca ricerche investigacion investigaciones "
    "forschung pesquisa pesquisas",
    "school": "sch escuela ecole scuola schule escola hochschule",
    "foundation": "fdn found fondazione fondation fundacion stiftung fundacao fundacio",
    "saint": "st sankt sainte san santa",
    "state": "estado estadual estatal",
    "federal": "fed",
    "faculty": "fac facultad faculte facolta fakultat fakultaet faculdade",
    "international": "intl int internacional",
    "agriculture": "agr agric agricultural agricola agraria",
    "catholic": "cattolica catolica katholische catholique katolicki",
    "association": "assoc",
    "ministry": "minist ministerio ministere ministero ministerium",
    "general": "gen",
    "applied": "appl",
    "health": "salud sante salute saude gesundheit healthcare",
    "biology": "biol biological biologia biologie",
    "chemistry": "chem chemical chimie chimica quimica chemie",
    "physics": "phys physical physique fisica physik",
    "cancer": "canc cancerologia",
    "advanced": "adv",
    "administration": "adm",
}
"""What names abbreviate, misspell or say in another language."""

_SAME: Final = {
    same: word
    for word, others in (_WORDS | _CITIES).items()
    for same in (_UMLAUT.sub("", each) for each in others.split())
}


class Token(NamedTuple):
    """A word of an affiliation.

    :param word: as it is compared.
    :param acronym: in small letters, if it may be one; else empty.
    """

    word: str
    acronym: str


def tokens(text: str, *, shouted: bool = False) -> list[Token]:
    """The words of a name in their order: Latin letters without accents, no small words.

    Abbreviations, plurals and what common words are in other languages become one word.

    :param shouted: whether it is of a text in capitals (`is_shouted`), which tell no acronyms.
    """
    found = []
    for each in _WORD.findall(anyascii(_APOSTROPHES.sub("", _plain(text)))):
        small = each.lower()
        capitals = 0 if shouted else sum(letter.isupper() for letter in each)
        acronym = small if capitals > 1 and len(each) < 13 else ""
        if acronym or small not in _SMALL:
            found.append(Token(_same(_UMLAUT.sub("", small)), acronym))
    return found


def is_shouted(text: str) -> bool:
    """Whether a text is in capitals, and no mere row of acronyms."""
    return text.upper() == text and any(len(word) > 7 for word in text.split())


@lru_cache(maxsize=1 << 16)
def words(text: str) -> tuple[str, ...]:
    """The words of `tokens` alone; all words of a name that has but small ones."""
    found = tuple(each.word for each in tokens(text, shouted=is_shouted(text)))
    return found or tuple(_WORD.findall(anyascii(_plain(text)).lower()))


def initials(text: str) -> str:
    """The first letters of the words of a name, small ones left out; none of fewer than three."""
    found = [each for each in _WORD.findall(anyascii(text)) if each.lower() not in _SMALL]
    return "".join(each[0].lower() for each in found) if len(found) > 2 else ""


def bare(name: str) -> str:
    """A name without what is in brackets, as a country is; all of it if that is all."""
    return _BRACKETS.sub("", name).strip() or name


def spelling(text: str) -> str:
    """A text in small Latin letters without accents and signs, else as it is spelled."""
    return " ".join(_WORD.findall(anyascii(text[:LONGEST]).lower()))


def parts(text: str) -> tuple[str, ...]:
    """The parts of an affiliation, as commas, brackets and dashes separate them."""
    found = (each.strip(" .") for each in _PARTS.split(_plain(text)))
    return tuple(each for each in found if each)


def _plain(text: str) -> str:
    text = html.unescape(text[:LONGEST]).replace("&", " and ")
    text = _INITIALS.sub(lambda found: found[0].replace(".", ""), text)
    return _JOINED.sub(" ", text)


def _same(word: str) -> str:
    if word in _SAME:
        return _SAME[word]
    if len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return _SAME.get(word, word)


COMMON: Final = frozenset(_WORDS)
"""Words that tell nothing about which organisation it is."""

"""Names of people as linking compares them: folded words, given and family name, short forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final, NamedTuple

from anyascii import anyascii

from ..readers.names import Names
from .syllables import is_vietnamese, syllables

__all__ = ["Name", "diminutives", "fold", "read_names"]

_LONGEST: Final = 200
"""Characters of a name that are looked at; nobody's is longer."""

_APOSTROPHES: Final = re.compile("['\u2018\u2019\u02bc\u02bb`\u00b4]")
_NO_LETTER: Final = re.compile(r"[^a-z]+")
_UMLAUT: Final = re.compile("([aou])e")
_SEVERAL: Final = re.compile(r"\S\s*(?:\s(?:and|und|et)\s|[;&/])\s*\S")
_ASIDE: Final = re.compile(r"[(\[\"\u201c]([^()\[\]\"\u201c\u201d]*)[)\]\"\u201d]")
_INITIALS: Final = re.compile(r"\.-?(?=\w)")
_HAN: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7a3]+")
_HANGUL: Final = re.compile("[\uac00-\ud7a3]+")
_GENERATION: Final = re.compile(r"(?<=\w\w)[.,]?\s+(ii|iii|iv|jr|sr)\.?$", re.IGNORECASE)
_DEGREES: Final = frozenset({"phd", "md", "msc", "dsc"})
_PARTICLES: Final = frozenset(
    {"af", "al", "av", "bin", "da", "das", "de", "del", "della", "den", "der", "des", "di", "do"}
    | {"dos", "du", "e", "el", "ibn", "la", "las", "le", "los", "t", "te", "ten", "ter", "van"}
    | {"von", "y", "zu", "zum", "zur"}
)
_COMPOUND: Final = frozenset(
    {"欧阳", "歐陽", "司马", "司馬", "诸葛", "諸葛", "上官", "南宫", "司徒"}
)

_SHORT: Final = """
adrian adi; agnieszka aga; aleksandra ola sasha; alejandro ale; alessandro ale sandro;
alexander alex sasha sandro xander lex; alexandra alex sasha sandra; alexandros alekos alex;
anastasia nastya; andreas andi; andrei andrey; anna anya ania anja asya; antonio toni tonio;
antonius ton anton; asuncion asun; athanasios thanos nasos sakis; augustin gustl;
bartholomeus bart; beatrix bea; bernhard bernd; bernd bernhard; charalambos charis haris babis;
concepcion concha conchi; constantinos kostas costas dinos; cornelis cees kees; dimitrios dimitris
mitsos; dmitry dima mitya dmitri dmitrij; dolores lola; eduard edi ed; ekaterina katya katja;
elena lena; elisabeth lisa elise else liesl betty; emmanouil manolis; emmanuel manolo manu;
enrique quique; evangelos vangelis; evgeny zhenya eugene; ferdinand ferdi; francesco franco checco;
francisco paco pancho kiko fran; franciscus frans; friedrich fritz fred; georg jorg schorsch;
georgios giorgos yorgos george; gerhard gerd; gerardus gerard; giovanni gianni nanni; giuseppe
beppe peppe pino; grzegorz grzesiek; guadalupe lupe; gunter gunther; heinrich heinz heiner henk;
hendrik henk rik; ignacio nacho; ilya ilia; ioannis yannis giannis yiannis john; isabel isa;
ivan vanya; jacobus jaap koos; jan janek; jesus chus; joao john; johann hans; johannes hans hannes
jan johan joop; jonathan jo; jose pepe; josef sepp jupp; juergen jurgen; karl carl;
katarzyna kasia; katharina kathi kat; klaus nikolaus; konstantin kostya; konstantinos kostas
costas dinos kostis; krzysztof krzysiek kris; lambertus bert; leonardo leo; ludwig lutz; luigi
gigi; magdalena magda lena; malgorzata gosia; manuel manolo; margarita rita; maria mari masha mariya
marija; maria-teresa maite; maria-jose marijose; martinus martin; mathieu matthieu; matthias matt
matze; mercedes merche; michail michalis; mikhail misha michael; montserrat montse; natalia natalya
natalja natasha; natalya natasha nataliya; nikolai kolya nick; nikolaos nikos nick; olga olya;
panagiotis takis panos; paraskevi vivi evi; pavel pasha paul; pawel paul; pedro perico; petrus
piet; pilar pili; pyotr petya peter; rafael rafa; ricardo ricky; roberto beto; rodolfo fito;
rosario charo; rudolf rudi; salvatore toto; santiago santi; sebastian basti; sergei sergey seryozha
serge sergej; sofia sonya; sotirios sotiris; spyridon spiros spyros; stanislaw stan; stephanos
stefanos; stylianos stelios; svetlana sveta; tatiana tanya tatyana; theodoros thodoris;
theodorus theo; tomasz tomek; ulrich uli ulli; ulrike uli ulli; vasileios vasilis vassilis bill;
vincenzo enzo; vladimir volodya vova; vladislav vlad; wilhelm willi willy; wilhelmus wim;
wojciech wojtek; wolfgang wolf; xavier xavi javier; yevgeny zhenya; yulia julia juliya
"""
"""Short forms of given names that no list of English ones has: the long form first."""


class Name(NamedTuple):
    """A name in parts, each word folded.

    :param given: given names in their order; an initial is one letter.
    :param family: words of the family name, with its particles.
    :param generation: what tells namesakes of a family apart (`jr`, `iii`), else empty.
    """

    given: tuple[str, ...]
    family: tuple[str, ...]
    generation: str = ""

    @property
    def letters(self) -> str:
        """All of it without spaces, so that "Cuenca Grau" and "CuencaGrau" are one."""
        return "".join(self.given + self.family)

    @property
    def first(self) -> str:
        """The first given name that is written out; empty where there are initials alone."""
        return next((word for word in self.given if len(word) > 1), "")

    @property
    def families(self) -> tuple[str, ...]:
        """What people may call the family: all of it, each word of a double name, the last one."""
        words = tuple(word for word in self.family if word not in _PARTICLES) or self.family
        return tuple(dict.fromkeys(("".join(self.family), "".join(words), *words)))


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """The words of a text in small ASCII letters, with one space between two.

    Other scripts are transliterated; "ü", "ue" and "u" are one (also in "Manuel": "manul"), and
    so are "O'Hara" and "OHara".
    """
    return _UMLAUT.sub(r"\1", _ascii(text))


@lru_cache(maxsize=200_000)
def read_names(text: str, given: str = "", family: str = "") -> tuple[Name, ...]:
    """The names that a text gives, the main one first.

    There is none where it has no letter, or tells of several people ("Ann Lee and Bo Wu").
    It may be "Family, Given" or "Given Family", with the family name in capitals or not, in Han
    or Hangul; what stands in brackets or quotation marks is another given name, or the name in
    another script.

    :param text: the name in full.
    :param given, family: its parts, where they are known. They count if they make up the text.
    """
    text = text[:_LONGEST].strip().removeprefix("and ")
    if _SEVERAL.search(text):
        return ()
    asides = [aside.strip() for aside in _ASIDE.findall(text)]
    plain = _ASIDE.sub(" ", text).strip(" ,") or text
    generation = match[1].lower() if (match := _GENERATION.search(plain)) else ""
    plain, family = (_GENERATION.sub("", each) for each in (plain, family))
    found = [_stated(plain, given, family) or _parsed(plain)]
    for aside in asides:
        if _HAN.fullmatch(aside):
            found.append(_parsed(aside))
        elif word := _words(aside):
            found.append(Name(word, found[0].family))
    whole = (
        Name(_one_given(given, family), family, generation)
        if family
        else Name((), given, generation)
        for given, family, _ in found
    )
    return tuple(dict.fromkeys(name for name in whole if name.letters))


def _one_given(given: tuple[str, ...], family: tuple[str, ...]) -> tuple[str, ...]:
    """Given names as one word if they are the syllables of a Chinese or Korean one."""
    whole, last = "".join(given), "".join(family)
    if len(given) != 2 or min(map(len, given)) < 2 or is_vietnamese(last):
        return given
    both = all(syllables(each, last) == 1 for each in given)
    return (whole,) if both else given


@lru_cache(maxsize=100_000)
def diminutives(given: str) -> frozenset[str]:
    """What a given name may stand for: itself, and the names that it is a short form of.

    Two given names may be of one person if these have one in common (Bob, Rob: robert).

    :param given: a folded word.
    """
    return frozenset({given, *_english().get(given, ()), *_european().get(given, ())})


@cache
def _english() -> dict[str, set[str]]:
    from nicknames import NickNamer

    found: dict[str, set[str]] = {}
    for short, names in NickNamer().canonical_lookup.items():
        found.setdefault(fold(short), set()).update(map(fold, names))
    return found


@cache
def _european() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for line in _SHORT.split(";"):
        long, *short = line.split()
        for each in short:
            found.setdefault(fold(each), set()).add(fold(long.replace("-", "")))
    return found


def _ascii(text: str) -> str:
    plain = anyascii(_APOSTROPHES.sub("", text[:_LONGEST]))
    return _NO_LETTER.sub(" ", _APOSTROPHES.sub("", plain).lower()).strip()


def _words(text: str) -> tuple[str, ...]:
    return tuple(_split(text))


def _split(text: str) -> Iterator[str]:
    """Words of a name: "J.-C." and "AR" as they stand, "R.V." as two initials, a hyphen joins."""
    for part in text.replace(".", ". ").split():
        pieces = [fold(piece) for piece in re.split(r"[-\u2010-\u2015]", part)]
        word = "".join(pieces).replace(" ", "")
        if word:
            yield word


def _stated(text: str, given: str, family: str) -> Name | None:
    """The parts as they are given, unless they are not those of the text."""
    if not given.strip() or not family.strip():
        return None
    name = Name(_words(given), _family(family))
    return name if name.letters and sorted(name.letters) == sorted(_joined(text)) else None


def _parsed(text: str) -> Name:
    if _HAN.fullmatch(text.replace(" ", "")):
        return _east_asian(text)
    before, comma, after = text.partition(",")
    if comma and fold(after).replace(" ", "") not in _DEGREES and fold(before):
        return Name(_words(after), _family(before))
    name = Names().read(_INITIALS.sub(". ", text.replace(",", " ")))
    return Name(_words(name.given), _family(name.family))


def _family(text: str) -> tuple[str, ...]:
    """Words of a family name; those that a hyphen joins are words of their own."""
    return tuple(fold(text).split())


def _joined(text: str) -> str:
    return fold(text).replace(" ", "")


def _east_asian(text: str) -> Name:
    """A name in Han or Hangul: the family name stands first, of one character as a rule."""
    parts = text.split()
    if len(parts) == 1:
        whole = parts[0]
        two = whole[:2] in _COMPOUND or (len(whole) > 3 and not _HANGUL.fullmatch(whole))
        parts = [whole[: 2 if two else 1], whole[2 if two else 1 :]]
    family, given = parts[0], "".join(parts[1:])
    return Name((_joined(given),) if given else (), (_joined(family),) if family else ())

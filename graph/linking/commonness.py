"""How common names of people are: those of a table, counted with a background of the field."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Final

from .names import Name, fold
from .syllables import syllables

__all__ = ["Commonness"]

_BACKGROUND: Final = 20_000
"""People elsewhere counted with those of a table, so that a small one knows what is rare."""
_UNKNOWN: Final = 0.5
"""How many of them have a name that is not listed below."""
_FAMILIES: Final = """
wang 300 li 280 zhang 270 liu 200 chen 220 yang 120 huang 100 zhao 90 wu 110 zhou 80 xu 90 sun 70
zhu 60 hu 60 guo 50 he 50 lin 70 gao 45 luo 40 ma 50 zheng 45 liang 35 xie 30 tang 35 han 35 cao 30
deng 25 feng 35 xiao 25 jiang 45 lu 50 shen 30 yu 50 dong 25 cheng 30 wei 30 yuan 25 pan 25 du 20
ding 20 peng 25 lee 120 kim 150 park 70 choi 40 jung 20 kang 20 cho 25 lim 20 nguyen 60 tran 25 pham
15 le 25 singh 40 kumar 50 sharma 30 gupta 25 das 15 smith 25 johnson 15 jones 15 brown 12 miller 15
muller 20 schmidt 12 garcia 20 martin 20 rossi 8 silva 15 santos 10 tanaka 12 suzuki 12 sato 12
"""
_GIVEN: Final = """
wei 60 yang 30 jun 45 lei 30 jing 40 xin 40 hao 40 yu 45 tao 30 bo 25 li 35 ming 25 yi 40 feng 25
hui 30 jie 35 kai 30 lin 30 peng 30 qi 30 rui 30 xiao 30 yan 35 ying 30 yue 25 chao 30 bin 25 fei
25 chen 25 hong 25 hua 20 jian 30 min 30 ning 20 ping 15 qiang 20 xiang 20 yong 25 yuan 25 zhen 20
zheng 15 john 80 david 110 michael 110 peter 80 thomas 80 robert 60 james 60 daniel 90 andrew 50
mark 50 paul 60 martin 60 stefan 50 andreas 60 alexander 70 christian 60 maria 60 anna 50 jose 40
juan 30 richard 40 william 35 markus 30 frank 30 hans 25 jan 40 marco 40 francesco 30 antonio 30
giuseppe 20
"""
"""How many of those people have the commonest names of the field, roughly."""

_EASTERN_GIVEN: Final = {1: 50, 2: 20}
"""At least so many have a Chinese, Korean or Vietnamese given name of one or two syllables.

Names that differ in characters or tones are one in Latin letters.
"""
_EASTERN_FAMILY: Final = 10
"""At least so many have such a family name, of which there are few."""


class Commonness:
    """How many of all people have a name.

    :param names: the names of a table, which are counted.
    """

    def __init__(self, names: Iterable[Name]) -> None:
        distinct = {(name.first or name.given[:1], name.family) for name in names}
        self._total = len(distinct) + _BACKGROUND
        self._given, self._families = _counts(_GIVEN), _counts(_FAMILIES)
        self._given.update(first for first, _ in distinct if isinstance(first, str) and first)
        self._families.update("".join(family) for _, family in distinct)
        self._initials: Counter[str] = Counter()
        for first, number in self._given.items():
            self._initials[first[0]] += number
        self._named = self._initials.total() or 1

    def __call__(self, name: Name) -> float:
        """log2 of the share of people who have a name: first given name and family together."""
        family = "".join(name.family)
        eastern = syllables(name.first, family)
        bearers = max(self._families[family], _EASTERN_FAMILY if eastern else 0) + _UNKNOWN
        if name.first:
            least = _EASTERN_GIVEN[eastern] if eastern else 0
            share = (max(self._given[name.first], least) + _UNKNOWN) / self._total
        elif name.given:
            share = (self._initials[name.given[0][0]] + 1) / (self._named + 26)
        else:
            share = 1.0
        return math.log2(bearers / self._total * share)


def _counts(text: str) -> Counter[str]:
    words = text.split()
    return Counter(dict(zip(map(fold, words[::2]), map(int, words[1::2]), strict=True)))

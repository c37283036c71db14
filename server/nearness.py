"""Words that were perhaps meant: those of an index that differ from a word by a slip or two."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

__all__ = ["Vocabulary"]

_SHORTEST: Final = 3
"""Letters of the shortest word that is mended; a shorter one is near to too many."""
_LONG: Final = 6
"""Letters of a word that may differ in two of them."""
_MOST: Final = 3
_ALIKE: Final = 0.5
"""The share of the letters of two words that are the same, at least."""
_OFFERED: Final = 5


class Vocabulary:
    """The words of an index.

    :param words: in order, without repetition.
    :param things: how many things have each.
    """

    def __init__(self, words: Sequence[str], things: Sequence[int]) -> None:
        self._words = words
        self._things = things

    def begins(self, letters: str) -> bool:
        """Whether a word begins with these letters."""
        place = bisect_left(self._words, letters)
        return place < len(self._words) and self._words[place].startswith(letters)

    def nearest(self, word: str) -> list[str]:
        """The other words that are nearest: by letters that differ, lack, are too many or swapped.

        This is the optimal string alignment distance
        (https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance).

        :return: few, those with the same first letter and the more usual ones first.
        """
        if len(word) < _SHORTEST:
            return []
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        allowed = 2 if len(word) >= _LONG else 1
        found = extract(word, self._words, scorer=OSA.distance, score_cutoff=allowed, limit=None)
        ranked = sorted(
            (steps, known[0] != word[0], -self._things[place], known)
            for known, steps, place in found
            if steps
        )
        return [known for steps, _, _, known in ranked if steps == ranked[0][0]][:_MOST]

    def alike(self, word: str) -> list[str]:
        """Words that have many letters in common with a word, to be offered where all fails."""
        from rapidfuzz.distance import Indel
        from rapidfuzz.process import extract

        scorer = Indel.normalized_similarity
        found = extract(word, self._words, scorer=scorer, score_cutoff=_ALIKE, limit=_OFFERED)
        return [known for known, _, _ in found]

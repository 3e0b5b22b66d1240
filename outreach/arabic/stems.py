"""Words without the little ones that Arabic joins to them: what a word that nobody met most likely stands for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

#: As "light stemmers" have them (Larkey and others, 2002), with those of Iraqi: هال، دا، ع، شـ، ـج، ـلي.
_BEFORE = frozenset({
    "", "و", "ف", "ب", "ل", "ك", "ش", "ه", "د", "ع", "ا", "ي", "ت", "ن", "م", "ال", "لل", "دا", "دي", "دت",
    "وي", "وت", "وا", "ما", "بي", "هال", "وال", "بال", "فال", "عال", "كال", "داي", "دات", "دان",
})  # fmt: skip
_AFTER = frozenset({
    "", "ه", "ك", "ج", "ي", "ا", "و", "ت", "ها", "هم", "هن", "كم", "جن", "ني", "نا", "ين", "ون", "ات", "وا",
    "يه", "تي", "لي", "له", "لج", "لك", "لها", "لهم", "تها", "ناه", "وها",
})  # fmt: skip
_LONGEST = 3
_STEM = 3  #: letters; what is shorter may be anything


def known_as(word: str, numbers: Mapping[str, int]) -> int | None:
    """The number of the word, or else of its longest known stem; of two as long, the smaller number, which is the
    more frequent word's."""
    found = numbers.get(word)
    if found is not None:
        return found
    known = ((len(word) - len(stem), numbers[stem]) for stem in stems(word) if stem in numbers)
    return min(known, default=(0, None))[1]


def stems(word: str) -> Iterator[str]:
    bare = word.strip("?!")
    for before in range(min(_LONGEST, len(bare) - _STEM) + 1):
        if bare[:before] in _BEFORE:
            for after in range(min(_LONGEST, len(bare) - _STEM - before) + 1):
                if bare[len(bare) - after :] in _AFTER:
                    yield bare[before : len(bare) - after]

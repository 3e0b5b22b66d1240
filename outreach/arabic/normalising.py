"""From what a person typed to the spelling that is scored, with the way back for highlighting."""

from __future__ import annotations

import re
from dataclasses import dataclass

from outreach.arabic.arabizi import is_arabizi, to_arabic
from outreach.arabic.languages import LINK, MENTION, is_arabic_enough
from outreach.arabic.letters import ARABIC, EMOJI_TOKENS, FOLDING
from outreach.arabic.phones import PHONE
from outreach.arabic.tracking import Span, Tracked

#: Words that stand for things that are no words. They pass through normalising unchanged.
TOKENS = frozenset(EMOJI_TOKENS.values()) | {"link", "mention", "phone", "number", "laugh"}

_A = f"[{ARABIC}]"
_ARABIC_LETTER = re.compile(_A)
_LATIN_LETTER = re.compile("[a-z]")
_LATIN_WORD = re.compile(r"(?<![a-z0-9])[a-z0-9']+")
_STARS = re.compile(rf"(?<={_A})\*+(?={_A})|'")
_ROUND = re.compile(rf"(?<={_A})o(?={_A})")
_TALL = re.compile(rf"(?<={_A})[li|](?={_A})")
_GAPS = re.compile(r"[\s.*_|-]+")
_LAUGHTER = re.compile(
    r"(?<!\w)(?:ه{3,}|ه?(?:ها){2,}ه*|خ{4,}|(?:ha){2,}h?|h{3,}|lo+l|(?:je){2,}|(?:هي){3,})(?!\w)|ه{4,}|خ{5,}"
)
_REPEATED = re.compile(r"(?<![^ ])(emo[a-z]+|laugh) +\1(?: +\1)+(?![^ ])")
_LONG_LAM = re.compile(r"ل{3,}")
_LONG = re.compile(r"([^\d\s])\1{2,}")
_SPACED = re.compile(rf"(?<!\S)(?:{_A} ){{2,}}{_A}(?!\S)")
_NUMBER = re.compile(r"(?<![0-9])[0-9]{5,}")


@dataclass(frozen=True)
class Normalised:
    """`offsets[i]` is the half-open span, in code points of the original, that character i stands for."""

    text: str
    offsets: tuple[Span, ...]

    def original(self, start: int, end: int) -> Span:
        """The span of the original behind characters `start` to `end` (half-open, not empty) of the text."""
        behind = self.offsets[start:end]
        return min(span[0] for span in behind), max(span[1] for span in behind)


def normalise(text: str) -> Normalised:
    tracked = _steps(Tracked(text, offsets=True))
    return Normalised(tracked.text, tuple(tracked.spans or ()))


def normalised_text(text: str) -> str:
    """As `normalise(text).text`, several times faster."""
    return _steps(Tracked(text, offsets=False)).text


def _steps(tracked: Tracked) -> Tracked:
    original = tracked.text
    if "." in original or ":" in original or "@" in original:
        tracked.substitute(LINK, " link ")
        tracked.substitute(MENTION, " mention ")
    tracked.translate(FOLDING)
    if _LATIN_WORD.search(tracked.text) and _is_mostly_arabizi(tracked.text):
        tracked.substitute(_LONG, r"\1\1")
        tracked.substitute(_LAUGHTER, " laugh ")
        tracked.substitute(_LATIN_WORD, _transliterated)
    return _tidy(tracked)


def _is_mostly_arabizi(folded: str) -> bool:
    """Judged on the folded text, so that a text already normalised is judged alike."""
    arabic, latin = len(_ARABIC_LETTER.findall(folded)), len(_LATIN_LETTER.findall(folded))
    return not is_arabic_enough(arabic, latin) and is_arabizi(folded)


def _transliterated(match: re.Match[str]) -> str:
    word = match.group()
    return word if word in TOKENS else to_arabic(word)


def _tidy(tracked: Tracked) -> Tracked:
    """The order matters: phones before gaps close, laughter before repeats do, letters join last. Of a sign that is
    typed many times two are left: ten tears under a poem are not ten reasons to worry."""
    text = tracked.text
    if "*" in text or "'" in text:
        tracked.substitute(_STARS, "")
    if "|" in text or "l" in text or "i" in text or "o" in text:
        tracked.substitute(_ROUND, "ه")
        tracked.substitute(_TALL, "ا")
    tracked.substitute(_GAPS, " ")
    if "0" in text or "9" in text or "صفر" in text:
        tracked.substitute(PHONE, " phone ")
    tracked.substitute(_NUMBER, " number ")
    tracked.substitute(_LAUGHTER, " laugh ")
    if "emo" in tracked.text or "laugh" in tracked.text:
        tracked.substitute(_REPEATED, r"\1 \1")
    tracked.substitute(_LONG_LAM, "لل")
    tracked.substitute(_LONG, r"\1")
    tracked.substitute(_SPACED, lambda match: match.group().replace(" ", ""))
    tracked.substitute(_EDGES, "")
    return tracked


_EDGES = re.compile(r"^ +| +$| +(?= )")

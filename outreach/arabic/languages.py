"""Which language a comment is in, as far as scoring needs to know."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from outreach.arabic.arabizi import is_arabizi, is_english
from outreach.arabic.letters import FOLDING


class Language(StrEnum):
    ARABIC = "arabic"
    ARABIZI = "arabizi"  #: Arabic in Latin letters
    ENGLISH = "english"
    OTHER = "other"
    NONE = "none"  #: no letters left after links, tags and emoji


#: Links, mail addresses, @mentions.
LINK = re.compile(
    r"(?i)https?://\S+|www\.\S+|[\w.+-]{1,64}@\w+\.\w+|\b[a-z0-9-]{1,63}\.(?:com|net|org|info|iq|me|ly|tv|co)\b\S*"
)
MENTION = re.compile(r"@[\w.]+")
_TAG = re.compile(r"#[\w]+")
_ARABIC = re.compile(r"[\u0621-\u064a\u066e-\u06d3\u06d5\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdfb\ufe70-\ufefc]+")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\uff21-\uff5a]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_KURDISH = re.compile(r"[ێۆڕڵ]|ە(?=\b)|(?<=\w)ە(?=\w)")
_URDU = re.compile(r"[ٹڈڑںےہ]")
# None that is an Arabic word as well, as ما and همه are: two of those in an Iraqi sentence are nothing strange.
PERSIAN = frozenset("است این که را برای نیست چرا از با می نمی باید خیلی دارد کرد کند شود چه کنید".split())  # noqa: SIM905
_PERSIAN_ENOUGH = 0.2


def language(text: str) -> Language:
    if _plainly_arabic(text):
        return Language.ARABIC
    bare = unicodedata.normalize("NFKC", _TAG.sub(" ", MENTION.sub(" ", LINK.sub(" ", text))))
    arabic, latin, letters = _count(_ARABIC, bare), _count(_LATIN, bare), _count(_LETTERS, bare)
    if not letters:
        return Language.NONE
    if letters > 2 * (arabic + latin):
        return Language.OTHER
    if is_arabic_enough(arabic, latin):
        return Language.OTHER if _other_in_arabic_script(bare, arabic) else Language.ARABIC
    return _of_latin(bare.translate(FOLDING))


def is_arabic_enough(arabic: int, latin: int) -> bool:
    """By letters. One Arabic cry in an English comment must be read, so Arabic wins well below half."""
    return arabic > 0 and (arabic * 3 >= latin or arabic >= 12)  # noqa: PLR2004


_SIMPLE = re.compile(r"[\u0621-\u063a\u0641-\u064a\s0-9.,!?،؟:;()]+")


def _plainly_arabic(text: str) -> bool:
    """The common case, decided in one match: only letters of standard Arabic, digits and marks, and two letters."""
    return _SIMPLE.fullmatch(text) is not None and _ARABIC.search(text) is not None


def _count(pattern: re.Pattern[str], text: str) -> int:
    return sum(map(len, pattern.findall(text)))


def _of_latin(folded: str) -> Language:
    if is_arabizi(folded):
        return Language.ARABIZI
    return Language.ENGLISH if is_english(folded) else Language.OTHER


def _other_in_arabic_script(text: str, letters: int) -> bool:
    """Kurdish, Urdu and Persian by their own letters and little words; a stray letter is only a keyboard."""
    if len(_KURDISH.findall(text)) * 16 >= letters + 16 or len(_URDU.findall(text)) * 16 >= letters + 16:
        return True
    words = _LETTERS.findall(text)
    return sum(word in PERSIAN for word in words) >= max(2, _PERSIAN_ENOUGH * len(words))

"""One character at a time: what every character of a comment becomes. With `camelbert`, what imports camel-tools."""

from __future__ import annotations

import unicodedata

from camel_tools.utils.charmap import CharMapper
from camel_tools.utils.normalize import (
    normalize_alef_ar,
    normalize_alef_maksura_ar,
    normalize_teh_marbuta_ar,
    normalize_unicode,
)

#: The alphabet that is left after folding. ظ is written ض (Iraqis use either), hamza has no letter of its own.
ARABIC = "ابتثجحخدذرزسشصضطعغفقكلمنهوي"
#: Kept until the steps that need them have run, then turned into spaces.
SEPARATORS = ".*-_|'"

_CLEAN = CharMapper.builtin_mapper("arclean")
#: گ چ پ ڤ and the Kurdish and Urdu letters that Iraqi keyboards offer, as the letter they stand in for.
_STAND_INS = str.maketrans(
    {
        "گ": "ك", "ڭ": "ك", "ک": "ك", "ڪ": "ك", "چ": "ج", "ژ": "ج", "پ": "ب", "ڤ": "ف", "ڥ": "ف", "ڨ": "ق", "ظ": "ض",
        "ی": "ي", "ې": "ي", "ێ": "ي", "ے": "ي", "ۍ": "ي", "ە": "ه", "ہ": "ه", "ھ": "ه", "ۃ": "ه", "ۀ": "ه", "ۂ": "ه",
        "ۆ": "و", "ۇ": "و", "ۋ": "و", "ڕ": "ر", "ڵ": "ل", "ڎ": "ذ", "ٹ": "ت", "ڈ": "د", "ں": "ن", "ؤ": "و", "ئ": "ي",
        "ء": "", "ٮ": "ب", "ڡ": "ف", "ٯ": "ق",
    }
)  # fmt: skip
#: Letters of other scripts that look Latin, and marks that people type for each other.
_LOOK_ALIKES = str.maketrans(
    {
        "о": "o", "ο": "o", "а": "a", "α": "a", "е": "e", "р": "p", "с": "c", "у": "y", "х": "x", "і": "i", "ι": "i",
        "´": "'", "`": "'", "’": "'", "‘": "'", "ʼ": "'", "،": " ", "؛": " ", "•": ".", "·": ".", "…": " ", "–": "-",
        "—": "-", "−": "-", "‐": "-", "¦": "|", "ǀ": "|", "⁎": "*", "٭": "*", "✱": "*", "⭐": "*", "؟": "?", "¿": "?",
    }
)  # fmt: skip

_EMOJI = {
    "emolove": "❤♥💕💖💗💓💞💘💝💟💙💚💛💜🖤🤍🤎🧡🩷🩵🌹🌷🌸💐🌺🌻😍🥰😘😗😚😙🤗💋🫶🕊",
    "emojoy": "😊😀😃😄😁😆🙂😇😌😎🤩🥳👏👍💪✌👌🎉🎊✨🌟💯🔥☺🙌🤝😋🏆✅",
    "laugh": "😂🤣😹😅😝😜🤪😛",
    "emosad": "😢😭💔😔😞😟🙁☹😥😓😩😫😖😣🥺😿😰😨😧😦🥀😪",
    "emoangry": "😡😠🤬👿😤👎💢🖕👊",
    "emodisgust": "🤮🤢😒🙄😏😑😐🤡💩🐕🐶🐷🐽👞🥾",
    "emopray": "🙏🤲",
    "emoknife": "🔪🗡🔫💣⚔🪓",
}
EMOJI_TOKENS = {ord(sign): name for name, signs in _EMOJI.items() for sign in signs}


def _fold_letter(char: str) -> str:
    if char in ARABIC or ("a" <= char <= "z") or ("0" <= char <= "9") or char in SEPARATORS or char in "?! ":
        return char
    if char.isdigit():
        return str(unicodedata.digit(char))
    if unicodedata.category(char)[0] in "MC":
        return " " if char.isspace() else ""
    base = unicodedata.normalize("NFKD", char)[0].lower()
    return base if "a" <= base <= "z" else " "


def _fold_arabic(char: str) -> str:
    plain = normalize_teh_marbuta_ar(normalize_alef_maksura_ar(normalize_alef_ar(char)))
    plain = plain.translate(_STAND_INS)
    return plain if plain in ARABIC else str(_CLEAN.map_string(plain)).translate(_STAND_INS)


def fold_character(char: str) -> str:
    """What stands for this character: nothing, a letter, a word between spaces, or a space."""
    if name := EMOJI_TOKENS.get(ord(char)):
        return f" {name} "
    wide = normalize_unicode(char).translate(_LOOK_ALIKES).lower()
    parts = (_fold_arabic(c) if "؀" <= c <= "ۿ" or "ݐ" <= c <= "ݿ" else c for c in wide)
    return "".join(_fold_letter(c) for c in "".join(parts))


class _Folding(dict[int, str]):
    """A table for `str.translate` that works out each character once, at first sight."""

    def __missing__(self, code: int) -> str:
        self[code] = fold_character(chr(code))
        return self[code]


FOLDING: dict[int, str] = _Folding()

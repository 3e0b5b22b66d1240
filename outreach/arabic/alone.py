"""Tokens that read the same alone as in their comment, so that a reader may remember them."""

from __future__ import annotations

import re

from outreach.arabic.languages import PERSIAN
from outreach.arabic.letters import ARABIC, EMOJI_TOKENS, FOLDING, SEPARATORS
from outreach.arabic.normalising import normalised_text

# Left out: Latin letters (Arabizi is judged on the whole comment), 0 and 9 (a phone number may start), @ and # (of
# other rules), letters of Kurdish and Urdu (so may the language). Long tokens are rare and not worth remembering.
_SAFE = re.compile(
    r"[\u0621-\u063a\u0640-\u0652\u0670گچپڤکیژ1-8١-٨۱-۸!?؟،؛,;:.()\"«»…*_|'\-ـ"
    + "".join(map(chr, sorted(EMOJI_TOKENS)))
    + "\ufe0f\U0001f3fb-\U0001f3ff]{1,40}"
)
_COMMON = re.compile(rf"(?:([{ARABIC}])(?!\1\1)){{2,}}")
_LAUGHS = re.compile("ه{3}|هاه|خخخ|يهي")
_PARTS = re.compile(r"[\s" + re.escape(SEPARATORS) + "]+")
_LETTER_RUNS = re.compile(r"[^\W\d_]+")


def words_alone(token: str) -> tuple[str, ...] | None:
    """The normalised words of a token without white space; None where its neighbours have a say."""
    if not _SAFE.fullmatch(token):
        return None
    folded = token.translate(FOLDING)
    if any(word in PERSIAN for word in _LETTER_RUNS.findall(token)):
        return None
    if _COMMON.fullmatch(folded) and not _LAUGHS.search(folded) and "صفر" not in folded:
        return (folded,)
    parts = [part for part in _PARTS.split(folded) if part]
    if len(parts) > 1 and any(len(part) == 1 for part in parts):
        return None
    plain = normalised_text(token)
    return None if "صفر" in plain else tuple(plain.split())

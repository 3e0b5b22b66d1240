"""Arabic as people type it: language, spelling, evasion, phone numbers and word classes, with the way back."""

from __future__ import annotations

from outreach.arabic.alone import words_alone
from outreach.arabic.cue_words import NAMES as CUE_NAMES
from outreach.arabic.cue_words import cues, pair_names, pair_number, pairs, word_cues
from outreach.arabic.languages import Language, language
from outreach.arabic.normalising import TOKENS, Normalised, normalise, normalised_text
from outreach.arabic.signs import emoji_balance, has_phone, skeleton
from outreach.arabic.stems import known_as

__all__ = [
    "CUE_NAMES",
    "TOKENS",
    "Language",
    "Normalised",
    "cues",
    "emoji_balance",
    "has_phone",
    "known_as",
    "language",
    "normalise",
    "normalised_text",
    "pair_names",
    "pair_number",
    "pairs",
    "skeleton",
    "word_cues",
    "words_alone",
]

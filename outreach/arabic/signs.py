"""Small facts about a normalised text: its one-byte spelling for hashing, phone numbers, the mood of its emoji."""

from __future__ import annotations

from outreach.arabic.letters import ARABIC

# One ASCII byte a letter, so that n-grams are at most five bytes and hash at the same speed in every word.
_BYTES = str.maketrans(ARABIC, "ABCDEFGHIJKLMNOPQRSTUVWXYZ$")
_MOODS = {"emolove": 1, "emojoy": 1, "laugh": 1, "emosad": -1, "emoangry": -1, "emodisgust": -1, "emoknife": -1}


def skeleton(normalised: str) -> str:
    return normalised.translate(_BYTES)


def has_phone(normalised: str) -> bool:
    return "phone" in normalised.split()


def emoji_balance(normalised: str) -> int:
    """Glad signs less sad and angry ones."""
    return sum(_MOODS.get(word, 0) for word in normalised.split())

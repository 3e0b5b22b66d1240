"""What a training row is, and how rows of many sources become one list without copies."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from outreach.arabic import TOKENS, normalised_text
from outreach.states import Flag, Sentiment

SEED = "seed"
DECISIONS = "decisions"  #: moderators' corrections
_DROP = re.compile(rf"\b(?:{'|'.join(sorted(TOKENS))})\b|[^\w]|[0-9_]")
_GROUP_LETTERS = 40


@dataclass(frozen=True)
class Example:
    """`labels` holds only the flags that its source speaks about; the others are unknown, not absent."""

    text: str  #: normalised
    source: str
    group: str  #: voice or near-copy group; never on both sides of a split
    labels: Mapping[Flag, bool] = field(default_factory=dict)
    sentiment: Sentiment | None = None
    weight: float = 1.0
    distant: bool = False  #: the label was read off an emoji
    dialect: str = ""  #: as its set tells it

    @property
    def ordinary(self) -> bool:
        """No flag is known to hold."""
        return not any(self.labels.values())


def key(normalised: str) -> str:
    """Equal for copies: letters alone, without spaces, digits and stand-in words."""
    return _DROP.sub("", normalised)


def near_copy_group(source: str, normalised: str) -> str:
    """External rows that start alike stay together; a seed row's group is its voice instead."""
    start = key(normalised)[:_GROUP_LETTERS]
    return hashlib.blake2b(start.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest() if start else source


def merged(examples: Iterable[Example]) -> list[Example]:
    """One row per text. Sources add up where they speak of different flags; where they disagree, nobody knows."""
    rows: dict[str, Example] = {}
    for example in examples:
        name = key(example.text)
        if name:
            rows[name] = _both(rows[name], example) if name in rows else example
    return list(rows.values())


def _both(first: Example, second: Example) -> Example:
    if first.source == SEED:
        return first
    shared = {flag for flag in first.labels if flag in second.labels and first.labels[flag] != second.labels[flag]}
    labels = {flag: on for flag, on in {**second.labels, **first.labels}.items() if flag not in shared}
    if first.distant and second.sentiment:
        return replace(second, labels=labels)
    return replace(first, labels=labels, sentiment=first.sentiment or second.sentiment)


def example(text: str, *, source: str, group: str = "", **known: object) -> Example:
    plain = normalised_text(text)
    return Example(plain, source, group or near_copy_group(source, plain), **known)  # type: ignore[arg-type]

"""Held-out figures in slices: intervals by voice, spelling, length, dialect, and what a name of a group does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score

from outreach.arabic import CUE_NAMES, cues
from outreach.states import Flag, Sentiment
from outreach.training.examples import SEED, Example
from outreach.training.fitting import SERIOUS

_ROUNDS = 200
_SHORT, _LONG = 5, 20  #: words
_ODD_SPELLING = 0.3  #: share of words that no other comment has
_FEW = 20
_GROUP = CUE_NAMES.index("group")
_WOMEN = CUE_NAMES.index("shame_her")

Slices = dict[str, dict[str, Any]]


def intervals(examples: Sequence[Example], scores: np.ndarray, raised: np.ndarray) -> Slices:
    """95 % of recall, precision and PR-AUC of our own comments, by drawing voices: a voice repeats itself."""
    own = [at for at, row in enumerate(examples) if row.source == SEED]
    groups: dict[str, list[int]] = {}
    for at in own:
        groups.setdefault(examples[at].group, []).append(at)
    draws = list(_draws(list(groups.values())))
    labels = np.array([[row.labels.get(flag, False) for flag in Flag] for row in examples])
    return {flag.value: _spread(labels[:, at], scores[:, at], raised[:, at], draws) for at, flag in enumerate(Flag)}


def _draws(groups: Sequence[Sequence[int]]) -> Iterator[np.ndarray]:
    draw = np.random.default_rng(0)
    for _ in range(_ROUNDS):
        picked = draw.integers(len(groups), size=len(groups))
        yield np.concatenate([groups[at] for at in picked]).astype(np.intp)


def _spread(labels: np.ndarray, scores: np.ndarray, raised: np.ndarray, draws: Sequence[np.ndarray]) -> dict[str, Any]:
    found = np.array([_three(labels[rows], scores[rows], raised[rows]) for rows in draws if labels[rows].any()])
    if not len(found):
        return {}
    low, high = np.nanpercentile(found, [2.5, 97.5], axis=0)
    names = ("recall", "precision", "pr_auc")
    return {name: [round(float(low[at]), 3), round(float(high[at]), 3)] for at, name in enumerate(names)}


def _three(labels: np.ndarray, scores: np.ndarray, raised: np.ndarray) -> tuple[float, float, float]:
    hits = float((labels & raised).sum())
    return hits / labels.sum(), hits / max(1, raised.sum()), float(average_precision_score(labels, scores))


def slices(examples: Sequence[Example], moods: np.ndarray, raised: np.ndarray) -> Slices:
    """Of our own comments: how many of S0 and S1 are found and how many ordinary ones raised; of all: sentiment."""
    known = _common_words(examples)
    kinds: dict[str, Callable[[Example], str]] = {
        "length": _length,
        "spelling": lambda row: _spelling(row, known),
        "dialect": lambda row: row.dialect or "not told",
        "source": lambda row: "our own" if row.source == SEED else "public",
    }
    found: Slices = {}
    for kind, name in kinds.items():
        names = np.array([name(row) for row in examples])
        for one in sorted(set(names)):
            found[f"{kind}: {one}"] = _slice(examples, moods, raised, np.flatnonzero(names == one))
    return found


def _slice(examples: Sequence[Example], moods: np.ndarray, raised: np.ndarray, rows: np.ndarray) -> dict[str, Any]:
    grave = np.asarray(raised[:, : len(SERIOUS)].any(axis=1))
    own = [at for at in rows if examples[at].source == SEED]
    holds = [at for at in own if any(examples[at].labels.get(flag) for flag in SERIOUS)]
    calm = [at for at in own if examples[at].ordinary]
    told = [at for at in rows if examples[at].sentiment]
    order = list(Sentiment)
    right = [order[int(moods[at].argmax())] is examples[at].sentiment for at in told]
    return {
        "rows": len(rows),
        "serious_found": _mean(grave[holds]),
        "ordinary_raised": _mean(grave[calm]),
        "sentiment_accuracy": _mean(np.array(right)),
    }


def _mean(values: np.ndarray) -> float | None:
    """None for slices too small to say anything."""
    return round(float(values.mean()), 3) if len(values) >= _FEW else None


def _length(row: Example) -> str:
    words = len(row.text.split())
    return "short" if words < _SHORT else "long" if words > _LONG else "middling"


def _common_words(examples: Sequence[Example]) -> frozenset[str]:
    seen: set[str] = set()
    twice: set[str] = set()
    for row in examples:
        words = set(row.text.split())
        twice |= seen & words
        seen |= words
    return frozenset(twice)


def _spelling(row: Example, known: frozenset[str]) -> str:
    words = row.text.split()
    return "odd" if sum(word not in known for word in words) > _ODD_SPELLING * len(words) else "usual"


def identity_terms(examples: Sequence[Example], raised: np.ndarray) -> Slices:
    """False alarms for hate and abuse where a text names a group, or women and their ways, beside those of the rest."""
    spoken = [set(cues(row.text)) for row in examples]
    found: Slices = {}
    for flag in (Flag.HATE_SPEECH, Flag.ABUSE, Flag.GENDERED_ABUSE):
        clean = [at for at, row in enumerate(examples) if row.labels.get(flag) is False]
        column = raised[:, list(Flag).index(flag)]
        parts: Mapping[str, list[int]] = {
            "names a group": [at for at in clean if _GROUP in spoken[at]],
            "speaks of women": [at for at in clean if _WOMEN in spoken[at]],
            "neither": [at for at in clean if not {_GROUP, _WOMEN} & spoken[at]],
        }
        for name, rows in parts.items():
            found[f"{flag.value}: {name}"] = {"rows": len(rows), "false_alarms": _mean(column[rows])}
    return found


def confusion(examples: Sequence[Example], moods: np.ndarray) -> list[list[int]]:
    """Sentiment as labelled (rows) and as read (columns), of everything that nobody labelled by emoji."""
    order = list(Sentiment)
    table = np.zeros((len(order), len(order)), dtype=int)
    for at, row in enumerate(examples):
        if row.sentiment and not row.distant:
            table[order.index(row.sentiment), int(moods[at].argmax())] += 1
    return [[int(value) for value in line] for line in table]


def reliability(labels: np.ndarray, scores: np.ndarray, *, bins: int = 10) -> list[tuple[float, float, int]]:
    """Mean probability, share that held, and rows, per tenth of the scale."""
    at = np.minimum((scores * bins).astype(int), bins - 1)
    return [
        (float(scores[at == b].mean()), float(labels[at == b].mean()), int((at == b).sum()))
        for b in range(bins)
        if (at == b).any()
    ]

"""From comments to predictions: what can be scored, at which thresholds, and what a rule adds to the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np

from outreach.arabic import Language, emoji_balance, has_phone, language
from outreach.classifier.explaining import Span, spans
from outreach.classifier.reading import Reading
from outreach.classifier.scoring import margins
from outreach.classifier.weights import F32, Model, read_model
from outreach.states import Flag, ScoreStatus, Sentiment

#: Why a comment has no score; the list is fixed, people and tests rely on it.
NO_LETTERS = "nothing_to_score"
ENGLISH = "language_english"
OTHER_LANGUAGE = "language_other"
ATTACHMENT = "attachment"
ERROR = "error"
NO_MODEL = "no_model"
BAD_ENCODING = "bad_encoding"
NO_COLUMN = "no_column"
REASONS = (NO_LETTERS, ENGLISH, OTHER_LANGUAGE, ATTACHMENT, ERROR, NO_MODEL, BAD_ENCODING, NO_COLUMN)

# A written mobile number is certain, so the model is not asked, unless it knows the comment for an advertisement.
_PHONE_PROBABILITY = 0.97


@dataclass(frozen=True)
class Prediction:
    """`sentiment` of a comment of nothing but emoji is a rule's. With reason `attachment` the words were scored all
    the same and nobody has seen the picture: status and flags both count."""

    status: ScoreStatus
    reason: str | None
    sentiment: Sentiment | None
    sentiment_probabilities: Mapping[Sentiment, float] | None
    probabilities: Mapping[Flag, float] | None
    flags: tuple[Flag, ...] = ()  #: at the review threshold, worst first
    alerts: tuple[Flag, ...] = ()  #: at the alert threshold
    spans: Mapping[Flag, tuple[Span, ...]] = field(default_factory=dict)
    model: str | None = None


class Scorer(Protocol):
    """Whatever turns comments into predictions; a sentence encoder will be another."""

    version: str

    def classify(self, texts: Sequence[str], *, attachments: Sequence[bool] | None = None) -> list[Prediction]: ...


class Classifier:
    """Remembers what words weigh, so a second thread waits for the first."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.version = model.version
        self._reading = Reading(model)
        self._turn = Lock()

    def classify(self, texts: Sequence[str], *, attachments: Sequence[bool] | None = None) -> list[Prediction]:
        """Never raises for a text: what cannot be scored says so, so that a person sees it."""
        pictures = attachments if attachments is not None else [False] * len(texts)
        try:
            with self._turn:
                return self._classify(texts, pictures)
        except Exception:  # noqa: BLE001  one bad text must not hide the others: each is tried alone
            self._reading = Reading(self.model)  # half-learned words must not stay
            if len(texts) == 1:
                return [_unscored(ERROR, self.version)]
            singly = zip(texts, pictures, strict=True)
            return [self.classify([text], attachments=[picture])[0] for text, picture in singly]

    def probabilities(self, texts: Sequence[str]) -> Probabilities:
        """The arithmetic alone, before any rule and whatever the language."""
        with self._turn:
            return probabilities(self._reading, texts)

    def _classify(self, texts: Sequence[str], pictures: Sequence[bool]) -> list[Prediction]:
        chances = probabilities(self._reading, texts)
        return [
            self._without_model(texts[at], chances.odd[at], picture=picture)
            if at in chances.odd and not _can_be_judged(texts[at], chances.odd[at])
            else self._prediction(texts[at], chances, at, picture=picture)
            for at, picture in enumerate(pictures)
        ]

    def _without_model(self, text: str, normalised: str, *, picture: bool) -> Prediction:
        kind = language(text)
        if kind is Language.NONE and picture:
            return _unscored(ATTACHMENT, self.version)
        if kind is Language.NONE:
            return _by_emoji(normalised, self.version)
        return _unscored(ENGLISH if kind is Language.ENGLISH else OTHER_LANGUAGE, self.version)

    def _prediction(self, text: str, all_chances: Probabilities, at: int, *, picture: bool) -> Prediction:
        chances = dict(zip(Flag, all_chances.flags[at].tolist(), strict=True))
        phone = at in all_chances.odd and has_phone(all_chances.odd[at])
        if phone and chances[Flag.SPAM] < self.model.review[Flag.SPAM]:
            chances[Flag.EXPOSED_PERSONAL_DATA] = max(_PHONE_PROBABILITY, chances[Flag.EXPOSED_PERSONAL_DATA])
        anyone = float(all_chances.any_serious[at])
        flags = raised(self.model, chances, anyone=anyone)
        moods = dict(zip(Sentiment, all_chances.moods[at].tolist(), strict=True))
        return Prediction(
            status=ScoreStatus.NOT_SCORED if picture else ScoreStatus.SCORED,
            reason=ATTACHMENT if picture else None,
            sentiment=max(moods, key=lambda name: moods[name]),
            sentiment_probabilities=moods,
            probabilities=chances,
            flags=flags,
            alerts=alerted(self.model, chances, anyone=anyone),
            spans=spans(self._reading, text, flags) if flags else {},
            model=self.version,
        )


def load(folder: Path) -> Classifier:
    """Raises ModelError when the folder is missing, damaged, or of another version."""
    return Classifier(read_model(folder))


def _can_be_judged(text: str, normalised: str) -> bool:
    return language(text) in (Language.ARABIC, Language.ARABIZI) or has_phone(normalised)


def raised(model: Model, chances: Mapping[Flag, float], *, anyone: float) -> tuple[Flag, ...]:
    """The flags to review, worst first. A flag of S0 or S1 needs either certainty of its own or a comment that looks
    serious as a whole; then the likeliest is raised too, so that no such comment is left without one."""
    found = {flag for flag in Flag if chances[flag] >= model.certain.get(flag, model.review[flag])}
    if anyone >= model.gate:
        found |= {flag for flag in model.certain if chances[flag] >= model.review[flag]}
        found.add(max(model.certain, key=lambda flag: chances[flag] / model.review[flag]))
    return tuple(flag for flag in Flag if flag in found)


def alerted(model: Model, chances: Mapping[Flag, float], *, anyone: float) -> tuple[Flag, ...]:
    """A page needs both: a comment that as a whole is surely serious, and the flag."""
    return tuple(flag for flag, least in model.alert.items() if anyone >= model.alert_gate and chances[flag] >= least)


@dataclass(frozen=True)
class Probabilities:
    """Calibrated, one row a text: (texts, 3), (texts, 15), (texts,). `odd`: spelling of texts that were read whole."""

    moods: F32
    flags: F32
    any_serious: F32
    odd: Mapping[int, str]


def probabilities(reading: Reading, texts: Sequence[str]) -> Probabilities:
    model = reading.model
    raw, odd = margins(reading, texts)
    moods = raw[:, : len(Sentiment)] @ model.mood_matrix.T + model.mood_offset
    moods = np.exp(moods - moods.max(axis=1, keepdims=True)) if len(moods) else moods
    chances = 1 / (1 + np.exp(-np.clip(raw[:, len(Sentiment) :] * model.slope + model.offset, -80, 80)))
    return Probabilities(moods / moods.sum(axis=1, keepdims=True), chances[:, :-1], chances[:, -1], odd)


def _unscored(reason: str, version: str) -> Prediction:
    return Prediction(ScoreStatus.NOT_SCORED, reason, None, None, None, model=version)


def _by_emoji(normalised: str, version: str) -> Prediction:
    balance = emoji_balance(normalised)
    mood = Sentiment.POSITIVE if balance > 0 else Sentiment.NEGATIVE if balance < 0 else Sentiment.NEUTRAL
    return Prediction(ScoreStatus.NOTHING_TO_SCORE, NO_LETTERS, mood, None, None, model=version)

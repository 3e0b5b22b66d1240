"""From comments to predictions: what can be scored, at which thresholds, and what a rule adds to the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from outreach.arabic import Language, emoji_balance, has_phone, language, normalised_text
from outreach.classifier.explaining import Span, spans
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
    def __init__(self, model: Model) -> None:
        self.model = model
        self.version = model.version

    def classify(self, texts: Sequence[str], *, attachments: Sequence[bool] | None = None) -> list[Prediction]:
        """Never raises for a text: what cannot be scored says so, so that a person sees it."""
        pictures = attachments if attachments is not None else [False] * len(texts)
        try:
            return self._classify(texts, pictures)
        except Exception:  # noqa: BLE001  one bad text must not hide the others: each is tried alone
            if len(texts) == 1:
                return [_unscored(ERROR, self.version)]
            singly = zip(texts, pictures, strict=True)
            return [self.classify([text], attachments=[picture])[0] for text, picture in singly]

    def _classify(self, texts: Sequence[str], pictures: Sequence[bool]) -> list[Prediction]:
        found: list[Prediction | None] = []
        plain: list[str] = []
        for text, picture in zip(texts, pictures, strict=True):
            normalised = normalised_text(text)
            found.append(self._without_model(text, normalised, picture=picture))
            if found[-1] is None:
                plain.append(normalised)
        moods, flags = probabilities(self.model, plain)
        rows = iter(zip(plain, moods, flags, strict=True))
        return [
            known or self._prediction(text, *next(rows), picture=picture)
            for text, picture, known in zip(texts, pictures, found, strict=True)
        ]

    def _without_model(self, text: str, normalised: str, *, picture: bool) -> Prediction | None:
        """The prediction for a text that the model cannot judge; None if it can."""
        kind = language(text)
        if kind in (Language.ARABIC, Language.ARABIZI) or has_phone(normalised):
            return None
        if kind is Language.NONE and picture:
            return _unscored(ATTACHMENT, self.version)
        if kind is Language.NONE:
            return _by_emoji(normalised, self.version)
        return _unscored(ENGLISH if kind is Language.ENGLISH else OTHER_LANGUAGE, self.version)

    def _prediction(self, text: str, normalised: str, mood: F32, scores: F32, *, picture: bool) -> Prediction:
        chances = {flag: float(score) for flag, score in zip(Flag, scores, strict=True)}
        if has_phone(normalised) and chances[Flag.SPAM] < self.model.review[Flag.SPAM]:
            chances[Flag.EXPOSED_PERSONAL_DATA] = max(_PHONE_PROBABILITY, chances[Flag.EXPOSED_PERSONAL_DATA])
        flags = tuple(flag for flag in Flag if chances[flag] >= self.model.review[flag])
        moods = {name: float(chance) for name, chance in zip(Sentiment, mood, strict=True)}
        return Prediction(
            status=ScoreStatus.NOT_SCORED if picture else ScoreStatus.SCORED,
            reason=ATTACHMENT if picture else None,
            sentiment=max(moods, key=lambda name: moods[name]),
            sentiment_probabilities=moods,
            probabilities=chances,
            flags=flags,
            alerts=tuple(flag for flag, least in self.model.alert.items() if chances[flag] >= least),
            spans=spans(self.model, text, flags) if flags else {},
            model=self.version,
        )


def load(folder: Path) -> Classifier:
    """Raises ModelError when the folder is missing, damaged, or of another version."""
    return Classifier(read_model(folder))


def probabilities(model: Model, normalised: Sequence[str]) -> tuple[F32, F32]:
    """Of sentiments and of flags, calibrated; one row a text. The arithmetic alone, before any rule."""
    raw = margins(model, normalised)
    moods = raw[:, : len(Sentiment)] @ model.mood_matrix.T + model.mood_offset
    moods = np.exp(moods - moods.max(axis=1, keepdims=True)) if len(moods) else moods
    flags = 1 / (1 + np.exp(-np.clip(raw[:, len(Sentiment) :] * model.slope + model.offset, -80, 80)))
    return moods / moods.sum(axis=1, keepdims=True), flags


def _unscored(reason: str, version: str) -> Prediction:
    return Prediction(ScoreStatus.NOT_SCORED, reason, None, None, None, model=version)


def _by_emoji(normalised: str, version: str) -> Prediction:
    balance = emoji_balance(normalised)
    mood = Sentiment.POSITIVE if balance > 0 else Sentiment.NEGATIVE if balance < 0 else Sentiment.NEUTRAL
    return Prediction(ScoreStatus.NOTHING_TO_SCORE, NO_LETTERS, mood, None, None, model=version)

"""Another engine's sentiment in front of a scorer's flags."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from outreach.arabic.camelbert import analyser
from outreach.classifier.predicting import Prediction, Scorer, load
from outreach.classifier.shelf import Wanted, shelf_of
from outreach.states import Sentiment

Reads = Callable[[Sequence[str]], list[str]]


def in_use(settings: Wanted) -> Scorer:
    """The model in use, with the sentiment of the engine that the settings name. Raises ModelError."""
    scorer = load(shelf_of(settings).folder)
    return WithMoods(scorer, analyser()) if settings.sentiment.engine == "camelbert" else scorer


class WithMoods:
    """The flags, probabilities and spans are the scorer's; the sentiment of what it could score is the engine's, which
    gives no probabilities."""

    def __init__(self, scorer: Scorer, reads: Reads) -> None:
        self.version = scorer.version
        self._scorer, self._reads = scorer, reads

    def classify(self, texts: Sequence[str], *, attachments: Sequence[bool] | None = None) -> list[Prediction]:
        found = self._scorer.classify(texts, attachments=attachments)
        judged = [at for at, one in enumerate(found) if one.probabilities is not None]
        for at, mood in zip(judged, self._reads([texts[at] for at in judged]) if judged else (), strict=True):
            found[at] = replace(found[at], sentiment=Sentiment(mood), sentiment_probabilities=None)
        return found

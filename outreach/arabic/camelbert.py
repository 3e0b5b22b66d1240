"""Sentiment by the CAMeLBERT model of camel-tools, where torch and its data are installed; a choice, never a need."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence

from outreach.errors import ModelError

Analyser = Callable[[Sequence[str]], list[str]]


def analyser() -> Analyser:
    """Texts to `positive`, `neutral` or `negative`. Raises ModelError where a part of camel-tools is missing."""
    try:
        found = importlib.import_module("camel_tools.sentiment").SentimentAnalyzer.pretrained()
    except Exception:  # noqa: BLE001  torch, its data and camel-tools' catalogue each fail in their own way
        raise ModelError("model.camelbert") from None

    def predict(texts: Sequence[str]) -> list[str]:
        return [str(label) for label in found.predict(list(texts))]

    return predict

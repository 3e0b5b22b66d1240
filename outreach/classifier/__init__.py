"""Scoring of comments with a trained model: sentiment, fifteen flags, and the words that weighed most."""

from __future__ import annotations

from outreach.classifier.predicting import REASONS, Classifier, Prediction, Scorer, load

__all__ = ["REASONS", "Classifier", "Prediction", "Scorer", "load"]

"""Scoring of comments with a trained model: sentiment, fifteen flags, and the words that weighed most."""

from __future__ import annotations

from outreach.classifier.moods import in_use
from outreach.classifier.predicting import REASONS, Classifier, Prediction, Scorer, load
from outreach.classifier.shelf import Shelf, shelf_of

__all__ = ["REASONS", "Classifier", "Prediction", "Scorer", "Shelf", "in_use", "load", "shelf_of"]

"""Learning: our own comments and public sets in, a model folder with its figures out. Uses scikit-learn."""

from __future__ import annotations

from outreach.training.evaluating import Evaluation, evaluate
from outreach.training.running import Report, TrainSettings, train

__all__ = ["Evaluation", "Report", "TrainSettings", "evaluate", "train"]

"""How good a way of training is: held-out figures of the data at hand, without writing a model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from outreach.training.fitting import Progress
from outreach.training.running import TrainSettings, _silent, examples_of, judge, learn


def evaluate(*, seed: Path, data: Path | None, settings: TrainSettings, progress: Progress = _silent) -> dict[str, Any]:
    """The same figures as `metrics.json`, from groups that the judged model did not see."""
    metrics, _ = judge(learn(examples_of(seed=seed, data=data, licences=settings.licences), settings, progress))
    return metrics

"""How good a way of training is: held-out figures of the data at hand, without writing a model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from outreach.training import slicing
from outreach.training.fitting import Progress
from outreach.training.running import Fitted, TrainSettings, examples_of, judge, learn, silent


@dataclass(frozen=True)
class Evaluation:
    """`metrics` as `metrics.json` has them, and beside them intervals, slices and confusion."""

    metrics: dict[str, Any]
    fitted: Fitted

    def write_page(self, path: Path) -> None:
        from outreach.training.reporting import page  # noqa: PLC0415  matplotlib, only where plots are asked for

        path.write_text(page(self.metrics, self.fitted.examples, self.fitted.scores), encoding="utf-8")


def evaluate(*, seed: Path, data: Path | None, settings: TrainSettings, progress: Progress = silent) -> Evaluation:
    """From groups that the judged model did not see."""
    fitted = learn(examples_of(seed=seed, data=data, licences=settings.licences), settings, progress)
    return evaluated(fitted)


def evaluated(fitted: Fitted) -> Evaluation:
    metrics, cuts = judge(fitted)
    raised = cuts.raised(fitted.scores)
    more = {
        "intervals": slicing.intervals(fitted.examples, fitted.scores, raised),
        "slices": slicing.slices(fitted.examples, fitted.moods, raised),
        "identity": slicing.identity_terms(fitted.examples, raised),
        "confusion": slicing.confusion(fitted.examples, fitted.moods),
    }
    return Evaluation({**metrics, **more}, fitted)

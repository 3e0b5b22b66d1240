"""One training run, from files to folder. The same data give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from outreach.errors import InvalidError
from outreach.states import Flag, Sentiment
from outreach.training import fitting, measuring, thresholds
from outreach.training.card import card
from outreach.training.examples import SEED, Example, merged
from outreach.training.features import Features, FeatureSettings
from outreach.training.fitting import HEADS, UNANNOTATED, Calibration, FitSettings, Linear, Progress, Target
from outreach.training.seed import read_seed
from outreach.training.sets import SOURCES, read_sets
from outreach.training.writing import write_model

_LICENCES = frozenset("ABC")
#: Not a sample of ordinary talk.
_PICKED = frozenset(source.name for source in SOURCES if source.picked) | {SEED}
_BACKGROUND_ROWS = 12_000
#: Background rows that a model without background gives more than this may well hold a flag, and are left out.
_SUSPICIOUS = -0.5


@dataclass(frozen=True)
class TrainSettings:
    licences: tuple[str, ...] = ("A", "B")
    features: FeatureSettings = field(default_factory=FeatureSettings)
    fit: FitSettings = field(default_factory=FitSettings)
    background: float = 0.05  #: weight of an unlabelled public comment for flags that no set annotates; 0: none

    @classmethod
    def quick(cls) -> TrainSettings:
        """Small and our own comments only: for tests of the machinery, not for people."""
        small = FeatureSettings(char_bits=13, word_bits=12, char_high=4)
        return cls(licences=(), features=small, fit=FitSettings(folds=2), background=0.0)


@dataclass(frozen=True)
class Report:
    version: str
    metrics: dict[str, Any]


@dataclass(frozen=True)
class Fitted:
    """All that a run learned; `moods` and `scores` are held-out probabilities of the examples, in order."""

    examples: Sequence[Example]
    features: Features
    linear: Linear
    calibration: Calibration
    moods: np.ndarray
    scores: np.ndarray


def _silent(_step: str, _share: float) -> None:
    return


def train(
    *, seed: Path, data: Path | None, output: Path, settings: TrainSettings, progress: Progress = _silent
) -> Report:
    """`seed` holds our own TSV files, `data` the folder of public sets; raises InvalidError for a bad row."""
    fitted = learn(examples_of(seed=seed, data=data, licences=settings.licences), settings, progress)
    metrics, cuts = judge(fitted)
    version = write_model(
        output,
        features=fitted.features,
        linear=fitted.linear,
        calibration=fitted.calibration,
        thresholds=cuts,
        metrics=metrics,
        card=card(output.name, licences=settings.licences, metrics=metrics, background=settings.background),
    )
    progress("written", 1.0)
    return Report(version, metrics)


def examples_of(*, seed: Path, data: Path | None, licences: Sequence[str]) -> list[Example]:
    if unknown := set(licences) - _LICENCES:
        raise InvalidError("train.licences", given=",".join(sorted(unknown)), allowed="A,B,C")
    own = read_seed(seed)
    if not own:
        raise InvalidError("train.no_seed", folder=seed.name)
    public = read_sets(data, licences=frozenset(licences)) if data and licences else []
    return merged([*own, *public])


def learn(examples: Sequence[Example], settings: TrainSettings, progress: Progress = _silent) -> Fitted:
    features = Features(settings.features)
    counts = features.counts([row.text for row in examples])
    features.fit(counts)
    matrix = features.weigh(counts)
    progress("features", 1.0)
    targets = fitting.all_targets(examples)
    folds = fitting.folds_of(examples, settings.fit.folds)
    if settings.background:
        targets = _with_background(matrix, examples, targets, settings)
    margins = fitting.held_out(matrix, targets, folds, settings.fit, progress=progress)
    calibration = fitting.calibrate(margins, fitting.all_targets(examples))
    linear = fitting.fit(matrix, targets, settings.fit)
    progress("fitted", 1.0)
    return Fitted(examples, features, linear, calibration, calibration.moods(margins), calibration.flags(margins))


def _with_background(
    matrix: csr_matrix, examples: Sequence[Example], targets: list[Target], settings: TrainSettings
) -> list[Target]:
    """Public comments, unlabelled, as a light background for the flags that none of their sets annotates."""
    rows = _background_rows(examples)
    first = fitting.fit(matrix, targets, settings.fit).margins(matrix[rows])
    at = [HEADS.index(flag) for flag in UNANNOTATED]
    calm = rows[(first[:, at] < _SUSPICIOUS).all(axis=1)]
    return [_widened(one, calm, settings.background) if number in at else one for number, one in enumerate(targets)]


def _background_rows(examples: Sequence[Example]) -> np.ndarray:
    public = np.array([at for at, row in enumerate(examples) if row.source != SEED and not row.distant], dtype=np.intp)
    return public[:: max(1, len(public) // _BACKGROUND_ROWS)]


def _widened(one: Target, rows: np.ndarray, weight: float) -> Target:
    return replace(
        one,
        rows=np.concatenate([one.rows, rows]),
        labels=np.concatenate([one.labels, np.zeros(len(rows), dtype=bool)]),
        weights=np.concatenate([one.weights, np.full(len(rows), weight)]),
    )


def judge(fitted: Fitted) -> tuple[dict[str, Any], dict[Flag, dict[str, float]]]:
    """Thresholds from held-out scores, and the figures that they give."""
    examples, scores = fitted.examples, fitted.scores
    pools = thresholds.Pools(
        real=scores[[row.source not in _PICKED and not row.distant and row.ordinary for row in examples]],
        seed=scores[[row.source == SEED and row.ordinary for row in examples]],
    )
    targets = fitting.all_targets(examples)[len(Sentiment) :]
    own = np.array([row.source == SEED for row in examples])
    known = {
        flag: thresholds.Known(one.rows, one.labels, own[one.rows]) for flag, one in zip(Flag, targets, strict=True)
    }
    cuts = thresholds.choose(scores, known, pools)
    metrics = measuring.figures(examples, fitted.moods, scores, cuts, pools)
    return {"data": measuring.counts(examples), **metrics}, cuts

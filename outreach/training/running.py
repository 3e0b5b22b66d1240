"""One training run, from files to folder. The same data give the same weights, byte for byte."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from outreach.errors import InvalidError
from outreach.states import Flag, Sentiment
from outreach.training import fitting, measuring, thresholds
from outreach.training.card import card
from outreach.training.combining import combine, cross_combined, signals
from outreach.training.examples import DECISIONS, SEED, Example, merged
from outreach.training.features import Features, FeatureSettings
from outreach.training.fitting import HEADS, UNANNOTATED, Calibration, FitSettings, Learned, Progress, Target
from outreach.training.networks import Network, NetworkSettings
from outreach.training.seed import read_seed
from outreach.training.sets import SOURCES, read_sets
from outreach.training.standing import compared
from outreach.training.strangers import strangers
from outreach.training.thresholds import Cuts
from outreach.training.unseen import unlabelled, unseen
from outreach.training.writing import write_figures, write_model

_LICENCES = frozenset("ABC")
#: Not a sample of ordinary talk.
_PICKED = frozenset(source.name for source in SOURCES if source.picked) | {SEED, DECISIONS}


@dataclass(frozen=True)
class TrainSettings:
    licences: tuple[str, ...] = ("A", "B")
    features: FeatureSettings = field(default_factory=FeatureSettings)
    fit: FitSettings = field(default_factory=FitSettings)
    background: float = 0.15  #: weight of an unlabelled public comment for flags that no set annotates; 0: none
    combined_background: float = 0.36  #: the same, where heads are combined: a comment as others are counts for more
    combiner: NetworkSettings = field(default_factory=lambda: NetworkSettings(passes=25, decay=0.1, share=1.0))
    background_rows: int = 40_000  #: at most; held out, they find 3 points more at one real load than 12,000 did

    @classmethod
    def quick(cls) -> TrainSettings:
        """Small and our own comments only: for tests of the machinery, not for people."""
        small = FeatureSettings(char_bits=13, word_bits=12, lexicon_words=2_000, dimensions=16)
        brief = NetworkSettings(hidden=8, passes=2)
        above = replace(cls().combiner, hidden=8, passes=5)
        return cls(
            licences=(),
            features=small,
            fit=FitSettings(folds=2, network=brief),
            background=0.0,
            combined_background=0.0,
            combiner=above,
        )


@dataclass(frozen=True)
class Report:
    version: str
    metrics: dict[str, Any]


@dataclass(frozen=True)
class Fitted:
    """All that a run learned; `moods` and `scores` are held-out probabilities of the examples, in order."""

    examples: Sequence[Example]
    features: Features
    learned: Learned
    combiner: Network
    calibration: Calibration
    moods: np.ndarray
    scores: np.ndarray

    def probabilities(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Of normalised texts: sentiments, flags and "any serious"."""
        heads = self.learned.margins(self.features.condensed(self.features.transform(texts)))
        margins = self.combiner.margins(signals(heads, texts))
        return self.calibration.moods(margins), self.calibration.flags(margins)


def silent(_step: str, _share: float) -> None:
    return


def train(
    *,
    seed: Path,
    data: Path | None,
    output: Path,
    settings: TrainSettings,
    decisions: Sequence[Example] = (),
    progress: Progress = silent,
) -> Report:
    """`seed` holds our own TSV files, `data` the folder of public sets, `decisions` what moderators corrected; raises
    InvalidError for a bad row."""
    public = examples_of(seed=seed, data=data, licences=settings.licences)
    fitted = learn(merged([*public, *decisions]), settings, progress)
    metrics, cuts = judge(fitted)
    version = write_model(
        output,
        features=fitted.features,
        learned=fitted.learned,
        combiner=fitted.combiner,
        calibration=fitted.calibration,
        cuts=cuts,
    )
    found = unseen(fitted.probabilities, cuts, data=data, licences=settings.licences, known=fitted.examples)
    metrics |= {"unseen": found} if found else {}
    written = strangers(fitted.probabilities, cuts, seed=seed)
    metrics |= {"strangers": written} if written else {}
    everyday = unlabelled(fitted.probabilities, cuts, data=data)
    metrics |= {"unlabelled": everyday} if everyday else {}
    write_figures(output, version=version, metrics=metrics)
    text = card(
        output.name,
        licences=settings.licences,
        metrics=metrics,
        background=settings.background,
        background_rows=settings.background_rows,
        checked=_checked(output),
    )
    (output / "card.md").write_text(compared(text, output), encoding="utf-8")
    progress("written", 1.0)
    return Report(version, metrics)


def _checked(folder: Path) -> str:
    """What a person wrote beside the model, in `checked.md`, about a sample that was read; the card carries it."""
    note = folder / "checked.md"
    return note.read_text(encoding="utf-8") if note.exists() else ""


def examples_of(*, seed: Path, data: Path | None, licences: Sequence[str]) -> list[Example]:
    if unknown := set(licences) - _LICENCES:
        raise InvalidError("train.licences", given=",".join(sorted(unknown)), allowed="A,B,C")
    own = read_seed(seed)
    if not own:
        raise InvalidError("train.no_seed", folder=seed.name)
    public = read_sets(data, licences=frozenset(licences)) if data and licences else []
    return merged([*own, *public])


def learn(examples: Sequence[Example], settings: TrainSettings, progress: Progress = silent) -> Fitted:
    """On one thread, as sums of several differ in their last digits."""
    with threadpool_limits(1):
        return _learned(examples, settings, progress)


def _learned(examples: Sequence[Example], settings: TrainSettings, progress: Progress) -> Fitted:
    features = Features(settings.features)
    texts = [row.text for row in examples]
    # The lexicon is a list of words in clear: none of them may come from a comment that people wrote to us.
    matrix = features.condensed(features.fit(texts, spoken=[row.source != DECISIONS for row in examples]))
    fit = replace(settings.fit, dense=features.dimensions)
    progress("features", 1.0)
    folds = fitting.folds_of(examples, fit.folds)
    known = fitting.all_targets(examples)
    targets = with_background(examples, known, settings, settings.background)
    heads = signals(fitting.held_out(matrix, targets, folds, fit, progress=progress), texts)
    taught = with_background(examples, known, settings, settings.combined_background)
    margins = cross_combined(heads, taught, folds, settings.combiner)
    progress("combined", 1.0)
    calibration = fitting.calibrate(margins, known)
    learned = fitting.fit(matrix, targets, fit).rounded()
    combiner = combine(heads, taught, settings.combiner)
    progress("fitted", 1.0)
    moods, scores = calibration.moods(margins), calibration.flags(margins)
    return Fitted(examples, features, learned, combiner, calibration, moods, scores)


def with_background(
    examples: Sequence[Example], targets: list[Target], settings: TrainSettings, weight: float
) -> list[Target]:
    """Public comments, unlabelled, as a background for the flags that none of their sets annotates. None is left out
    for looking suspicious: just these teach what ordinary talk looks like, and one in thousands is what it looks like.
    """
    if not weight:
        return targets
    rows = _background_rows(examples, settings.background_rows)
    return [
        _widened(one, rows, weight) if head in UNANNOTATED else one for head, one in zip(HEADS, targets, strict=True)
    ]


def _background_rows(examples: Sequence[Example], most: int) -> np.ndarray:
    public = np.array(
        [at for at, row in enumerate(examples) if row.source not in (SEED, DECISIONS) and not row.distant],
        dtype=np.intp,
    )
    return public[:: max(1, len(public) // most)]


def _widened(one: Target, rows: np.ndarray, weight: float) -> Target:
    return replace(
        one,
        rows=np.concatenate([one.rows, rows]),
        labels=np.concatenate([one.labels, np.zeros(len(rows), dtype=bool)]),
        weights=np.concatenate([one.weights, np.full(len(rows), weight)]),
    )


def judge(fitted: Fitted) -> tuple[dict[str, Any], Cuts]:
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

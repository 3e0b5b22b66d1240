"""What the shared model is worth: a plain SVM beside it, whole sources left out, and data that we may not ship."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, vstack
from sklearn.metrics import average_precision_score

from outreach.states import Flag, Sentiment
from outreach.training import fitting
from outreach.training.adapting import adapted
from outreach.training.combining import cross_combined, signals
from outreach.training.deciding import macro_f1, offsets, tuned
from outreach.training.examples import Example, key, merged
from outreach.training.features import Features
from outreach.training.fitting import HEADS, Calibration, Progress, Target
from outreach.training.plain import Judged, Plain
from outreach.training.running import TrainSettings, examples_of, silent, with_background
from outreach.training.sets import read_sets

SENTIMENT = "sentiment"
#: What public sets speak about; the other flags are ours alone, so that nothing can be left out or added.
KINDS = (SENTIMENT, Flag.ABUSE, Flag.HATE_SPEECH, Flag.GENDERED_ABUSE, Flag.THREAT, Flag.SPAM)
PARTS = ("sets", "sources", "classes")
_CLASSES = frozenset("ABC")
_FOLDS = 3  #: at most: each costs as much as a training, and a third more rows move no figure by much
_FEWEST = 30  #: rows of each of two labels at least, or a set says too little
_UNKNOWN = -1
_OURS = ("ours", "ours_adapted", "ours_shipped")
_SILENT = Target(np.array([], dtype=np.intp), np.array([], dtype=bool), np.array([]))

Figures = dict[str, Any]


@dataclass(frozen=True)
class Ground:
    """All rows: first the `ours` that the model may train on, then those of the other licence classes."""

    examples: Sequence[Example]
    ours: int
    matrix: csr_matrix
    folds: np.ndarray
    sources: np.ndarray
    groups: np.ndarray
    truths: Mapping[str, np.ndarray]  #: per kind and row the number of its label, or that it is unknown
    settings: TrainSettings

    def known(self, kind: str, rows: np.ndarray) -> np.ndarray:
        return np.asarray(rows[self.truths[kind][rows] != _UNKNOWN])

    def of(self, source: str, kind: str) -> np.ndarray:
        return self.known(kind, np.flatnonzero(self.sources == source))


@dataclass(frozen=True)
class School:
    """What one choice of licence classes teaches: targets, and held-out margins of their rows."""

    rows: int
    taught: list[Target]  #: with the background
    said: list[Target]
    margins: np.ndarray
    judged: np.ndarray  #: which rows have them


@dataclass(frozen=True)
class Trial:
    """One kind of label on some rows: log-odds of its classes by a model that did not see them."""

    truth: np.ndarray
    scores: np.ndarray


def compare(
    *,
    seed: Path,
    data: Path | None,
    settings: TrainSettings,
    review: Mapping[Flag, float],
    parts: Sequence[str] = (),
    progress: Progress = silent,
) -> Iterator[Figures]:
    """The figures so far, after each part. `review`: thresholds as shipped."""
    parts = parts or PARTS
    settings = replace(settings, fit=replace(settings.fit, folds=min(_FOLDS, settings.fit.folds)))
    ground = _ground(seed=seed, data=data, settings=settings)
    progress("features", 1.0)
    home = _school(ground, ground.ours, progress)
    found: Figures = {"run": _run(ground)}
    if "sets" in parts or "sources" in parts:
        plain = Plain([row.text for row in ground.examples[: ground.ours]])
        progress("plain", 1.0)
    if "sets" in parts:
        found["sets"] = _beside(ground, home, plain, review, progress)
        found["sets_mean"] = _mean_gain(found["sets"])
        yield found
    if "sources" in parts:
        found["sources"] = _left_out(ground, home, plain, review, progress)
        found["sources_mean"] = _mean_gain(found["sources"])
        yield found
    if "classes" in parts and ground.ours < len(ground.examples):
        wide = _school(ground, len(ground.examples), progress, folds=1)
        found["classes"] = _classes(ground, home, wide, progress)
        yield found


def _run(ground: Ground) -> Figures:
    settings = ground.settings
    return {
        "licences": list(settings.licences),
        "folds": settings.fit.folds,
        "rows": ground.ours,
        "extra_rows": len(ground.examples) - ground.ours,
        "fewest": _FEWEST,
        "kinds": [str(kind) for kind in KINDS],
    }


def _ground(*, seed: Path, data: Path | None, settings: TrainSettings) -> Ground:
    examples = examples_of(seed=seed, data=data, licences=settings.licences)
    keys = {key(row.text) for row in examples}
    others = read_sets(data, licences=_CLASSES - set(settings.licences)) if data else []
    extra = [row for row in merged(others) if key(row.text) not in keys]
    features = Features(settings.features)
    matrix = features.condensed(features.fit([row.text for row in examples], spoken=[True] * len(examples)))
    if extra:
        matrix = vstack([matrix, features.condensed(features.transform([row.text for row in extra]))], format="csr")
    rows = [*examples, *extra]
    return Ground(
        examples=rows,
        ours=len(examples),
        matrix=matrix,
        folds=fitting.folds_of(rows, settings.fit.folds),
        sources=np.array([row.source for row in rows]),
        groups=np.array([row.group for row in rows]),
        truths={kind: _truth(rows, kind) for kind in KINDS},
        settings=replace(settings, fit=replace(settings.fit, dense=features.dimensions)),
    )


def _truth(rows: Sequence[Example], kind: str) -> np.ndarray:
    if not isinstance(kind, Flag):
        moods = list(Sentiment)
        return np.array([_UNKNOWN if row.sentiment is None else moods.index(row.sentiment) for row in rows])
    return np.array([int(row.labels.get(kind, _UNKNOWN)) for row in rows])


def _school(ground: Ground, rows: int, progress: Progress, *, folds: int | None = None) -> School:
    """`folds`: only so many of them are judged."""
    examples, split = ground.examples[:rows], ground.folds[:rows]
    fit = replace(ground.settings.fit, folds=folds or ground.settings.fit.folds)
    known = fitting.all_targets(examples)
    taught = with_background(examples, known, ground.settings, ground.settings.background)
    margins = fitting.held_out(ground.matrix[:rows], taught, split, fit, progress=progress)
    return School(rows, taught, _only(known, KINDS), margins, split < fit.folds)


def _combined(ground: Ground, school: School) -> School:
    """With margins as a network above the heads combines them, held out too."""
    examples, settings = ground.examples[: school.rows], ground.settings
    taught = with_background(examples, fitting.all_targets(examples), settings, settings.combined_background)
    found = signals(school.margins, [row.text for row in examples])
    return replace(school, margins=cross_combined(found, taught, ground.folds[: school.rows], settings.combiner))


def _calibrated(school: School, kinds: Sequence[str], *, out: np.ndarray) -> Calibration:
    """On judged rows that are not `out`."""
    unused = out[: school.rows] | ~school.judged
    return fitting.calibrate(school.margins, [fitting.outside(one, unused) for one in _only(school.said, kinds)])


def _heads(kind: str) -> tuple[Sentiment | Flag, ...]:
    return (kind,) if isinstance(kind, Flag) else tuple(Sentiment)


def _only(targets: Sequence[Target], kinds: Sequence[str]) -> list[Target]:
    """Nothing is known for the other heads, which costs nothing to learn."""
    wanted = {head for kind in kinds for head in _heads(kind)}
    return [one if head in wanted else _SILENT for head, one in zip(HEADS, targets, strict=True)]


# -- a plain SVM beside ours, on the same splits of the same rows


def _beside(
    ground: Ground, home: School, plain: Plain, review: Mapping[Flag, float], progress: Progress
) -> dict[str, Figures]:
    """In-domain: the plain SVM learns the set at hand alone, ours is the one model of all sets; and once more with a
    head of the set's own above it, since what tells two sets apart is mostly what their makers meant by a label."""
    heads, home = home.margins, _combined(ground, home)
    calibration = _calibrated(home, KINDS, out=np.zeros(home.rows, dtype=bool))
    shared = np.column_stack([heads, home.margins])  # the network knows our own guide's labels, its heads the words
    finer = fitting.folds_of(ground.examples[: home.rows], 2 * ground.settings.fit.folds)
    found: dict[str, Figures] = {}
    pairs = list(_pairs(ground, np.arange(ground.ours)))
    for number, (source, kind) in enumerate(pairs, start=1):
        rows = ground.of(source, kind)
        trial = Trial(ground.truths[kind][rows], _scores(kind, home.margins[rows], calibration))
        folds = ground.folds[rows]
        judged = _plain_folds(plain, rows, trial.truth, folds)
        figures = _plain_figures(trial.truth, judged, kind)
        figures |= _ours(trial, tuned(trial.scores, trial.truth, folds), kind, review)
        own = adapted(ground.matrix[rows], shared[rows], trial.truth, folds=folds, finer=finer[rows])
        figures["ours_adapted"] = _macro(trial.truth, tuned(own, trial.truth, folds), own.shape[1])
        found.setdefault(source, {})[str(kind)] = figures
        progress("sets", number / len(pairs))
    return found


def _pairs(ground: Ground, rows: np.ndarray) -> Iterator[tuple[str, str]]:
    """What each source tells enough about, on these rows."""
    for source in sorted(set(ground.sources[rows])):
        for kind in KINDS:
            if _tells(ground.truths[kind][ground.known(kind, rows[ground.sources[rows] == source])]):
                yield str(source), kind


def _tells(truth: np.ndarray) -> bool:
    return int((np.bincount(truth) >= _FEWEST).sum()) > 1 if len(truth) else False


def _plain_folds(plain: Plain, rows: np.ndarray, truth: np.ndarray, folds: np.ndarray) -> Judged:
    whole = Judged(np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows)))
    for fold in np.unique(folds):
        inside = folds == fold
        one = plain.judge(truth[~inside], train=rows[~inside], test=rows[inside])
        whole.guess[inside], whole.margin[inside] = one.guess, one.margin
    return whole


def _scores(kind: str, margins: np.ndarray, calibration: Calibration) -> np.ndarray:
    """Log-odds (rows, classes)."""
    if not isinstance(kind, Flag):
        return np.asarray(np.log(np.maximum(calibration.moods(margins), 1e-12)))
    on = np.clip(calibration.flags(margins)[:, list(Flag).index(kind)].astype(float), 1e-9, 1 - 1e-9)
    return np.column_stack([np.zeros(len(on)), np.log(on / (1 - on))])


def _plain_figures(truth: np.ndarray, judged: Judged, kind: str) -> Figures:
    found: Figures = {"rows": len(truth), "plain": _macro(truth, judged.guess, len(Sentiment))}
    if isinstance(kind, Flag):
        found["plain_pr_auc"] = _area(truth, judged.margin)
    return found


def _ours(trial: Trial, chosen: np.ndarray, kind: str, review: Mapping[Flag, float]) -> Figures:
    classes = trial.scores.shape[1]
    shift = np.zeros(classes)
    if isinstance(kind, Flag) and kind in review:
        shift[1] = -np.log(review[kind] / (1 - review[kind]))
    shipped = (trial.scores + shift).argmax(axis=1)
    found = {"ours": _macro(trial.truth, chosen, classes), "ours_shipped": _macro(trial.truth, shipped, classes)}
    if isinstance(kind, Flag):
        found["ours_pr_auc"] = _area(trial.truth, trial.scores[:, 1])
    return found


def _macro(truth: np.ndarray, guess: np.ndarray, classes: int) -> float:
    return round(macro_f1(truth, guess, classes), 3)


def _area(truth: np.ndarray, scores: np.ndarray) -> float:
    return round(float(average_precision_score(truth == 1, scores)), 3)


def _mean_gain(found: Mapping[str, Mapping[str, Figures]]) -> Figures:
    all_of = [one for kinds in found.values() for one in kinds.values()]
    if not all_of:
        return {}
    names = [name for name in _OURS if name in all_of[0]]
    return {
        "pairs": len(all_of),
        **{name: round(float(np.mean([one[name] - one["plain"] for one in all_of])), 4) for name in names},
        "below": _below(found, "ours"),
        **({"below_adapted": _below(found, "ours_adapted")} if "ours_adapted" in names else {}),
    }


def _below(found: Mapping[str, Mapping[str, Figures]], name: str) -> list[str]:
    return sorted(
        f"{source} {kind}" for source, kinds in found.items() for kind, one in kinds.items() if one[name] < one["plain"]
    )


# -- whole sources left out


def _left_out(
    ground: Ground, home: School, plain: Plain, review: Mapping[Flag, float], progress: Progress
) -> dict[str, Figures]:
    """Both learn what all other sources say; no near-copy of the source at hand is among it."""
    found: dict[str, Figures] = {}
    pairs = list(_pairs(ground, np.arange(ground.ours)))
    for number, (source, kind) in enumerate(pairs, start=1):
        rest = ground.known(kind, np.flatnonzero(~_touched(ground, source)[: ground.ours]))
        if _tells(ground.truths[kind][rest]):
            test = ground.of(source, kind)
            judged = plain.judge(ground.truths[kind][rest], train=rest, test=test)
            figures = _plain_figures(ground.truths[kind][test], judged, kind) | _strange(
                ground, home, source, kind, review
            )
            found.setdefault(source, {})[str(kind)] = figures
        progress("sources", number / len(pairs))
    return found


def _touched(ground: Ground, source: str) -> np.ndarray:
    """Rows of a source and what shares a group with them."""
    inside = ground.sources == source
    return np.asarray(inside | np.isin(ground.groups, np.unique(ground.groups[inside])))


def _strange(ground: Ground, school: School, source: str, kind: str, review: Mapping[Flag, float]) -> Figures:
    """Ours on a source that it has not met, heads alone: they, calibration and cut all come from the rest."""
    out = _touched(ground, source)
    learned = fitting.fit(
        ground.matrix, [fitting.outside(one, out) for one in _only(school.taught, (kind,))], ground.settings.fit
    )
    calibration = _calibrated(school, (SENTIMENT, kind), out=out)
    rest = ground.known(kind, np.flatnonzero(~out[: school.rows] & school.judged))
    cut = offsets(_scores(kind, school.margins[rest], calibration), ground.truths[kind][rest])
    test = ground.of(source, kind)
    scores = _scores(kind, learned.margins(ground.matrix[test]), calibration)
    return _ours(Trial(ground.truths[kind][test], scores), (scores + cut).argmax(axis=1), kind, review)


# -- what the other licence classes would add


def _classes(ground: Ground, home: School, wide: School, progress: Progress) -> Figures:
    """`without` and `with` the other classes: on rows that both may see, held out, and on each new source left out."""
    schools = {"without": replace(home, judged=wide.judged[: home.rows]), "with": wide}
    strange: dict[str, Figures] = {}
    pairs = list(_pairs(ground, np.arange(ground.ours, len(ground.examples))))
    for number, (source, kind) in enumerate(pairs, start=1):
        strange.setdefault(source, {})[str(kind)] = {"rows": len(ground.of(source, kind))} | {
            name: _fair(_strange(ground, school, source, kind, {})) for name, school in schools.items()
        }
        progress("classes", number / len(pairs))
    return {"held_out": _held(ground, schools), "left_out": strange}


def _held(ground: Ground, schools: Mapping[str, School]) -> dict[str, Figures]:
    """On the rows that both judged; cuts come from the other half of them."""
    judged = schools["without"].judged
    halves = fitting.folds_of(ground.examples[: ground.ours], 2 * ground.settings.fit.folds)
    calibrations = {
        name: _calibrated(school, KINDS, out=np.zeros(school.rows, dtype=bool)) for name, school in schools.items()
    }
    found: dict[str, Figures] = {}
    for source, kind in _pairs(ground, np.flatnonzero(judged)):
        rows = np.intersect1d(ground.of(source, kind), np.flatnonzero(judged))
        found.setdefault(source, {})[str(kind)] = {"rows": len(rows)} | {
            name: _fair(_halved(ground, rows, kind, _scores(kind, school.margins[rows], calibrations[name]), halves))
            for name, school in schools.items()
        }
    return found


def _halved(ground: Ground, rows: np.ndarray, kind: str, scores: np.ndarray, halves: np.ndarray) -> Figures:
    trial = Trial(ground.truths[kind][rows], scores)
    return _ours(trial, tuned(scores, trial.truth, halves[rows]), kind, {})


def _fair(found: Figures) -> Figures:
    """Without the figure at the shipped thresholds, which belong to one of the two."""
    return {name: value for name, value in found.items() if name != "ours_shipped"}

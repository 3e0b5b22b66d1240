"""Linear one-vs-rest heads with a small network beside them, judged on folds that share no voice and no near-copy."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from outreach.states import Flag, Sentiment
from outreach.training.examples import SEED, Example
from outreach.training.networks import Lesson, Network, NetworkSettings, learn_network

HEADS: tuple[Sentiment | Flag, ...] = (*Sentiment, *Flag)
#: S0 and S1, which share what they have in common: somebody in trouble writes, or is written about.
SERIOUS = tuple(Flag)[:9]
IN_NEED = (*SERIOUS, Flag.HELP_SEEKING)
#: No permissive public set speaks about these.
UNANNOTATED = (*IN_NEED, Flag.THREAT, Flag.SPAM)
#: Where public sets speak too, our own rows are few beside theirs and count more; of flags, theirs count less as well,
#: because their idea of a flag is wider than the labelling guide's.
_SHARED_SEED_WEIGHT = 3.0
_PUBLIC_FLAG_WEIGHT = 0.6
#: Heads that gain from the network too; flags that only our own rows know do not, but for what they have in common.
_NETWORKED = (Flag.ABUSE, Flag.HATE_SPEECH, Flag.GENDERED_ABUSE)
_TOLERANCE = 0.01  #: a third of the time of scikit-learn's own choice; held-out figures do not tell the two apart


@dataclass(frozen=True)
class FitSettings:
    cost: float = 0.3
    mood_cost: float = 0.15  #: of the sentiment heads: strangers' sets read better from smoother weights
    folds: int = 5
    dense: int = 0  #: how many columns at the end are word vectors
    network: NetworkSettings = field(default_factory=NetworkSettings)


@dataclass(frozen=True)
class Learned:
    """`coefficients` (heads, features); `network` reads the last columns of the features, the mean word vectors."""

    coefficients: np.ndarray
    bias: np.ndarray
    network: Network

    def margins(self, features: csr_matrix) -> np.ndarray:
        vectors = features[:, features.shape[1] - len(self.network.inner) :].toarray()
        linear = features @ self.coefficients.T + self.bias
        return np.asarray(linear + self.network.margins(vectors), dtype=np.float32)

    def rounded(self) -> Learned:
        """As the model file holds them: linear heads in half precision."""
        return replace(self, coefficients=self.coefficients.astype(np.float16).astype(np.float32))


@dataclass(frozen=True)
class Target:
    """The rows that speak about one head, what they say, and how much they count."""

    rows: np.ndarray
    labels: np.ndarray
    weights: np.ndarray
    sources: np.ndarray | None = None  #: number of each row's set, where sets divide the same comments differently


Progress = Callable[[str, float], None]


def target(examples: Sequence[Example], head: Sentiment | Flag) -> Target:
    known = [(i, _label(row, head)) for i, row in enumerate(examples)]
    rows = np.array([i for i, label in known if label is not None], dtype=np.intp)
    labels = np.array([label for _, label in known if label is not None], dtype=bool)
    weights = np.array([examples[i].weight for i in rows], dtype=float)
    ours = np.array([examples[i].source == SEED for i in rows], dtype=bool)
    if len(ours) and not ours.all():
        weights[ours] *= _SHARED_SEED_WEIGHT
        weights[~ours] *= _PUBLIC_FLAG_WEIGHT if isinstance(head, Flag) else 1.0
    if head in UNANNOTATED:
        return Target(rows, labels, weights)
    sources = np.unique([examples[i].source for i in rows], return_inverse=True)[1]
    if isinstance(head, Flag):
        return Target(rows, labels, weights, sources)
    return Target(rows, labels, _even(weights, sources, [str(examples[i].sentiment) for i in rows]), sources)


def _even(weights: np.ndarray, sources: np.ndarray, moods: Sequence[str]) -> np.ndarray:
    """Each set as heavy as before, and within it each sentiment as heavy as the others: one set calls nine tenths
    neutral, another nothing, and neither says how comments elsewhere divide."""
    kinds = np.array(moods)
    found = weights.astype(float)
    for source in np.unique(sources):
        ours = sources == source
        present = np.unique(kinds[ours])
        for kind in present:
            inside = ours & (kinds == kind)
            found[inside] *= weights[ours].sum() / len(present) / weights[inside].sum()
    return found


def _label(row: Example, head: Sentiment | Flag) -> bool | None:
    if isinstance(head, Flag):
        return row.labels.get(head)
    return None if row.sentiment is None else row.sentiment is head


def folds_of(examples: Sequence[Example], count: int) -> np.ndarray:
    """The fold of each row, by its group's name alone, so that one more row moves no other."""
    return np.array([_fold(row.group, count) for row in examples], dtype=np.int64)


def _fold(group: str, count: int) -> int:
    return int.from_bytes(hashlib.blake2b(group.encode(), digest_size=4).digest()) % count


def fit(features: csr_matrix, targets: Sequence[Target], settings: FitSettings) -> Learned:
    """A head for each target, in the order of HEADS, and one for "any serious flag" behind them. The last columns are
    the mean word vectors, for heads that learn from our own few rows, and for the network; where public sets teach,
    linear heads read words alone."""
    every = (*targets, any_serious(targets))
    sparse = features[:, : features.shape[1] - settings.dense]
    fitted = [
        _fit_head(
            features if head in UNANNOTATED else sparse,
            one,
            settings.cost if isinstance(head, Flag) else settings.mood_cost,
        )
        for head, one in zip((*HEADS, UNANNOTATED[0]), every, strict=True)
    ]
    bias = np.array([bias for _, bias in fitted], dtype=np.float32)
    rows = [np.pad(weights, (0, features.shape[1] - len(weights))) for weights, _ in fitted]
    vectors = features[:, sparse.shape[1] :].toarray()
    taught = lessons(every, alone=_networked()) if settings.dense else []
    network = learn_network(vectors, taught, heads=len(every), settings=settings.network)
    return Learned(np.stack(rows), bias, network)


def _networked() -> list[int]:
    return [*(HEADS.index(flag) for flag in _NETWORKED), len(HEADS)]


def lessons(targets: Sequence[Target], *, alone: Iterable[int]) -> list[Lesson]:
    """Which sentiment; and yes or no of each of the targets `alone`."""
    moods = targets[: len(Sentiment)]
    kinds = np.argmax(np.stack([one.labels for one in moods]), axis=0)
    several = Lesson(tuple(range(len(Sentiment))), moods[0].rows, kinds, moods[0].weights)
    return [several, *(Lesson((at,), targets[at].rows, targets[at].labels, targets[at].weights) for at in alone)]


def any_serious(targets: Sequence[Target]) -> Target:
    """Rows that speak about all flags of S0 and S1, and whether any of them holds. One head for what they have in
    common finds more of them at the same load than nine do."""
    parts = [targets[HEADS.index(flag)] for flag in SERIOUS]
    rows = parts[0].rows
    for part in parts[1:]:
        rows = np.intersect1d(rows, part.rows)
    labels = np.zeros(len(rows), dtype=bool)
    for part in parts:
        order = np.argsort(part.rows, kind="stable")
        labels |= part.labels[order][np.searchsorted(part.rows[order], rows)]
    order = np.argsort(parts[0].rows, kind="stable")
    return Target(rows, labels, parts[0].weights[order][np.searchsorted(parts[0].rows[order], rows)])


def _fit_head(features: csr_matrix, one: Target, cost: float) -> tuple[np.ndarray, float]:
    """A head that nothing is known of, or that never holds, says no to everything."""
    if not one.labels.any() or one.labels.all():
        return np.zeros(features.shape[1], dtype=np.float32), -1.0
    model = LinearSVC(C=cost, tol=_TOLERANCE, random_state=0).fit(
        _with_sources(features[one.rows], one.sources), one.labels, sample_weight=_balanced(one)
    )
    return model.coef_[0, : features.shape[1]].astype(np.float32), float(model.intercept_[0])


def _with_sources(features: csr_matrix, sources: np.ndarray | None) -> csr_matrix:
    """A column a set takes up what is the set's habit and not the comment's words; it is dropped after fitting."""
    if sources is None:
        return features
    ones = np.ones(len(sources), dtype=features.dtype)
    marks = csr_matrix((ones, (np.arange(len(sources)), sources)), shape=(len(sources), int(sources.max()) + 1))
    return hstack([features, marks], format="csr")


def _balanced(one: Target) -> np.ndarray:
    """Half-way (in ratio) between leaving a rare label rare and making it as heavy as the rest; mean about two."""
    yes, no = one.weights[one.labels].sum(), one.weights[~one.labels].sum()
    lift = np.where(one.labels, np.sqrt(max(1.0, no / yes)), np.sqrt(max(1.0, yes / no)))
    return np.asarray(2 * one.weights * lift)


def held_out(
    features: csr_matrix, targets: Sequence[Target], folds: np.ndarray, settings: FitSettings, *, progress: Progress
) -> np.ndarray:
    """Margins of every row from a model that saw neither it nor its group."""
    margins = np.zeros((features.shape[0], len(targets) + 1), dtype=np.float32)
    for fold in range(settings.folds):
        inside = folds == fold
        learned = fit(features, [outside(one, inside) for one in targets], settings)
        margins[inside] = learned.margins(features[inside])
        progress("folds", (fold + 1) / settings.folds)
    return margins


def outside(one: Target, inside: np.ndarray) -> Target:
    keep = ~inside[one.rows]
    sources = None if one.sources is None else one.sources[keep]
    return Target(one.rows[keep], one.labels[keep], one.weights[keep], sources)


@dataclass(frozen=True)
class Calibration:
    slope: np.ndarray
    offset: np.ndarray
    mood_matrix: np.ndarray  #: (3, 3): sentiment margins to logits
    mood_offset: np.ndarray

    def flags(self, margins: np.ndarray) -> np.ndarray:
        """(rows, 16): the fifteen flags, then any of S0 and S1."""
        logits = margins[:, len(Sentiment) :] * self.slope + self.offset
        return np.asarray(1 / (1 + np.exp(-np.clip(logits, -80, 80))))

    def moods(self, margins: np.ndarray) -> np.ndarray:
        logits = margins[:, : len(Sentiment)] @ self.mood_matrix.T + self.mood_offset
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def seriousness(margins: np.ndarray) -> np.ndarray:
    """The common head and the surest of the nine together order comments better than either."""
    first = len(Sentiment)
    return np.asarray(margins[:, -1] + margins[:, first : first + len(SERIOUS)].max(axis=1))


def calibrate(margins: np.ndarray, targets: Sequence[Target]) -> Calibration:
    """Platt's sigmoid a flag, one softmax for sentiment, on held-out margins and the rows' own weights."""
    pairs = [_sigmoid(margins[:, at], targets[at]) for at in range(len(Sentiment), len(HEADS))]
    pairs.append(_sigmoid(margins[:, -1], any_serious(targets)))
    moods = targets[: len(Sentiment)]
    mood = np.argmax(np.stack([one.labels for one in moods]), axis=0)
    softmax = LogisticRegression(C=1e3, max_iter=1000)
    softmax.fit(margins[moods[0].rows][:, : len(Sentiment)], mood, sample_weight=moods[0].weights)
    slope, offset = zip(*pairs, strict=True)
    return Calibration(
        np.array(slope, np.float32),
        np.array(offset, np.float32),
        softmax.coef_.astype(np.float32),
        softmax.intercept_.astype(np.float32),
    )


def _sigmoid(margins: np.ndarray, one: Target) -> tuple[float, float]:
    if not one.labels.any() or one.labels.all():
        return 1.0, -6.0
    model = LogisticRegression(C=1e3, max_iter=1000)
    model.fit(margins[one.rows, None], one.labels, sample_weight=one.weights)
    return max(float(model.coef_[0, 0]), 1e-3), float(model.intercept_[0])


def all_targets(examples: Sequence[Example]) -> list[Target]:
    return list(_targets(examples))


def _targets(examples: Sequence[Example]) -> Iterator[Target]:
    for head in HEADS:
        yield target(examples, head)

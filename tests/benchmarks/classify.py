"""Comments a second, text in to probabilities out, beside the scikit-learn pipeline that makes the same decisions."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from outreach.arabic import normalised_text
from outreach.classifier import Classifier
from outreach.classifier import load as load_model
from outreach.classifier.weights import Model
from outreach.settings import load
from outreach.states import Sentiment
from outreach.training.combining import signals
from outreach.training.features import Features, FeatureSettings, Idf
from outreach.training.fitting import Learned
from outreach.training.networks import Network
from outreach.training.vectors import STEPS, WordVectors

_TEXTS = 4_000
_ROUNDS = 3
_SINGLE = 300


def run() -> dict[str, Any]:
    """Figures of one core, one run; rates are comments a second, `rss_mb` and `load_ms` of a fresh process."""
    settings = load()
    folder = settings.models_dir / settings.model
    classifier = load_model(folder)
    texts = _comments(settings.models_dir / "seed")
    with threadpool_limits(1):
        rival = _rival(classifier.model)
        cold = _seconds(lambda: load_model(folder).probabilities(texts))
        fast = _rate(lambda: classifier.probabilities(texts), len(texts))
        slow = _rate(lambda: rival([normalised_text(text) for text in texts]), len(texts))
        single = _single(classifier, texts)
    return {
        "fast_per_s": round(fast),
        "sklearn_same_features_per_s": round(slow),
        "times_faster": round(fast / slow, 2),
        "first_sight_per_s": round(len(texts) / cold),
        "batch1_ms": round(single, 3),
        "largest_difference": float(_difference(classifier, rival, texts)),
        **_footprint(folder),
        "arabic_toxic_per_s": _arabic_toxic(texts),
    }


def _comments(seed: Path) -> list[str]:
    """Our own comments as they were typed, none twice: first sight is of half of the words, as on a new page."""
    lines = (line for path in sorted(seed.glob("*.tsv")) for line in path.read_text(encoding="utf-8").splitlines()[1:])
    texts = list(dict.fromkeys(line.split("\t")[0] for line in lines if line.strip()))
    return texts[:: max(1, len(texts) // _TEXTS)][:_TEXTS]


def _rival(model: Model) -> Callable[[Sequence[str]], np.ndarray]:
    """The training pipeline with the weights of the model file: same features, same decisions."""
    names = FeatureSettings.__dataclass_fields__
    words = tuple(model.lexicon_words)
    features = Features(
        FeatureSettings(**{name: model.features[name] for name in names}),
        idf=Idf(model.char.idf, model.word.idf),
        vectors=WordVectors(words, model.lexicon.idf, model.lexicon.weights.astype(np.float32) / STEPS),
    )
    straight, pair = model.vectored.straight, model.pair / features.settings.pair_weight
    tables = [model.char.weights, model.word.weights, pair, straight]
    learned = Learned(np.concatenate(tables, dtype=np.float32).T, model.bias, Network(**vars(model.vectored.layer)))
    combiner = Network(**vars(model.combiner))

    def score(texts: Sequence[str]) -> np.ndarray:
        margins = combiner.margins(signals(learned.margins(features.condensed(features.transform(texts))), texts))
        logits = margins[:, len(Sentiment) :] * model.slope + model.offset
        moods = np.exp(margins[:, : len(Sentiment)] @ model.mood_matrix.T + model.mood_offset)
        return np.hstack([moods / moods.sum(axis=1, keepdims=True), 1 / (1 + np.exp(-logits))])

    return score


def _difference(classifier: Classifier, rival: Callable[[Sequence[str]], np.ndarray], texts: Sequence[str]) -> float:
    """Between the probabilities of the two, so that nobody races against other decisions."""
    ours = classifier.probabilities(texts)
    theirs = rival([normalised_text(text) for text in texts])
    return float(np.abs(np.column_stack([ours.moods, ours.flags, ours.any_serious]) - theirs).max())


def _arabic_toxic(texts: Sequence[str]) -> float | str:
    """The registry package of that name (insults and hate only), where somebody installed it beside ours."""
    try:
        package = import_module("arabic_toxic")
    except ImportError:
        return "not installed: 0.2.3 wants scikit-learn below 1.8 and loads a pickle, so not beside ours"
    few = texts[:_SINGLE]
    return round(_rate(lambda: [package.classify(text) for text in few], len(few)))


def _rate(work: Callable[[], object], count: int) -> float:
    best = min(_seconds(work) for _ in range(_ROUNDS))
    return count / best


def _seconds(work: Callable[[], object]) -> float:
    """Of the processor, not of the clock: a busy neighbour slows neither side."""
    start = time.process_time()
    work()
    return time.process_time() - start


def _single(classifier: Classifier, texts: Sequence[str]) -> float:
    """Milliseconds for one comment alone."""
    took = [_seconds(lambda text=text: classifier.probabilities([text])) for text in texts[:_SINGLE]]
    return 1000 * float(np.median(took))


def _footprint(folder: Path) -> dict[str, float]:
    """Of a fresh process that loads the model and scores one comment."""
    code = (
        "import re, sys, time; from pathlib import Path; start = time.perf_counter();"
        "from outreach.classifier import load; model = load(Path(sys.argv[1])); took = time.perf_counter() - start;"
        "model.classify(['شلونكم']); print(took, re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], check=True, capture_output=True, text=True)
    seconds, kilobytes = map(float, done.stdout.split())
    return {"load_ms": round(1000 * seconds), "rss_mb": round(kilobytes / 1024)}

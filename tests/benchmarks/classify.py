"""Comments a second, text in to probabilities out, beside the scikit-learn pipeline that makes the same decisions."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from outreach.arabic import normalised_text
from outreach.classifier.predicting import probabilities
from outreach.classifier.weights import Model, read_model
from outreach.settings import load
from outreach.states import Sentiment
from outreach.training.features import Features, FeatureSettings, Idf
from outreach.training.seed import read_seed

_TEXTS = 4_000
_ROUNDS = 3
_SINGLE = 300


def run() -> dict[str, float]:
    """Figures of one core, one run; rates are comments a second, `rss_mb` and `load_ms` of a fresh process."""
    settings = load()
    folder = settings.models_dir / settings.model
    model = read_model(folder)
    texts = _comments(settings.models_dir / "seed")
    with threadpool_limits(1):
        rival = _rival(model)
        fast = _rate(lambda: probabilities(model, [normalised_text(text) for text in texts]), len(texts))
        slow = _rate(lambda: rival([normalised_text(text) for text in texts]), len(texts))
    return {
        "fast_per_s": round(fast),
        "sklearn_same_features_per_s": round(slow),
        "times_faster": round(fast / slow, 2),
        "batch1_ms": round(_single(model, texts), 3),
        **_footprint(folder),
    }


def _comments(seed: Path) -> list[str]:
    """Our own comments, repeated up to the number; spelling is already normalised, which costs both sides alike."""
    rows = [row.text for row in read_seed(seed)]
    return (rows * (1 + _TEXTS // len(rows)))[:_TEXTS]


def _rival(model: Model) -> Callable[[Sequence[str]], np.ndarray]:
    """The training pipeline with the weights of the model file: same features, same decisions."""
    names = FeatureSettings.__dataclass_fields__
    features = Features(FeatureSettings(**{name: model.features[name] for name in names}))
    char, word = (np.sqrt(table[:, -1]) for table in (model.char, model.word))
    features.idf = Idf(char, word)
    f = features.settings
    unfolded = [
        model.char[:, :-1] / (char[:, None] * f.char_weight),
        model.word[:, :-1] / (word[:, None] * f.word_weight),
        model.pair[:, :-1] / f.pair_weight,
    ]
    weights = np.concatenate(unfolded).astype(np.float32)

    def score(texts: Sequence[str]) -> np.ndarray:
        margins = features.transform(texts) @ weights + model.bias
        flags = margins[:, len(Sentiment) :] * model.slope + model.offset
        moods = np.exp(margins[:, : len(Sentiment)] @ model.mood_matrix.T + model.mood_offset)
        return np.hstack([moods / moods.sum(axis=1, keepdims=True), 1 / (1 + np.exp(-flags))])

    return score


def _rate(work: Callable[[], object], count: int) -> float:
    best = min(_seconds(work) for _ in range(_ROUNDS))
    return count / best


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _single(model: Model, texts: Sequence[str]) -> float:
    """Milliseconds for one comment alone."""
    took = [_seconds(lambda text=text: probabilities(model, [normalised_text(text)])) for text in texts[:_SINGLE]]
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

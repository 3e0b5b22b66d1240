"""A model folder: weights as plain arrays, facts with hashes, figures, and the card that says what it is for."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from outreach.states import Flag, Sentiment
from outreach.training.features import Features
from outreach.training.fitting import Calibration, Learned
from outreach.training.networks import Network
from outreach.training.thresholds import Cuts
from outreach.training.vectors import STEPS

FORMAT = 4


def write_model(
    folder: Path,
    *,
    features: Features,
    learned: Learned,
    combiner: Network,
    calibration: Calibration,
    cuts: Cuts,
) -> str:
    """Write weights and facts; the version names the weights, so equal data gives an equal version."""
    packed = _packed(features, learned, combiner)
    digest = hashlib.sha256(packed).hexdigest()
    facts = {
        "format": FORMAT,
        "name": folder.name,
        "version": f"{folder.name}-{digest[:8]}",
        "weights_sha256": digest,
        "flags": [flag.value for flag in Flag],
        "sentiments": [mood.value for mood in Sentiment],
        "features": features.settings.as_dict(),
        "calibration": _lists(calibration),
        "thresholds": {flag.value: dict(found) for flag, found in cuts.flags.items()},
        "gate": cuts.gate,
        "alert_gate": cuts.alert_gate,
    }
    facts["checksum"] = hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "weights.npz").write_bytes(packed)
    _write_json(folder / "model.json", facts)
    return str(facts["version"])


def write_figures(folder: Path, *, version: str, metrics: Mapping[str, Any]) -> None:
    _write_json(folder / "metrics.json", {"version": version, **metrics})


def _packed(features: Features, learned: Learned, combiner: Network) -> bytes:
    assert features.idf is not None  # noqa: S101  features are fitted before anything is written
    assert features.vectors is not None  # noqa: S101
    idf = {"char": features.idf.char, "word": features.idf.word}
    weights = learned.coefficients.T.astype(np.float16)
    ends = [*np.cumsum([len(found) for found in idf.values()]), len(weights) - features.dimensions]
    # Nothing added makes of a negative zero, which comes and goes with the number of threads, a plain one.
    blocks = np.split(weights + np.float16(0), ends)
    buffer = io.BytesIO()
    arrays: dict[str, Any] = dict(zip((*idf, "pair", "vector"), blocks, strict=True))
    arrays |= {f"{name}_idf": found.astype(np.float16) for name, found in idf.items()}
    np.savez_compressed(
        buffer,
        **arrays,
        **vars(learned.network),
        **{f"combined_{name}": found for name, found in vars(combiner).items()},
        lexicon=np.rint(features.vectors.vectors * STEPS).astype(np.int8),
        lexicon_idf=features.vectors.idf.astype(np.float16),
        lexicon_words=np.frombuffer("\n".join(features.vectors.words).encode("utf-8"), dtype=np.uint8),
        bias=learned.bias,
    )
    return buffer.getvalue()


def _lists(calibration: Calibration) -> dict[str, Any]:
    return {name: [_plain(value) for value in array] for name, array in vars(calibration).items()}


def _plain(value: Any) -> Any:
    return [float(v) for v in value] if isinstance(value, np.ndarray) else float(value)


def _write_json(path: Path, facts: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(facts, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")

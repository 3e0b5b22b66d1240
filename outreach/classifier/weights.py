"""A model folder: read, checked against its hashes, and unfolded for scoring."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from outreach.errors import ModelError
from outreach.states import Flag, Sentiment

FORMAT = 1
F32 = NDArray[np.float32]


@dataclass(frozen=True)
class Model:
    """Weights are (buckets, 19): three sentiments, fifteen flags, and the square of the idf, all times the idf."""

    version: str
    char: F32
    word: F32
    pair: F32
    bias: F32
    slope: F32  #: of the flags' calibration
    offset: F32
    mood_matrix: F32  #: sentiment margins to logits
    mood_offset: F32
    review: Mapping[Flag, float]
    alert: Mapping[Flag, float]
    features: Mapping[str, Any]


def read_model(folder: Path) -> Model:
    """Raises ModelError when anything is missing, damaged, or of another format."""
    try:
        facts = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        packed = (folder / "weights.npz").read_bytes()
    except (OSError, ValueError):
        raise ModelError("model.missing", folder=folder.name) from None
    _check(facts, packed, folder=folder.name)
    try:
        return _unfolded(facts, packed)
    except (KeyError, TypeError, ValueError):
        raise ModelError("model.damaged", folder=folder.name) from None


def _check(facts: Any, packed: bytes, *, folder: str) -> None:
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise ModelError("model.format", folder=folder)
    rest = {name: value for name, value in facts.items() if name != "checksum"}
    if facts.get("checksum") != checksum(rest) or facts.get("weights_sha256") != hashlib.sha256(packed).hexdigest():
        raise ModelError("model.damaged", folder=folder)


def checksum(facts: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _unfolded(facts: Mapping[str, Any], packed: bytes) -> Model:
    with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
        features = facts["features"]
        if facts["flags"] != [flag.value for flag in Flag] or facts["sentiments"] != [mood.value for mood in Sentiment]:
            raise ModelError("model.format", folder=facts["name"])
        calibration = facts["calibration"]
        return Model(
            version=facts["version"],
            char=_table(arrays["char"], arrays["char_idf"], features["char_weight"]),
            word=_table(arrays["word"], arrays["word_idf"], features["word_weight"]),
            pair=_table(arrays["pair"], np.ones(len(arrays["pair"]), dtype=np.float16), features["pair_weight"]),
            bias=arrays["bias"].astype(np.float32),
            slope=np.array(calibration["slope"], dtype=np.float32),
            offset=np.array(calibration["offset"], dtype=np.float32),
            mood_matrix=np.array(calibration["mood_matrix"], dtype=np.float32),
            mood_offset=np.array(calibration["mood_offset"], dtype=np.float32),
            review={flag: float(facts["thresholds"][flag]["review"]) for flag in Flag},
            alert={
                flag: float(facts["thresholds"][flag]["alert"]) for flag in Flag if "alert" in facts["thresholds"][flag]
            },
            features=features,
        )


def _table(coefficients: NDArray[np.float16], idf: NDArray[np.float16], scale: float) -> F32:
    weight = idf.astype(np.float32)
    table = np.empty((len(weight), coefficients.shape[1] + 1), dtype=np.float32)
    np.multiply(coefficients, weight[:, None] * np.float32(scale), out=table[:, :-1])
    np.square(weight, out=table[:, -1])
    return table

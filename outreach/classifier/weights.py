"""A model folder: read, checked against its hashes, and laid out for scoring."""

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

FORMAT = 4
F32 = NDArray[np.float32]
#: To one, of word vectors, which the file holds as whole numbers of them.
STEPS = 127
#: Columns of every table: three sentiments, fifteen flags, "any flag of S0 and S1".
HEADS = len(Sentiment) + len(Flag) + 1


@dataclass(frozen=True)
class Table:
    """Weights (buckets, columns) as the file holds them, what each bucket is multiplied with, and the block's share."""

    weights: NDArray[np.float16] | NDArray[np.int8]
    idf: F32
    share: float

    def rows(self, at: NDArray[Any]) -> F32:
        """(buckets, columns + 1): what each bucket adds, and the square of its idf, which makes up the length."""
        idf = self.idf[at][:, None]
        found = np.empty((len(at), self.weights.shape[1] + 1), dtype=np.float32)
        np.multiply(self.weights[at], idf * np.float32(self.share), out=found[:, :-1])
        np.square(idf, out=found[:, -1:])
        return found


@dataclass(frozen=True)
class Layer:
    """Hidden units, of which each counts only above nought."""

    inner: F32  #: (dimensions, units)
    inner_bias: F32
    outer: F32  #: (units, HEADS)
    outer_bias: F32

    def margins(self, vectors: F32) -> F32:
        hidden = vectors @ self.inner
        hidden += self.inner_bias
        np.maximum(hidden, 0, out=hidden)
        return np.asarray(hidden @ self.outer + self.outer_bias, dtype=np.float32)

    def slope(self, vector: F32) -> F32:
        """(dimensions, HEADS): what each dimension adds around this vector, units that are off left out."""
        active = (vector @ self.inner + self.inner_bias) > 0
        return np.asarray(self.inner[:, active] @ self.outer[active], dtype=np.float32)


@dataclass(frozen=True)
class Vectored:
    """What a comment's mean word vector (dimensions) adds to the margins: straight, and by way of hidden units."""

    straight: F32  #: (dimensions, HEADS)
    layer: Layer

    def margins(self, vectors: F32) -> F32:
        return np.asarray(vectors @ self.straight + self.layer.margins(vectors), dtype=np.float32)

    def slope(self, vector: F32) -> F32:
        return np.asarray(self.straight + self.layer.slope(vector), dtype=np.float32)


@dataclass(frozen=True)
class Model:
    version: str
    char: Table
    word: Table
    lexicon: Table  #: word vectors in place of heads
    lexicon_words: Mapping[str, int]
    vectored: Vectored
    combiner: Layer  #: of margins, and of words and letters, to margins
    pair: F32  #: (pairs of word classes, HEADS)
    bias: F32
    slope: F32  #: calibration of the fifteen flags and of "any"
    offset: F32
    mood_matrix: F32  #: sentiment margins to logits
    mood_offset: F32
    review: Mapping[Flag, float]
    alert: Mapping[Flag, float]
    gate: float  #: of "any S0-S1"; below it a serious flag needs to be certain
    alert_gate: float  #: the same, for a page
    certain: Mapping[Flag, float]
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
    if facts["flags"] != [flag.value for flag in Flag] or facts["sentiments"] != [mood.value for mood in Sentiment]:
        raise ModelError("model.format", folder=facts["name"])
    features, calibration, cuts = facts["features"], facts["calibration"], facts["thresholds"]
    with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
        words = arrays["lexicon_words"].tobytes().decode("utf-8").split("\n")
        return Model(
            version=facts["version"],
            char=_table(arrays, features, "char"),
            word=_table(arrays, features, "word"),
            lexicon=_table(arrays, features, "lexicon", steps=STEPS),
            lexicon_words={word: at for at, word in enumerate(words)},
            vectored=Vectored(arrays["vector"].astype(np.float32), _layer(arrays)),
            combiner=_layer(arrays, "combined_"),
            pair=arrays["pair"].astype(np.float32) * np.float32(features["pair_weight"]),
            bias=arrays["bias"].astype(np.float32),
            slope=np.array(calibration["slope"], dtype=np.float32),
            offset=np.array(calibration["offset"], dtype=np.float32),
            mood_matrix=np.array(calibration["mood_matrix"], dtype=np.float32),
            mood_offset=np.array(calibration["mood_offset"], dtype=np.float32),
            review={flag: float(cuts[flag]["review"]) for flag in Flag},
            alert={flag: float(cuts[flag]["alert"]) for flag in Flag if "alert" in cuts[flag]},
            certain={flag: float(cuts[flag]["certain"]) for flag in Flag if "certain" in cuts[flag]},
            gate=float(facts["gate"]),
            alert_gate=float(facts["alert_gate"]),
            features=features,
        )


def _layer(arrays: Mapping[str, Any], prefix: str = "") -> Layer:
    return Layer(*(arrays[prefix + name] for name in ("inner", "inner_bias", "outer", "outer_bias")))


def _table(arrays: Mapping[str, Any], features: Mapping[str, Any], name: str, *, steps: int = 1) -> Table:
    return Table(arrays[name], arrays[f"{name}_idf"].astype(np.float32), features[f"{name}_weight"] / steps)

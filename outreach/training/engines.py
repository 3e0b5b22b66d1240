"""Another engine's sentiment beside ours, on rows that ours had not seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from outreach.arabic.camelbert import Analyser
from outreach.states import Sentiment
from outreach.training.deciding import macro_f1
from outreach.training.examples import Example

_ROWS = 400  #: of each set, evenly over it; a transformer reads a few comments a second


def beside_engine(examples: Sequence[Example], moods: np.ndarray, reads: Analyser) -> dict[str, dict[str, Any]]:
    """Per set: macro-F1 of the engine and of ours on the same rows. Both read the normalised text."""
    order = list(Sentiment)
    found = {}
    for source in sorted({row.source for row in examples if row.sentiment}):
        rows = _evenly([at for at, row in enumerate(examples) if row.source == source and row.sentiment])
        truth = np.array([order.index(mood) for at in rows if (mood := examples[at].sentiment)])
        theirs = np.array([order.index(Sentiment(mood)) for mood in reads([examples[at].text for at in rows])])
        ours = moods[rows].argmax(axis=1)
        found[source] = {
            "rows": len(rows),
            "engine": round(macro_f1(truth, theirs, len(order)), 3),
            "ours": round(macro_f1(truth, ours, len(order)), 3),
        }
    return found


def _evenly(rows: list[int]) -> list[int]:
    return rows[:: max(1, -(-len(rows) // _ROWS))]

"""What the heads say together: a small network above them, learned from margins of rows that no head had seen.

Stacked generalization (Wolpert 1992). A head knows its own flag and no other, and a comment's length not at all, for
its words are averaged: that a glad comment is rarely a cry for help is learned here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from outreach.states import Flag, Sentiment
from outreach.training.fitting import HEADS, SERIOUS, Target, any_serious, lessons, outside, seriousness
from outreach.training.networks import Network, NetworkSettings, learn_network

#: Heads that are heard themselves too. The network also learns how our own comments are made; on whole sets that
#: neither saw it orders sentiments, insults and hate worse than heads alone, and spam by far, so spam is left to its
#: head. Half and half loses nothing there. S0 and S1 gain from the network alone, in strangers' comments too.
_HEARD = tuple(head for head in HEADS if head not in SERIOUS)


def signals(margins: np.ndarray, texts: Sequence[str]) -> np.ndarray:
    """(rows, heads + 2): the margins, with `seriousness` for the last of them, and how many words and letters the
    normalised text has, as logarithms."""
    words = [text.split() for text in texts]
    sizes = np.array([(len(found), sum(len(word) + 1 for word in found)) for found in words]).reshape(len(texts), 2)
    return np.column_stack([margins[:, :-1], seriousness(margins), np.log1p(sizes)]).astype(np.float32)


def combine(found: np.ndarray, targets: Sequence[Target], settings: NetworkSettings) -> Network:
    """For the `targets` of HEADS, from `signals`: every flag on its own, the sentiments against each other, and "any
    serious flag"."""
    middle, spread = found.mean(axis=0), np.maximum(found.std(axis=0), 1e-6)
    every = (*targets, any_serious(targets))
    alone = [at for at in range(len(Sentiment), len(every)) if at != HEADS.index(Flag.SPAM)]
    network = learn_network((found - middle) / spread, lessons(every, alone=alone), heads=len(every), settings=settings)
    inner = network.inner / spread[:, None]
    return _beside(replace(network, inner=inner, inner_bias=network.inner_bias - middle @ inner), found)


def _beside(network: Network, found: np.ndarray) -> Network:
    """The network with heads of `_HEARD` beside it, as loud. A head passes two units as max(x, 0) - max(-x, 0)."""
    at = np.array([HEADS.index(head) for head in _HEARD])
    straight, heads = np.zeros((found.shape[1], len(at))), np.zeros((len(at), network.outer.shape[1]))
    straight[at, range(len(at))] = 1
    heads[range(len(at)), at] = _loudness(network.margins(found)[:, at]) / _loudness(found[:, at])
    return replace(
        network,
        inner=np.hstack([network.inner, straight, -straight]).astype(np.float32),
        inner_bias=np.pad(network.inner_bias, (0, 2 * len(at))).astype(np.float32),
        outer=np.vstack([network.outer, heads, -heads]).astype(np.float32),
    )


def _loudness(margins: np.ndarray) -> np.ndarray:
    """How far the margins of each head spread, of sentiments together, as they are compared; 1 where they do not."""
    spreads = margins.std(axis=0)
    spreads[: len(Sentiment)] = spreads[: len(Sentiment)].mean()
    return np.where(spreads > 0, spreads, 1.0)


def cross_combined(
    found: np.ndarray, targets: Sequence[Target], folds: np.ndarray, settings: NetworkSettings
) -> np.ndarray:
    """Combined margins of every row, (rows, heads + 1), from a network that learned from the other folds."""
    margins = np.zeros((len(found), len(HEADS) + 1), dtype=np.float32)
    for fold in np.unique(folds):
        inside = folds == fold
        network = combine(found, [outside(one, inside) for one in targets], settings)
        margins[inside] = network.margins(found[inside])
    return margins

"""The network above the heads: what it is given, what it must not have seen, and what it learns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from outreach.states import Flag, Sentiment
from outreach.training.combining import combine, cross_combined, signals
from outreach.training.fitting import HEADS, Target
from outreach.training.networks import NetworkSettings

SETTINGS = NetworkSettings(hidden=8, passes=400, decay=1e-4, share=1.0)
HARM, AT = HEADS.index(Flag.SELF_HARM), np.arange(240)
GLAD = AT % 3 == 0


def _targets(harm: np.ndarray) -> list[Target]:
    truth: dict[Sentiment | Flag, np.ndarray] = {
        Sentiment.POSITIVE: GLAD,
        Sentiment.NEGATIVE: ~GLAD,
        Flag.SELF_HARM: harm,
    }
    none = np.zeros(len(AT), dtype=bool)
    return [Target(AT, truth.get(head, none), np.ones(len(AT))) for head in HEADS]


def _margins(sure: np.ndarray) -> np.ndarray:
    margins = np.zeros((len(AT), len(HEADS) + 1))
    margins[:, HEADS.index(Sentiment.POSITIVE)] = np.where(GLAD, 1.0, -1.0)
    margins[:, HARM] = sure
    return margins


def test_a_comment_is_known_by_its_heads_and_its_length() -> None:
    margins = np.zeros((2, len(HEADS) + 1))
    margins[0, [HARM, -1]] = 3.0, -1.0
    found = signals(margins, ["ما اريد اعيش", ""])
    assert found.shape == (2, len(HEADS) + 3)
    assert found[0, [HARM, -3]].tolist() == [3.0, 2.0]  # seriousness: "any serious" and the surest flag
    assert np.expm1(found[0, -2:]) == pytest.approx([3, 13])
    assert found[1, -2:].tolist() == [0.0, 0.0]


def test_a_flag_is_doubted_where_another_head_speaks_against_it() -> None:
    """The head of self-harm alone cannot tell; only together with a glad tone is it an exaggeration."""
    sure = np.where(AT % 2 == 0, 2.0, -2.0)
    found = signals(_margins(sure), ["كلمة"] * len(AT))
    harm = (sure > 0) & ~GLAD
    network = combine(found, _targets(harm), SETTINGS)
    said = network.margins(found)[:, HARM]
    assert said[harm].min() > said[~harm].max()


def test_no_row_is_judged_by_a_network_that_learned_from_it() -> None:
    rng = np.random.default_rng(3)
    found = signals(_margins(rng.normal(size=len(AT))), ["كلمة"] * len(AT))
    folds, harm = AT % 2, rng.random(len(AT)) < 0.5
    before = cross_combined(found, _targets(harm), folds, SETTINGS)
    changed = np.where(folds == 0, ~harm, harm)
    after = cross_combined(found, _targets(changed), folds, SETTINGS)
    assert (before[folds == 0] == after[folds == 0]).all()
    assert (before[folds == 1] != after[folds == 1]).any()


def test_units_of_the_signals_do_not_matter() -> None:
    found = np.random.default_rng(3).normal(size=(len(AT), len(HEADS) + 3))
    targets = _targets(found[:, HARM] > 0)
    plain = combine(found, targets, SETTINGS).margins(found)
    scaled = found * 100 + 7
    assert combine(scaled, targets, SETTINGS).margins(scaled)[:, HARM] == pytest.approx(plain[:, HARM], abs=1e-3)


def test_beside_the_network_heads_of_lesser_flags_are_heard_themselves() -> None:
    """Labels that have nothing to do with a head: what is learned above forgets it, and its own voice remains."""
    rng = np.random.default_rng(5)
    found = rng.normal(size=(len(AT), len(HEADS) + 3))
    by_chance = rng.random(len(AT)) < 0.5
    targets = [Target(AT, by_chance, np.ones(len(AT))) for _ in HEADS]
    said = combine(found, targets, replace(SETTINGS, passes=5)).margins(found)
    flags = (Flag.ABUSE, Flag.SPAM, Flag.SELF_HARM)
    insults, spam, harm = (np.corrcoef(said[:, at], found[:, at])[0, 1] for at in map(HEADS.index, flags))
    assert insults > 0.6
    assert spam == pytest.approx(1)
    assert abs(harm) < 0.3

"""What a row counts, and what of a set stays out of the weights of its words."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from outreach.states import Flag, Sentiment
from outreach.training.examples import Example
from outreach.training.fitting import HEADS, FitSettings, all_targets, fit, outside, target


def _rows(source: str, moods: list[Sentiment], weight: float = 1.0) -> list[Example]:
    return [Example(f"{source}{at}", source, f"{source}{at}", sentiment=m, weight=weight) for at, m in enumerate(moods)]


def test_within_a_set_each_sentiment_weighs_the_same_and_the_set_what_it_weighed() -> None:
    rows = _rows("one", [Sentiment.NEUTRAL] * 9 + [Sentiment.POSITIVE], 0.5) + _rows("two", [Sentiment.NEGATIVE] * 4)
    for head in Sentiment:
        found = target(rows, head).weights
        assert found[:9].sum() == pytest.approx(2.5)
        assert found[9] == pytest.approx(2.5)
        assert found[10:] == pytest.approx([1.0] * 4)


def test_a_set_keeps_its_number_when_rows_are_held_out() -> None:
    rows = _rows("one", [Sentiment.NEUTRAL] * 2) + _rows("two", [Sentiment.NEGATIVE] * 2)
    kept = outside(target(rows, Sentiment.NEUTRAL), np.array([True, False, False, False]))
    assert kept.sources is not None
    assert kept.sources.tolist() == [0, 1, 1]


def test_the_habit_of_a_set_is_not_learned_as_the_meaning_of_its_topic() -> None:
    """All of one set are negative and share a word; within the other, where both occur, it tells nothing."""
    known = _rows("angry", [Sentiment.NEGATIVE] * 40)
    mixed = _rows("mixed", [Sentiment.NEGATIVE, Sentiment.POSITIVE] * 20)
    words = csr_matrix(np.array([[1.0]] * 40 + [[1.0]] * 20 + [[0.0]] * 20, dtype=np.float32))
    told = all_targets([*known, *mixed])
    blind = [type(one)(one.rows, one.labels, one.weights) for one in told]
    settings, head = FitSettings(), HEADS.index(Sentiment.NEGATIVE)
    learned = [abs(fit(words, one, settings).coefficients[head, 0]) for one in (told, blind)]
    assert learned[0] < learned[1]
    assert fit(words, told, settings).coefficients.shape == (len(HEADS) + 1, 1)


def test_sets_keep_their_habits_in_flags_too_but_a_background_must_teach() -> None:
    """Marked as one more set, unlabelled rows would teach nothing: that they are all negative would be its habit."""
    rows = [
        Example(f"{source}{at}", source, f"{source}{at}", labels={Flag.ABUSE: bool(at), Flag.SELF_HARM: bool(at)})
        for source in ("one", "two")
        for at in range(2)
    ]
    marks = target(rows, Flag.ABUSE).sources
    assert marks is not None
    assert marks.tolist() == [0, 0, 1, 1]
    assert target(rows, Flag.SELF_HARM).sources is None

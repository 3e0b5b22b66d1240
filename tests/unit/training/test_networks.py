"""What the hidden layer learns that a sum of words cannot, and that one layer holds several lessons apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from outreach.training.networks import Lesson, NetworkSettings, learn_network

SETTINGS = NetworkSettings(hidden=16, passes=200)
VECTORS = np.array([[0.1, 0.1], [0.1, -0.1], [-0.1, 0.1], [-0.1, -0.1]], dtype=np.float32).repeat(250, axis=0)
ROWS = np.arange(len(VECTORS))
EITHER = np.array([0, 1, 1, 0]).repeat(250)
ONES = np.ones(len(VECTORS))


def test_it_learns_one_or_the_other_but_not_both_which_no_sum_can_tell() -> None:
    network = learn_network(VECTORS, [Lesson((0,), ROWS, EITHER, ONES)], heads=1, settings=SETTINGS)
    assert ((network.margins(VECTORS)[:, 0] > 0) == (EITHER == 1)).all()


def test_what_one_lesson_teaches_leaves_the_heads_of_others_alone() -> None:
    first, both = Lesson((0,), ROWS, EITHER, ONES), Lesson((2,), ROWS, (VECTORS[:, 0] > 0), ONES)
    alone = learn_network(VECTORS, [first], heads=4, settings=SETTINGS).margins(VECTORS)
    together = learn_network(VECTORS, [first, both], heads=4, settings=SETTINGS).margins(VECTORS)
    assert together[:, 0] == pytest.approx(alone[:, 0], abs=1e-5)
    assert not together[:, [1, 3]].any()
    assert ((together[:, 2] > 0) == (VECTORS[:, 0] > 0)).all()


def test_of_several_classes_each_has_a_head_and_they_balance() -> None:
    classes = np.array([0, 1, 2, 2]).repeat(250)
    found = learn_network(VECTORS, [Lesson((0, 1, 2), ROWS, classes, ONES)], heads=3, settings=SETTINGS)
    assert (found.margins(VECTORS).argmax(axis=1) == classes).all()
    assert found.margins(VECTORS).sum(axis=1) == pytest.approx(np.zeros(len(VECTORS)), abs=1e-5)


def test_a_lesson_that_knows_only_one_answer_teaches_nothing() -> None:
    silent = [Lesson((0,), ROWS, np.zeros(len(ROWS)), ONES), Lesson((0, 1, 2), ROWS, EITHER, ONES)]
    network = learn_network(VECTORS, silent, heads=3, settings=SETTINGS)
    assert network.inner.shape == (2, 0)
    assert not network.margins(VECTORS).any()


def test_a_row_that_counts_nothing_to_speak_of_does_not_turn_the_others() -> None:
    wrong = np.concatenate([EITHER, 1 - EITHER[::125]])
    vectors, weights = np.vstack([VECTORS, VECTORS[::125]]), np.concatenate([ONES, np.full(8, 1e-6)])
    lesson = Lesson((0,), np.arange(len(vectors)), wrong, weights)
    network = learn_network(vectors, [lesson], heads=1, settings=SETTINGS)
    assert ((network.margins(VECTORS)[:, 0] > 0) == (EITHER == 1)).all()


def test_weights_that_decay_has_brought_to_nothing_are_nothing() -> None:
    lesson = Lesson((0,), ROWS, EITHER, ONES)
    weights = learn_network(VECTORS, [lesson], heads=1, settings=replace(SETTINGS, decay=0.1)).inner
    idle = np.abs(weights) < 1e-9
    assert idle.any()
    assert not weights[idle].any()

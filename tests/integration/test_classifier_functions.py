"""What the shipped model can and cannot do, function by function, in the manner of HateCheck (Röttger et al. 2021).

The cases are our own and stand in no training file. `make test` prints the pass rates with `pytest -s` alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pytest

from outreach.arabic import normalised_text
from outreach.classifier import Classifier, Prediction, load
from outreach.settings import Settings
from outreach.states import Flag
from outreach.training.examples import key
from outreach.training.seed import read_seed

MODELS = Path(__file__).parents[2] / "models"
CASES = Path(__file__).parent / "functions" / "cases.tsv"
SERIOUS = frozenset(tuple(Flag)[:9])
BAR = 0.7
SERIOUS_BAR = 0.9  #: of all cases of S0 and S1 together


@dataclass(frozen=True)
class Case:
    function: str
    expected: tuple[str, ...]
    text: str

    @property
    def serious(self) -> bool:
        return any(Flag(name) in SERIOUS for want in self.expected if want[0].isalpha() for name in want.split("|"))


def _cases() -> list[Case]:
    _, *lines = CASES.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines)
    return [Case(function, tuple(expected.split()), text) for function, expected, text in rows]


def _holds(want: str, found: Prediction) -> bool:
    """`a|b`: one of them is raised; `-a`: not raised (`-serious`: none of S0 and S1); `=mood`: the sentiment."""
    if want.startswith("="):
        return found.sentiment == want[1:]
    if want.startswith("-"):
        return not {"any": frozenset(Flag), "serious": SERIOUS}.get(want[1:], {want[1:]}) & set(found.flags)
    return bool(set(want.split("|")) & set(found.flags))


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return load(MODELS / Settings.model_fields["model"].default)


@pytest.fixture(scope="module")
def outcomes(classifier: Classifier) -> list[tuple[Case, bool]]:
    cases = _cases()
    answers = classifier.classify([case.text for case in cases])
    return [
        (case, all(_holds(want, found) for want in case.expected)) for case, found in zip(cases, answers, strict=True)
    ]


def _by_function(outcomes: list[tuple[Case, bool]]) -> Iterator[tuple[str, int, int]]:
    for name, group in groupby(outcomes, key=lambda pair: pair[0].function):
        passed = [ok for _, ok in group]
        yield name, sum(passed), len(passed)


def test_the_suite_is_large_enough() -> None:
    cases = _cases()
    assert len(cases) >= 250
    assert len({case.function for case in cases}) >= 30


def test_no_case_is_a_training_comment() -> None:
    known = {key(row.text) for row in read_seed(MODELS / "seed")}
    assert [case.text for case in _cases() if key(normalised_text(case.text)) in known] == []


def test_every_function_passes_the_bar(outcomes: list[tuple[Case, bool]]) -> None:
    rates = list(_by_function(outcomes))
    for name, passed, count in rates:
        print(f"{name:<26} {passed:>2} of {count:>2}  {passed / count:4.0%}")
    assert {name: passed for name, passed, count in rates if passed < BAR * count} == {}


def test_serious_cases_are_found_as_often_as_ever(outcomes: list[tuple[Case, bool]]) -> None:
    found = [ok for case, ok in outcomes if case.serious]
    share = sum(found) / len(found)
    print(f"S0 and S1: {sum(found)} of {len(found)} cases, {share:.1%}; the bar is {SERIOUS_BAR:.0%}")
    assert share >= SERIOUS_BAR

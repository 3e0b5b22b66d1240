"""Our own seed comments: enough of every flag, no near-copies, every row in order."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from outreach.errors import InvalidError
from outreach.states import Flag, Sentiment
from outreach.training.examples import Example, key, merged
from outreach.training.seed import HEADER, read_seed

SEEDS = Path(__file__).parents[3] / "models" / "seed"
POSITIVES = 300
NEAR = 0.6  #: Jaccard of letter 4-grams from which two comments count as one
GRAM = 4


@pytest.fixture(scope="module")
def seeds() -> list[Example]:
    return read_seed(SEEDS)


def grams(text: str) -> frozenset[str]:
    letters = key(text) or text
    return frozenset(letters[i : i + GRAM] for i in range(max(1, len(letters) - GRAM + 1)))


def near_copies(texts: list[str]) -> Iterator[tuple[int, int]]:
    """Two sets this alike share one of their rarest grams, so only those are indexed (prefix filtering)."""
    sets = [grams(text) for text in texts]
    common = Counter(gram for found in sets for gram in found)
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for this, found in enumerate(sets):
        rare = sorted(found, key=lambda gram: (common[gram], gram))[: len(found) - math.ceil(NEAR * len(found)) + 1]
        for other in sorted({other for gram in rare for other in holders[gram]}):
            if len(found & sets[other]) >= NEAR * len(found | sets[other]):
                yield other, this
        for gram in rare:
            holders[gram].append(this)


def test_every_flag_has_enough_positives_that_are_used(seeds: list[Example]) -> None:
    count = Counter(flag for row in merged(seeds) for flag, on in row.labels.items() if on)
    assert {flag: count[flag] for flag in Flag if count[flag] < POSITIVES} == {}


def test_no_two_seed_comments_are_near_copies(seeds: list[Example]) -> None:
    texts = [row.text for row in seeds]
    assert [(texts[one], texts[other]) for one, other in near_copies(texts)] == []


def test_what_strangers_wrote_stays_out_of_what_we_train_on(seeds: list[Example]) -> None:
    """Or their figure would be ours."""
    theirs = read_seed(SEEDS.with_name("strangers"))
    texts = [row.text for row in (*seeds, *theirs)]
    assert len(theirs) > 1000
    assert [(texts[a], texts[b]) for a, b in near_copies(texts) if b >= len(seeds)] == []
    assert {row.group for row in seeds}.isdisjoint(row.group for row in theirs)


def test_the_search_for_near_copies_finds_each_pair_that_comparing_all_finds(seeds: list[Example]) -> None:
    some = [row.text for row in seeds[::40]]
    texts = [*some, *(f"{text} بعد" for text in some[::3]), *(text[2:] for text in some[::5])]
    sets = [grams(text) for text in texts]
    every = {
        (one, other)
        for other, second in enumerate(sets)
        for one, first in enumerate(sets[:other])
        if len(first & second) >= NEAR * len(first | second)
    }
    assert len(every) > len(some) // 4
    assert set(near_copies(texts)) == every


@pytest.mark.parametrize(
    "row", ["نص\tno_such_flag\tneutral\tf30", "نص\tthreat\tangry\tf30", "نص\tthreat\tnegative\t ", "نص\tthreat"]
)
def test_a_row_out_of_order_is_refused_by_file_and_line(tmp_path: Path, row: str) -> None:
    (tmp_path / "bad.tsv").write_text("\t".join(HEADER) + f"\nنص\t\tneutral\tf30\n{row}\n", encoding="utf-8")
    with pytest.raises(InvalidError) as refused:
        read_seed(tmp_path)
    assert refused.value.params == {"file": "bad.tsv", "line": 3}


def test_every_row_has_a_sentiment_and_a_word_on_every_flag(seeds: list[Example]) -> None:
    assert all(row.sentiment in Sentiment and set(row.labels) == set(Flag) for row in seeds)

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from outreach.web.quoting import quoted, segments

TEXTS = st.text(alphabet=st.sampled_from("ابتگچپ <>&\"'\n👩🏽‍⚕️\u202eab"), max_size=40)
PAIRS = st.lists(st.tuples(st.integers(-5, 50), st.integers(-5, 50)), max_size=5)


@given(TEXTS, PAIRS)
def test_marking_never_changes_a_letter(text: str, pairs: list[tuple[int, int]]):
    assert "".join(part for part, _ in segments(text, {"threat": pairs})) == text


@given(TEXTS, PAIRS)
def test_exactly_what_some_span_covers_is_marked(text: str, pairs: list[tuple[int, int]]):
    marked = [on for part, on in segments(text, {"threat": pairs}) for _ in part]
    assert marked == [any(start <= at < end for start, end in pairs) for at in range(len(text))]


@given(TEXTS, PAIRS)
def test_nothing_that_was_written_becomes_markup(text: str, pairs: list[tuple[int, int]]):
    inner = quoted(text, {"threat": pairs}).removeprefix('<p class="words" dir="auto">').removesuffix("</p>")
    bare = inner.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare
    assert bare.count("&lt;") == text.count("<")


def test_the_element_adds_no_white_space_of_its_own():
    assert quoted("أ\nب") == '<p class="words" dir="auto">أ\nب</p>'

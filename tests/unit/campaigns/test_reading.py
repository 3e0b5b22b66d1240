"""YAML as the reader takes it: safe, whole, and with every mark in its place."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outreach.campaigns import reading


def read(text: str | bytes) -> reading.Tree:
    return reading.read(text if isinstance(text, bytes) else text.encode(), file="c.yaml")


def codes(text: str | bytes) -> list[str]:
    return [problem.code for problem in read(text).problems]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("18:30", "18:30"),  # YAML 1.1 reads the number 1110
        ("09:30", "09:30"),
        ("no", "no"),  # YAML 1.1 reads False: Norway
        ("on", "on"),
        ("0770 000 0000", "0770 000 0000"),
        ("0770", "0770"),  # an octal number elsewhere
        ("2026-11-25", "2026-11-25"),
        ("2026-11-26T18:30:00+03:00", "2026-11-26T18:30:00+03:00"),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        ('"null"', "null"),
        ("null", None),
        ("~", None),
        ("", None),
    ],
)
def test_every_value_stays_the_text_that_was_written(written, read_as):
    assert read(f"a: {written}").value == {"a": read_as}


def test_the_key_on_is_a_key_and_not_a_truth():
    assert read("on: {basra-page: {link: x}}").value == {"on": {"basra-page": {"link": "x"}}}


def test_marks_name_the_line_and_column_of_keys_and_values():
    tree = read("title: {ar: مساحات, en: x}\nposts:\n  - id: a\n    text:\n      ar: |\n        سطر\n")
    assert tree.marks.keys["posts", 0, "id"] == (3, 5)
    assert tree.marks.values["posts", 0, "id"] == (3, 9)
    assert tree.marks.values["title", "en"] == (1, 25)
    assert tree.marks.of(("posts", 0, "nowhere", "at", "all")) == (3, 5)


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: 1\nb: !!python/object/apply:os.system [echo]\n", "yaml.tag", 2, 4),
        ("a: !secret x\n", "yaml.tag", 1, 4),
        ("a: &x [1]\nb: *x\n", "yaml.anchor", 1, 4),
        ("a: 1\na: 2\n", "yaml.duplicate_key", 2, 1),
        ("a: 1\n---\nb: 2\n", "yaml.documents", 2, 1),
        ("%YAML 1.1\n---\na: 18:30\n", "yaml.directive", 2, 1),
        ("a:\n\tb: 1\n", "yaml.tab", 2, 1),
        ("a: [1, 2\nb: 3\n", "yaml.syntax", 2, 2),
        ("a: 'x\n", "yaml.syntax", 2, 1),
        ("a: 1\nb: \x07\n", "yaml.character", 2, 4),
        ("? [a, b]\n: 1\n", "yaml.key", 1, 3),
        ("", "yaml.empty", 1, 1),
        ("# nothing but a comment\n", "yaml.empty", 1, 1),
        ("a: " + "[" * 40 + "]" * 40, "yaml.depth", 1, 15),
    ],
)
def test_what_may_not_stand_in_a_file_is_refused_where_it_stands(text, code, line, column):
    problem = read(text).problems[0]
    assert (problem.code, problem.line, problem.column) == (code, line, column)


def test_an_alias_bomb_is_refused_and_never_expanded():
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
    )
    tree = read(bomb)
    assert {problem.code for problem in tree.problems} == {"yaml.anchor", "yaml.alias"}
    assert len(str(tree.value)) < 2_000


def test_deep_nesting_ends_in_a_problem_and_not_in_a_full_stack():
    assert codes("[" * 200_000) == ["yaml.depth"]


def test_a_file_that_is_too_large_is_not_even_parsed():
    assert codes(b"a" * (reading.MAX_BYTES + 1)) == ["yaml.size"]


def test_text_in_another_encoding_is_named_with_its_place():
    problem = read(b"title: x\nar: " + "مرحبا".encode("cp1256")).problems[0]
    assert (problem.code, problem.line, problem.column) == ("yaml.encoding", 2, 5)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm():
    assert read(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n").value == {"a": "1", "b": "2"}


def test_all_problems_of_a_file_come_at_once():
    assert codes("a: !x 1\na: 2\nb: &y 3\nc: *y\n") == ["yaml.tag", "yaml.duplicate_key", "yaml.anchor", "yaml.alias"]


YAML_BITS = st.sampled_from(
    [*"abx:-?[]{}&*!|>'\"%@`#,\n\t ~\\/UxN09\ud800\x00\x85\u2028ع", "- ", ": ", "\n  ", "\\U99999999", "---\n"]
)


@given(st.binary(max_size=200))
def test_no_bytes_at_all_make_the_reader_raise(raw):
    read(raw)


@given(st.lists(YAML_BITS, max_size=60).map("".join))
@example('"\\UFFFFFFFF"')
@example("a: *\n")
@example("{*a: 1}")
@example("? &a b\n: *a : c")
@example("!<tag> a")
@example("%TAG ! x\n--- !y z")
def test_no_yaml_like_text_makes_the_reader_raise(text):
    tree = read(text.encode("utf-8", "surrogatepass"))
    assert tree.problems or tree.value is not None

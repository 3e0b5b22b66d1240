"""The `fields` parameter as a tree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.errors import MetaError
from outreach.sandbox.fields import Field, parse

names = st.from_regex(r"[a-z_]{1,8}", fullmatch=True)
trees = st.recursive(
    st.builds(Field, names, st.dictionaries(names, st.from_regex(r"[a-z0-9,]{0,5}", fullmatch=True), max_size=2)),
    lambda inner: st.builds(Field, names, st.just({}), st.lists(inner, min_size=1, max_size=3).map(tuple)),
    max_leaves=8,
)


def written(field: Field) -> str:
    arguments = "".join(f".{name}({value})" for name, value in field.arguments.items())
    inner = "{" + ",".join(map(written, field.inner)) + "}" if field.inner else ""
    return field.name + arguments + inner


@given(st.lists(trees, min_size=1, max_size=4))
def test_what_is_written_is_read_back(fields):
    assert parse(",".join(map(written, fields))) == tuple(fields)


@given(st.text(max_size=30))
def test_any_text_is_a_list_of_fields_or_a_syntax_error(text):
    try:
        assert parse(text)
    except MetaError as error:
        assert error.graph_code == 2500  # noqa: PT017  either outcome is right


def test_arguments_come_before_inner_fields():
    (comments,) = parse("comments.limit(0).summary(true){id,from{name}}")
    assert comments.arguments == {"limit": "0", "summary": "true"}
    assert [field.name for field in comments.inner] == ["id", "from"]


@pytest.mark.parametrize("text", ["", ",", "a,", "a{}", "a{b", "a}", "a.limit(1", "a b", "a{b}}"])
def test_broken_lists_are_refused(text):
    with pytest.raises(MetaError):
        parse(text)

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.meta.insights import counts_people, read_page
from outreach.meta.protocol import Metric
from outreach.meta.refusals import GraphError


def page(*values, name="page_media_view", **more):
    return {
        "data": [{"name": name, "period": "day", "values": list(values), **more}],
        "paging": {"next": "https://x/?since=1"},
    }


def test_each_value_of_a_series_is_a_figure_with_its_end():
    found = read_page(page({"value": 3, "end_time": "2026-09-03T07:00:00+0000"}), ("page_media_view",), "day")
    assert found == (Metric("page_media_view", "day", 3.0, end=datetime(2026, 9, 3, 7, tzinfo=UTC)),)


@pytest.mark.parametrize("answer", [{"data": []}, {}, page({}), page({"value": None}), page({"value": True})])
def test_what_is_not_there_is_none_and_not_zero(answer):
    assert {metric.value for metric in read_page(answer, ("page_media_view",), "day")} == {None}


def test_parts_are_summed_unless_they_count_people():
    value = {"value": {"like": 2, "love": 1}}
    (total,) = read_page(
        page(value, name="post_reactions_by_type_total"), ("post_reactions_by_type_total",), "lifetime"
    )
    assert (total.value, total.breakdown) == (3.0, {"like": 2.0, "love": 1.0})
    (people,) = read_page(page(value, name="post_activity_by_action_type_unique"), (), "lifetime")
    assert (people.value, people.breakdown, people.unique) == (None, {"like": 2.0, "love": 1.0}, True)


def test_a_total_takes_the_name_of_the_span_that_was_asked_for():
    results = [{"dimension_values": ["FOLLOWER"], "value": 4}, {"dimension_values": ["NON_FOLLOWER"], "value": 5}]
    total = {"value": 9, "breakdowns": [{"dimension_keys": ["follow_type"], "results": results}]}
    answer = {"data": [{"name": "reach", "period": "day", "total_value": total}]}
    assert read_page(answer, ("reach",), "range") == (
        Metric("reach", "range", 9.0, unique=True, breakdown={"FOLLOWER": 4.0, "NON_FOLLOWER": 5.0}),
    )


@pytest.mark.parametrize(
    "name", ["reach", "accounts_engaged", "page_total_media_view_unique", "page_follows", "followers_count"]
)
def test_figures_that_count_people_are_marked(name):
    assert counts_people(name)


@pytest.mark.parametrize("name", ["views", "post_media_view", "likes", "shares"])
def test_figures_that_count_things_are_not(name):
    assert not counts_people(name)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["name", "values", "value", "total_value", "breakdowns", "results", "end_time", "data"]),
            inner,
        )
    ),
)


@given(
    values
    | st.fixed_dictionaries(
        {
            "data": st.lists(
                st.fixed_dictionaries({"name": st.text(), "values": values}, optional={"total_value": values})
            )
        }
    )
)
def test_no_answer_can_break_the_reading(answer):
    try:
        found = read_page(answer, ("reach",), "day")
    except GraphError as error:
        code = error.code
    else:
        code = "" if all(isinstance(metric, Metric) for metric in found) else "wrong"
    assert code in ("", "meta.unreadable")

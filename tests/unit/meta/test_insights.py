from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.meta import metrics
from outreach.meta.insights import read_page
from outreach.meta.metrics import Additive, Measure, Subject
from outreach.meta.protocol import Metric
from outreach.meta.refusals import GraphError


def measure(name, breakdown=None):
    """The table's own, or one that it does not have."""
    found = [one for one in metrics.MEASURES if (one.name, one.breakdown) == (name, breakdown)]
    additive = Additive.NO if name.endswith("_unique") else Additive.YES
    return found[0] if found else Measure(name, (), additive, "", breakdown=breakdown)


def page(*values, name="page_media_view", **more):
    return {
        "data": [{"name": name, "period": "day", "values": list(values), **more}],
        "paging": {"next": "https://x/?since=1"},
    }


def test_each_value_of_a_series_is_a_figure_with_its_end():
    found = read_page(page({"value": 3, "end_time": "2026-09-03T07:00:00+0000"}), (measure("page_media_view"),), "day")
    assert found == (Metric("page_media_view", "day", 3.0, end=datetime(2026, 9, 3, 7, tzinfo=UTC)),)


@pytest.mark.parametrize("answer", [{"data": []}, {}, page({}), page({"value": None}), page({"value": True})])
def test_what_is_not_there_is_none_and_not_zero(answer):
    assert {metric.value for metric in read_page(answer, (measure("page_media_view"),), "day")} == {None}


def test_parts_are_summed_unless_they_count_people():
    value = {"value": {"like": 2, "love": 1}}
    name = "post_reactions_by_type_total"
    (total,) = read_page(page(value, name=name), (measure(name),), "lifetime")
    assert (total.value, total.breakdown) == (3.0, {"like": 2.0, "love": 1.0})
    name = "post_activity_by_action_type_unique"
    (people,) = read_page(page(value, name=name), (measure(name),), "lifetime")
    assert (people.value, people.breakdown, people.unique) == (None, {"like": 2.0, "love": 1.0}, True)


def test_a_total_takes_the_name_of_the_span_that_was_asked_for():
    results = [{"dimension_values": ["FOLLOWER"], "value": 4}, {"dimension_values": ["NON_FOLLOWER"], "value": 5}]
    total = {"value": 9, "breakdowns": [{"dimension_keys": ["follow_type"], "results": results}]}
    answer = {"data": [{"name": "reach", "period": "day", "total_value": total}]}
    assert read_page(answer, (measure("reach", "follow_type"),), "range") == (
        Metric("reach/follow_type", "range", 9.0, unique=True, breakdown={"FOLLOWER": 4.0, "NON_FOLLOWER": 5.0}),
    )


@pytest.mark.parametrize(
    "name", ["reach", "accounts_engaged", "page_total_media_view_unique", "page_follows", "followers_count"]
)
def test_figures_that_count_people_are_marked(name):
    assert not metrics.is_additive(name)


def test_views_from_ads_stand_apart_from_the_others_and_only_views_are_summed():
    end = {"end_time": "2026-09-03T07:00:00+0000"}
    answer = page({"value": 3, "is_from_ads": True, **end}, {"value": 9, "is_from_ads": False, **end})
    (found,) = read_page(answer, (measure("page_media_view", "is_from_ads"),), "day")
    assert (found.name, found.value, found.breakdown) == (
        "page_media_view/is_from_ads",
        12.0,
        {"true": 3.0, "false": 9.0},
    )


@pytest.mark.parametrize("subject", list(Subject))
def test_every_metric_is_asked_once_and_a_risky_one_alone(subject):
    groups = list(metrics.calls(subject))
    assert sorted(one.label for group in groups for one in group) == sorted(one.label for one in metrics.of(subject))
    assert not any(len(group) > 1 and (one.alone or one.breakdown) for group in groups for one in group)


def test_no_metric_that_counts_people_is_called_additive():
    words = ("unique", "reach", "followers", "avg", "accounts_engaged", "demographics")
    for one in metrics.MEASURES:
        assert one.additive is Additive.NO or not any(word in one.name for word in words), one.name


@pytest.mark.parametrize("name", ["views", "post_media_view", "likes", "shares"])
def test_figures_that_count_things_are_not(name):
    assert metrics.is_additive(name)


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
        found = read_page(answer, (measure("reach"),), "day")
    except GraphError as error:
        code = error.code
    else:
        code = "" if all(isinstance(metric, Metric) for metric in found) else "wrong"
    assert code in ("", "meta.unreadable")

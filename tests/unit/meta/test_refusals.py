from __future__ import annotations

import re

import facebook
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.errors import MetaError, describe
from outreach.meta import refusals
from outreach.meta.refusals import GraphError, broken, by_status, refused
from outreach.wording import catalogue


def classify(code=None, subcode=None, *, status=400, writing=True, message="", **more):
    error = {"message": message, "code": code, "error_subcode": subcode, "fbtrace_id": "AbC1", **more}
    return refused(error, status=status, writing=writing)


@pytest.mark.parametrize(
    ("code", "subcode", "expected"),
    [
        (1, None, "meta.unavailable"),
        (2, 1545133, "meta.unavailable"),
        (3, None, "meta.config"),
        (4, None, "meta.throttled"),
        (4, 2207051, "meta.blocked"),  # a restriction for spam, not a rate limit
        (9, 2207042, "meta.quota"),
        (10, None, "meta.permission"),
        (10, 2534022, "meta.window_closed"),
        (17, None, "meta.throttled"),
        (24, 2207006, "meta.gone"),
        (24, 2207008, "meta.not_ready"),
        (25, 2207050, "meta.blocked"),
        (32, None, "meta.throttled"),
        (100, None, "meta.invalid"),
        (100, 33, "meta.gone"),
        (100, 2207028, "meta.invalid"),
        (100, 2108006, "meta.no_data"),
        (100, 2207086, "meta.invalid"),  # a metric that does not suit the media
        (100, 2534025, "meta.already_replied"),
        (102, None, "meta.token_dead"),
        (104, None, "meta.config"),
        (190, None, "meta.token_dead"),
        (190, 33, "meta.token_dead"),  # 33 means gone beside 100 only
        *((190, subcode, "meta.token_dead") for subcode in (458, 459, 460, 463, 464, 467, 492)),
        (200, None, "meta.permission"),
        (210, None, "meta.permission"),
        (283, None, "meta.permission"),
        (299, None, "meta.permission"),
        (324, None, "meta.media_refused"),
        (341, None, "meta.unavailable"),
        (352, 2207026, "meta.media_refused"),
        (368, 1390008, "meta.blocked"),
        (389, None, "meta.media_refused"),
        (506, None, "meta.duplicate"),
        (613, None, "meta.throttled"),
        (1705, None, "meta.config"),
        (2500, None, "meta.invalid"),
        (3001, 1504028, "meta.invalid"),
        (6001, None, "meta.unavailable"),
        (9004, 2207052, "meta.media_unreachable"),
        (9007, 2207027, "meta.not_ready"),
        (10900, None, "meta.already_replied"),
        (10903, None, "meta.cannot_reply"),
        (36000, 2207004, "meta.media_refused"),
        (36004, 2207010, "meta.media_refused"),
        (80001, None, "meta.throttled"),
        (80002, None, "meta.throttled"),
        (80006, None, "meta.throttled"),
        (1609005, None, "meta.link_refused"),
        (-1, 2207001, "meta.unavailable"),
        (-2, 2207003, "meta.media_unreachable"),
        (-2, 2207020, "meta.expired"),
        (777777, None, "meta.error"),  # in no table of Meta's
        (None, None, "meta.error"),
    ],
)
def test_a_code_of_meta_has_one_meaning(code, subcode, expected):
    error = classify(code, subcode)
    assert error.code == expected
    assert (error.graph_code, error.subcode, error.trace_id) == (code, subcode, "AbC1")


@pytest.mark.parametrize(
    ("code", "wording", "expected"),
    [
        (1, "Please reduce the amount of data you're asking for, then retry your request", "meta.too_much"),
        (10, "(#10) Not enough viewers for the media to show insights", "meta.no_data"),
        (10, "(#10) This message is sent outside of allowed window.", "meta.window_closed"),
        (200, "(#200) Can not hide or unhide this comment", "meta.cannot_hide"),
    ],
)
def test_two_meanings_of_one_code_are_told_apart_by_its_wording(code, wording, expected):
    assert classify(code, message=wording).code == expected


@pytest.mark.parametrize("code", [1, 2, 341, 6001, -1])
def test_the_retry_set_may_be_asked_again(code):
    assert classify(code, writing=False).retryable


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80001, 80002, 80006])
def test_the_wait_set_is_neither_permanent_nor_retried_at_once(code):
    error = refused({"code": code}, status=403, writing=True, retry_after=600.0)
    assert (error.permanent, error.retryable, error.maybe_done, error.retry_after) == (False, False, False, 600.0)


@pytest.mark.parametrize("code", [3, 100, 190, 200, 324, 368, 506, 10900, 36000, 1609005, 777777])
def test_everything_else_is_terminal(code):
    error = classify(code)
    assert error.permanent
    assert not error.retryable


@pytest.mark.parametrize(
    ("code", "status", "maybe"),
    [
        (100, 400, False),  # documented, so nothing happened
        (190, 401, False),
        (368, 400, False),
        (1, 400, True),  # "unknown error" proves nothing
        (2, 503, True),
        (100, 500, True),  # a 5xx proves nothing, whatever it says
        (777777, 400, True),  # undocumented
    ],
)
def test_a_write_is_in_doubt_unless_the_answer_proves_that_nothing_happened(code, status, maybe):
    assert classify(code, status=status).maybe_done is maybe
    assert classify(code, status=status, writing=False).maybe_done is False


def test_an_unknown_code_that_meta_calls_transient_may_be_retried():
    assert classify(777777, is_transient=True).code == "meta.unavailable"
    assert classify(100, is_transient=True).code == "meta.invalid"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (302, "meta.unreadable"),
        (200, "meta.unreadable"),
        (404, "meta.error"),
        (429, "meta.throttled"),
        (503, "meta.unavailable"),
    ],
)
def test_without_an_error_object_the_status_decides(status, code):
    error = broken(by_status(status), writing=True, status=status)
    assert (error.code, error.maybe_done) == (code, True)


def test_it_is_both_our_error_and_the_sdks():
    error = classify(100, 33)
    assert isinstance(error, MetaError)
    assert isinstance(error, facebook.GraphAPIError)
    assert error.result == {"error": {"code": 100, "error_subcode": 33}}
    assert describe(error) == {
        "error": "GraphError",
        "code": "meta.gone",
        "graph_code": 100,
        "subcode": 33,
        "http_status": 400,
    }


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda v: st.lists(v) | st.dictionaries(st.text(), v),
)


@given(
    st.dictionaries(st.sampled_from(["message", "code", "error_subcode", "fbtrace_id", "is_transient"]), json_values)
)
def test_no_error_object_can_break_the_classification(error):
    found = refused(error, status=400, writing=True)
    assert isinstance(found, GraphError)
    assert found.code.startswith("meta.")


@given(st.text(min_size=3))
def test_meta_s_wording_never_stays_in_the_error(text):
    error = classify(100, message=f"canary {text}", error_user_msg=f"canary {text}", fbtrace_id=f"canary {text}")
    assert "canary" not in f"{error!s} {error!r} {error.args} {vars(error)}"


def test_every_rule_has_a_code_of_its_own():
    rules = [value for value in vars(refusals).values() if isinstance(value, refusals.Rule)]
    assert len({rule.code for rule in rules}) == len(rules) > 20


RULES = {rule for table in (refusals.BY_CODE, refusals.BY_SUBCODE, refusals.BY_WORDING) for rule in table.values()}
TRANSPORT = {refusals.UNREACHABLE, refusals.UNANSWERED, refusals.UNSENDABLE, refusals.UNREADABLE, refusals.UNKNOWN}

#: Every code and subcode that graph-api.md §7.2 lists.
LISTED = (1, 2, 3, 4, 9, 10, 17, 24, 25, 32, 100, 102, 104, 190, 200, 210, 240, 283, 299, 324, 341, 352, 368, 382, 389,
          506, 613, 1705, 2500, 3001, 6000, 6001, 9004, 9007, 10900, 10903, 36000, 36001, 36003, 36004, 80000, 80001,
          80002, 80003, 80004, 80005, 80006, 80008, 80009, 80014, 1363040, 1363127, 1363128, 1363129, 1609005, -1,
          -2)  # fmt: skip
LISTED_SUBCODES = (
    (2, 1545133), (4, 2207051), (9, 2207042), (10, 2534022), (24, 2207006), (24, 2207008), (25, 2207050), (100, 33),
    (352, 2207026), (368, 1390008), (3001, 1504028), (9004, 2207052), (9007, 2207027), (36000, 2207004),
    (36001, 2207005), (36003, 2207009), (36004, 2207010), (-1, 2207001), (-1, 2207032), (-1, 2207053), (-1, 2207073),
    (-2, 2207003), (-2, 2207020), (4, 2108006), (100, 2207086), (100, 2207028), (100, 2207040), (1, 2207057),
    (100, 2534025), (100, 2534014), (100, 2534001), (100, 2534013),
)  # fmt: skip


@pytest.mark.parametrize("code", LISTED)
def test_every_code_that_meta_lists_has_a_rule(code):
    assert refused({"code": code}, status=400, writing=True).code != "meta.error"


@pytest.mark.parametrize(("code", "subcode"), LISTED_SUBCODES)
def test_every_subcode_that_meta_lists_has_a_rule(code, subcode):
    assert refused({"code": code, "error_subcode": subcode}, status=400, writing=True).code != "meta.error"


@pytest.mark.parametrize("rule", sorted(RULES | TRANSPORT, key=str), ids=lambda rule: rule.code)
def test_every_rule_is_a_sentence_in_both_languages_and_says_what_to_do(rule):
    arabic, english = catalogue()[rule.code]
    for words in (arabic, english):
        assert words.endswith((".", "؟", "?")) or "outreach" in words.rpartition(":")[2], words
        # what happened, then what to do, or that nothing is to be done
        assert len(re.split(r"(?<=[.؛;؟?:])\s", words)) >= 2, words


def test_each_subcode_of_a_dead_token_has_a_remedy_of_its_own():
    listed = (458, 459, 460, 463, 464, 467, 492)
    assert tuple(refusals.TOKEN_REASONS) == listed
    sentences = {catalogue()[refusals.token_reason(subcode)] for subcode in listed}
    assert len(sentences) == len(listed)
    for arabic, english in sentences:
        assert "outreach channels" in arabic
        assert "outreach channels" in english
    assert refusals.token_reason(None) == refusals.token_reason(33) == "meta.token_dead"

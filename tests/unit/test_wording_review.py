"""Every code of the review side has words in both languages, with the same parameters."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from outreach import alerts, policy
from outreach.states import (
    ActionKind,
    ActionStatus,
    CaseStatus,
    CommentState,
    Flag,
    ReferralStatus,
    ReviewState,
    Role,
    Route,
    Sentiment,
    Severity,
    Source,
    Verdict,
)
from outreach.wording import catalogue, word
from outreach.wording.review import MESSAGES

FOLDER = Path(alerts.__file__).parent
MINE = [FOLDER / "accounts.py", FOLDER / "alerts.py", *sorted((FOLDER / "moderation").glob("*.py"))]
RAISED = re.compile(r'Error\(\s*"([a-z_]+\.[a-z_]+)"')


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_both_languages_take_the_same_parameters(code):
    arabic, english = MESSAGES[code]
    fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (arabic, english)]
    assert fields[0] == fields[1]
    assert re.search(r"[\u0600-\u06ff]", arabic)
    assert not re.search(r"[\u0600-\u06ff]", english)


def test_every_code_that_is_raised_has_words():
    raised = {code for path in MINE for code in RAISED.findall(path.read_text())}
    assert len(raised) > 25
    assert sorted(raised - set(catalogue())) == []


@pytest.mark.parametrize(
    ("prefix", "values"),
    [
        ("flag", Flag),
        ("severity", [int(one) for one in Severity]),
        ("sentiment", Sentiment),
        ("verdict", Verdict),
        ("reason", [reason for reasons in policy.REASONS.values() for reason in reasons] + ["undone"]),
        ("outcome", policy.OUTCOMES),
        ("role", Role),
        ("route", Route),
        ("source", Source),
        ("action", ActionKind),
        ("action_status", ActionStatus),
        ("case_status", CaseStatus),
        ("comment_state", CommentState),
        ("review_state", ReviewState),
        ("referral_status", ReferralStatus),
        ("opened_by", ["alert", "person", "overdue"]),
        ("likelihood", [name for _, name in policy.LIKELIHOODS] + ["given"]),
    ],
)
def test_every_value_has_words(prefix, values):
    assert [value for value in values if f"{prefix}.{value}" not in MESSAGES] == []


def test_every_notice_has_words():
    assert [kind for kind in alerts.Kind if kind not in MESSAGES] == []


def test_parameters_are_put_in():
    assert word("review.held", {"holder": "Zainab"}, language="en") == "Zainab is working on it now."

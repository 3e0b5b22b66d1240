"""The table of flags, its combinations, the hours, and what each role may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach import policy
from outreach.policy import Context, assess
from outreach.states import Flag, Permission, ReviewState, Role, Route, ScoreStatus, Severity, Verdict

HOURS = policy.staffed_hours("08:00", "20:00", "Asia/Baghdad")
S0, S1, S2, S3 = Severity.S0, Severity.S1, Severity.S2, Severity.S3


@dataclass(frozen=True)
class Said:
    flags: tuple[Flag, ...] = ()
    alerts: tuple[Flag, ...] = ()
    status: ScoreStatus = ScoreStatus.SCORED
    probabilities: dict[Flag, float] = field(default_factory=dict)


def said(*names: str, alerts: tuple[str, ...] = (), status: ScoreStatus = ScoreStatus.SCORED) -> Said:
    return Said(tuple(map(Flag, names)), tuple(map(Flag, alerts)), status)


def test_every_flag_has_a_rule():
    assert set(policy.RULES) == set(Flag)


@pytest.mark.parametrize(
    ("flag", "severity", "route", "staffed", "off_hours"),
    [  # design §6, safeguarding.md §4
        ("imminent_danger", S0, Route.SHARED, 15, 60),
        ("self_harm", S0, Route.FOCAL, 15, 60),
        ("child_at_risk", S0, Route.FOCAL, 30, 720),
        ("survivor_disclosure", S1, Route.SHARED, 60, 720),
        ("third_party_disclosure", S1, Route.SHARED, 120, 720),
        ("forced_marriage", S1, Route.FOCAL, 60, 720),
        ("blackmail", S1, Route.FOCAL, 60, 720),
        ("staff_misconduct", S1, Route.PSEA, 720, 1440),
        ("exposed_personal_data", S1, Route.SHARED, 30, 120),
        ("threat", S1, Route.SHARED, 60, 720),
        ("help_seeking", S2, Route.SHARED, 240, 1440),
        ("gendered_abuse", S3, Route.SHARED, 1440, 1440),
        ("hate_speech", S3, Route.SHARED, 1440, 1440),
        ("abuse", S3, Route.SHARED, 1440, 1440),
        ("spam", S3, Route.SHARED, 1440, 1440),
    ],
)
def test_one_flag_alone(flag, severity, route, staffed, off_hours):
    found = assess(said(flag), Context())
    assert (found.review_state, found.severity, found.route) == (ReviewState.QUEUED, severity, route)
    assert (found.target.staffed, found.target.off_hours) == (staffed, off_hours)
    assert not found.alert


@pytest.mark.parametrize(
    ("flags", "context", "severity", "route"),
    [
        # a date within days makes a forced marriage a matter of life
        (("forced_marriage", "imminent_danger"), Context(), S0, Route.FOCAL),
        # abuse of women is graver under a possible disclosure
        (("gendered_abuse",), Context(under_disclosure=True), S2, Route.SHARED),
        # a person said that the threat is against nobody in particular
        (("threat",), Context(general_threat=True), S2, Route.SHARED),
        # personal data beside another S0-S1 flag points to a person at risk
        (("exposed_personal_data", "survivor_disclosure"), Context(), S1, Route.FOCAL),
        (("exposed_personal_data", "spam"), Context(), S1, Route.SHARED),
        # the PSEA route wins over everything
        (("staff_misconduct", "self_harm", "exposed_personal_data"), Context(), S0, Route.PSEA),
        # what stood before still stands
        (("spam",), Context(standing=((Flag.BLACKMAIL, S1),)), S1, Route.FOCAL),
        (("forced_marriage",), Context(standing=((Flag.IMMINENT_DANGER, S0),)), S0, Route.FOCAL),
    ],
)
def test_combinations(flags, context, severity, route):
    found = assess(said(*flags), context)
    assert (found.severity, found.route) == (severity, route)


def test_a_flag_that_a_person_dismissed_for_this_text_is_not_raised_again():
    assert assess(said("threat"), Context(dismissed=frozenset({Flag.THREAT}))).review_state == ReviewState.CLEAR


def test_what_nobody_scored_sorts_after_s1_and_before_s2_with_the_target_of_s1():
    found = assess(said(status=ScoreStatus.NOT_SCORED), Context())
    assert (found.review_state, found.severity, found.target.staffed) == (ReviewState.QUEUED, Severity.NOT_SCORED, 60)
    assert S1 < Severity.NOT_SCORED < S2


@pytest.mark.parametrize(("flag", "severity"), [("self_harm", S0), ("survivor_disclosure", S1), ("spam", 15)])
def test_flags_of_an_unscored_comment_count_and_never_lower_it(flag, severity):
    assert assess(said(flag, status=ScoreStatus.NOT_SCORED), Context()).severity == severity


def test_nothing_to_score_and_no_flags_are_not_queued():
    assert assess(said(status=ScoreStatus.NOTHING_TO_SCORE), Context()).review_state == ReviewState.CLEAR
    assert assess(said(), Context()).review_state == ReviewState.CLEAR


def test_our_own_comments_are_never_queued():
    assert assess(said("imminent_danger"), Context(own=True)).review_state == ReviewState.CLEAR


@pytest.mark.parametrize(
    ("flag", "pages"),
    [("imminent_danger", True), ("self_harm", True), ("child_at_risk", True), ("blackmail", False), ("spam", False)],
)
def test_only_s0_pages_by_a_score(flag, pages):
    assert assess(said(flag, alerts=(flag,)), Context()).alert is pages
    assert not assess(said("child_at_risk", alerts=("child_at_risk",)), Context(child_at_risk_pages=False)).alert


@given(st.sets(st.sampled_from(list(Flag)), min_size=1), st.sampled_from(list(Flag)), st.booleans())
def test_one_more_flag_never_makes_a_comment_less_grave_or_more_visible(flags, more, under):
    context = Context(under_disclosure=under)
    less, greater = assess(Said(tuple(flags)), context), assess(Said(tuple(flags | {more})), context)
    narrowness = [Route.SHARED, Route.FOCAL, Route.PSEA]
    assert greater.severity <= less.severity
    assert narrowness.index(greater.route) >= narrowness.index(less.route)
    assert greater.target.staffed <= less.target.staffed


@given(st.sets(st.sampled_from(list(Flag))))
def test_failing_to_score_never_lowers_a_comment(flags):
    scored = assess(Said(tuple(flags)), Context())
    failed = assess(Said(tuple(flags), status=ScoreStatus.NOT_SCORED), Context())
    assert failed.severity <= (Severity.S3 if scored.severity is None else scored.severity)


def test_a_changed_severity_has_its_own_clock():
    assert policy.target_of(Flag.THREAT, S2).staffed == 1440
    assert policy.target_of(Flag.GENDERED_ABUSE, S2).staffed == 120
    assert policy.due_after([(Flag.SPAM, S3), (Flag.THREAT, S1)], staffed=True) == timedelta(minutes=60)
    assert policy.due_after([], staffed=False) == timedelta(minutes=720)


@pytest.mark.parametrize(
    ("utc_hour", "staffed", "notices"),
    [(3, False, False), (4, False, True), (5, True, True), (16, True, True), (17, False, False), (23, False, False)],
)
def test_office_hours_and_the_morning_are_local(utc_hour, staffed, notices):
    at = datetime(2026, 11, 26, utc_hour, 30, tzinfo=UTC)
    assert (HOURS.cover(at), HOURS.allow_notices(at)) == (staffed, notices)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)))
def test_a_week_starts_on_a_local_saturday_and_holds_its_moment(at):
    start = policy.week_of(at, "Asia/Baghdad")
    local = start + timedelta(hours=3)
    assert (local.weekday(), local.hour) == (5, 0)
    assert timedelta(0) <= at - start < timedelta(days=7)


@pytest.mark.parametrize(
    ("verdict", "flags", "waits"),
    [
        ("refer", ("survivor_disclosure",), False),
        ("keep", ("survivor_disclosure",), True),
        ("hide", ("survivor_disclosure",), True),  # may burn the one private reply
        ("hide", ("exposed_personal_data",), False),
        ("hide", ("exposed_personal_data", "survivor_disclosure"), True),
        ("delete", ("threat",), True),
        ("keep", ("spam", "help_seeking"), False),
    ],
)
def test_which_verdicts_wait_for_a_focal_point(verdict, flags, waits):
    standing = [(Flag(flag), policy.RULES[Flag(flag)].severity) for flag in flags]
    assert policy.needs_acknowledgement(Verdict(verdict), standing) is waits


def test_who_sees_which_route():
    assert policy.visible_routes([Role.MODERATOR]) == {Route.SHARED}
    assert policy.visible_routes([Role.FOCAL_POINT]) == {Route.SHARED, Route.FOCAL}
    assert policy.visible_routes([Role.PSEA_FOCAL_POINT]) == {Route.PSEA}
    for role in (Role.LEAD, Role.ADMIN, Role.COMMUNICATIONS, Role.APPROVER):
        assert policy.visible_routes([role]) == frozenset()


def test_no_role_but_psea_reads_psea_and_nobody_has_everything():
    assert {role for role in Role if policy.may([role], Permission.PSEA_READ)} == {Role.PSEA_FOCAL_POINT}
    assert set(policy.PERMISSIONS) == set(Role)
    assert all(set(Permission) - policy.permissions([role]) for role in Role)


@pytest.mark.parametrize(
    ("score", "word"),
    [(None, "given"), (0.95, "very_likely"), (0.9, "very_likely"), (0.5, "possible"), (0, "unlikely")],
)
def test_scores_are_said_in_words(score, word):
    assert policy.likelihood(score) == word


def test_a_raised_flag_is_never_called_unlikely() -> None:
    assert policy.likelihood(0.16) == "unlikely"
    assert policy.likelihood(0.16, raised=True) == "possible"
    assert policy.likelihood(0.95, raised=True) == "very_likely"

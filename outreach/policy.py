"""The rules of review: what each flag means for order, clock, audience and alerts, and what each role may do.

The table is design §6 with the targets of safeguarding.md §4. Pure: no I/O, no clock.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from outreach.states import Flag, Permission, ReviewState, Role, Route, ScoreStatus, Severity, Verdict

# -- flags --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Target:
    """How soon a person's eyes are due, in minutes after we first read the comment."""

    staffed: int
    off_hours: int

    def minutes(self, *, staffed: bool) -> int:
        return self.staffed if staffed else self.off_hours


@dataclass(frozen=True)
class Rule:
    severity: Severity
    target: Target
    route: Route = Route.SHARED
    pages: bool = False  #: passing the alert threshold opens a Case and pages at any hour


DAY = 24 * 60
HALF_DAY = 12 * 60
_HOUR_OR_MORNING = Target(60, HALF_DAY)

RULES: dict[Flag, Rule] = {
    Flag.IMMINENT_DANGER: Rule(Severity.S0, Target(15, 60), pages=True),
    Flag.SELF_HARM: Rule(Severity.S0, Target(15, 60), Route.FOCAL, pages=True),
    Flag.CHILD_AT_RISK: Rule(Severity.S0, Target(30, HALF_DAY), Route.FOCAL, pages=True),
    Flag.SURVIVOR_DISCLOSURE: Rule(Severity.S1, _HOUR_OR_MORNING),
    Flag.THIRD_PARTY_DISCLOSURE: Rule(Severity.S1, Target(120, HALF_DAY)),
    Flag.FORCED_MARRIAGE: Rule(Severity.S1, _HOUR_OR_MORNING, Route.FOCAL),
    Flag.BLACKMAIL: Rule(Severity.S1, _HOUR_OR_MORNING, Route.FOCAL),
    Flag.STAFF_MISCONDUCT: Rule(Severity.S1, Target(HALF_DAY, DAY), Route.PSEA),
    Flag.EXPOSED_PERSONAL_DATA: Rule(Severity.S1, Target(30, 120)),
    Flag.HELP_SEEKING: Rule(Severity.S2, Target(240, DAY)),
    Flag.THREAT: Rule(Severity.S1, _HOUR_OR_MORNING),
    Flag.GENDERED_ABUSE: Rule(Severity.S3, Target(DAY, DAY)),
    Flag.HATE_SPEECH: Rule(Severity.S3, Target(DAY, DAY)),
    Flag.ABUSE: Rule(Severity.S3, Target(DAY, DAY)),
    Flag.SPAM: Rule(Severity.S3, Target(DAY, DAY)),
}
#: a flag whose severity was changed by a combination or by a person has another clock
VARIANTS: dict[tuple[Flag, Severity], Target] = {
    (Flag.THREAT, Severity.S2): Target(DAY, DAY),
    (Flag.GENDERED_ABUSE, Severity.S2): Target(120, 120),
    (Flag.FORCED_MARRIAGE, Severity.S0): Target(15, 60),
}
NOT_SCORED_TARGET = _HOUR_OR_MORNING  # S1's target (design §6)
#: share of comments in an hour that could not be scored, above which somebody is told (design §6)
NOT_SCORED_SHARE = 0.2
#: a week after the draw, which takes comments up to two weeks old
SAMPLE_TARGET = timedelta(days=21)
#: days before a token or data access ends at which administrators are told
WARN_DAYS = (14, 7, 3, 1)
#: notices about comments are kept no longer: with their times they could point to one
KEEP_NOTICES = timedelta(days=2)
KEEP_POST_NOTICES = timedelta(days=90)
#: kinds of notices that are about comments
COMMENT_NOTICES = ("alert.s0", "alert.case", "alert.half", "alert.s1", "alert.gone")
#: kinds of notices that are about posts and channels, never about a comment
POST_NOTICES = (
    "alert.unknown_post",
    "notice.failed",
    "notice.unknown",
    "notice.held",
    "notice.token",
    "notice.ends",
    "notice.pause",
    "notice.deletion",
)


def is_serious(severity: int | None) -> bool:
    """S0 and S1: a Case, masking, short retention."""
    return severity is not None and severity <= Severity.S1


def is_veiled(severity: int | None) -> bool:
    """Whether lists and pages hide the text until it is claimed and revealed; what nobody scored may be anything."""
    return severity is not None and severity <= Severity.NOT_SCORED


def target_of(flag: Flag, severity: int) -> Target:
    return VARIANTS.get((flag, Severity(severity)), RULES[flag].target)


def due_after(flags: Iterable[tuple[Flag, int]], *, staffed: bool, severity: int | None = None) -> timedelta:
    """The nearest target of the standing flags; without any, that of a comment nobody could score or of a sample."""
    if severity == Severity.SAMPLE:
        return SAMPLE_TARGET
    minutes = [target_of(flag, severity).minutes(staffed=staffed) for flag, severity in flags]
    return timedelta(minutes=min(minutes, default=NOT_SCORED_TARGET.minutes(staffed=staffed)))


# -- one comment --------------------------------------------------------------------------------------------------


class Scored(Protocol):
    """What the policy needs of a prediction."""

    @property
    def status(self) -> ScoreStatus: ...
    @property
    def flags(self) -> Collection[Flag]: ...
    @property
    def alerts(self) -> Collection[Flag]: ...
    @property
    def probabilities(self) -> Mapping[Flag, float] | None: ...


@dataclass(frozen=True)
class Context:
    """Facts that a model does not give."""

    own: bool = False  #: written by the channel itself
    under_disclosure: bool = False  #: another comment of the thread is S0 or S1
    general_threat: bool = False  #: a person marked this very text's threat as general
    dismissed: frozenset[Flag] = frozenset()  #: a person said of this very text that these are wrong
    standing: tuple[tuple[Flag, int], ...] = ()  #: raised by people, or by earlier revisions, and not dismissed
    child_at_risk_pages: bool = True


@dataclass(frozen=True)
class Raised:
    flag: Flag
    severity: Severity
    score: float | None
    alert: bool


@dataclass(frozen=True)
class Assessment:
    review_state: ReviewState
    severity: Severity | None
    route: Route
    flags: tuple[Raised, ...] = ()  #: raised by this prediction
    target: Target | None = None
    alert: bool = False  #: page now and open a Case


CLEAR = Assessment(ReviewState.CLEAR, None, Route.SHARED)


def assess(prediction: Scored, context: Context) -> Assessment:
    """What a prediction means for the queue; what an earlier revision raised still stands."""
    if context.own:
        return CLEAR
    raised = raise_flags(prediction, context)
    standing = _worst(context.standing, raised)
    severity, route = combine(standing)
    if prediction.status == ScoreStatus.NOT_SCORED:
        severity = at_least_unscored(severity)
    if severity is None:
        return CLEAR
    targets = [target_of(flag, value) for flag, value in standing] or [NOT_SCORED_TARGET]
    target = Target(min(item.staffed for item in targets), min(item.off_hours for item in targets))
    alert = any(item.alert and pages(item.flag, context) for item in raised)
    return Assessment(ReviewState.QUEUED, severity, route, raised, target, alert)


def at_least_unscored(severity: Severity | None) -> Severity:
    """A comment that nobody could score ranks after S1, unless a flag ranks it higher."""
    return Severity.NOT_SCORED if severity is None else min(severity, Severity.NOT_SCORED)


def raise_flags(prediction: Scored, context: Context) -> tuple[Raised, ...]:
    """The prediction's flags with their severities in this context, worst first."""
    found = {Flag(flag) for flag in prediction.flags} - context.dismissed
    together = found | {flag for flag, _ in context.standing}
    scores = prediction.probabilities or {}
    alerts = set(prediction.alerts)
    raised = (Raised(flag, severity_of(flag, together, context), scores.get(flag), flag in alerts) for flag in found)
    return tuple(sorted(raised, key=lambda item: (item.severity, list(Flag).index(item.flag))))


def severity_of(flag: Flag, together: Collection[Flag], context: Context) -> Severity:
    if flag is Flag.FORCED_MARRIAGE and Flag.IMMINENT_DANGER in together:
        return Severity.S0
    if flag is Flag.GENDERED_ABUSE and context.under_disclosure:
        return Severity.S2
    if flag is Flag.THREAT and context.general_threat:
        return Severity.S2
    return RULES[flag].severity


def pages(flag: Flag, context: Context) -> bool:
    return RULES[flag].pages and (flag is not Flag.CHILD_AT_RISK or context.child_at_risk_pages)


def combine(standing: Collection[tuple[Flag, int]]) -> tuple[Severity | None, Route]:
    """Severity and audience of a comment from its standing flags: the worst, and the narrowest."""
    severity = min((Severity(value) for _, value in standing), default=None)
    return severity, route_of(standing)


def route_of(standing: Collection[tuple[Flag, int]]) -> Route:
    routes = {RULES[flag].route for flag, _ in standing}
    if Route.PSEA in routes:
        return Route.PSEA
    serious = {flag for flag, value in standing if is_serious(value)}
    exposed_with_more = Flag.EXPOSED_PERSONAL_DATA in serious and len(serious) > 1
    return Route.FOCAL if Route.FOCAL in routes or exposed_with_more else Route.SHARED


def _worst(standing: Iterable[tuple[Flag, int]], raised: Iterable[Raised]) -> list[tuple[Flag, int]]:
    worst: dict[Flag, int] = {}
    for flag, severity in (*standing, *((item.flag, int(item.severity)) for item in raised)):
        worst[flag] = min(worst.get(flag, severity), severity)
    return list(worst.items())


def likelihood(score: float | None, *, raised: bool = False) -> str:
    """A probability as a word's code; people read words better, the number stands beside it.

    A flag that was raised passed its own threshold, which may be low on purpose: it is never called unlikely.
    """
    if score is None:
        return "given"
    word = next(word for least, word in LIKELIHOODS if score >= least)
    return "possible" if raised and word == "unlikely" else word


LIKELIHOODS = ((0.9, "very_likely"), (0.7, "likely"), (0.4, "possible"), (0.0, "unlikely"))

# -- hours --------------------------------------------------------------------------------------------------------

MORNING = time(7)  # S1 that came in the night is told from then (design §6)


@dataclass(frozen=True)
class StaffedHours:
    start: time
    end: time
    zone: str

    def cover(self, at: datetime) -> bool:
        return self.start <= self._local(at) < self.end

    def allow_notices(self, at: datetime) -> bool:
        """Whether a notice that can wait for the morning may go out now."""
        return min(MORNING, self.start) <= self._local(at) < self.end

    def _local(self, at: datetime) -> time:
        return at.astimezone(ZoneInfo(self.zone)).time()


def staffed_hours(start: str, end: str, zone: str) -> StaffedHours:
    return StaffedHours(time.fromisoformat(start), time.fromisoformat(end), zone)


def week_of(at: datetime, zone: str) -> datetime:
    """The start of its week in UTC; weeks start on Saturday in Iraq."""
    local = at.astimezone(ZoneInfo(zone))
    saturday = local.date() - timedelta(days=(local.weekday() - 5) % 7)
    return datetime.combine(saturday, time(), ZoneInfo(zone)).astimezone(UTC)


def exact_time(times: str | None, name: str, otherwise: datetime) -> datetime:
    """One of a comment's unsealed times ("created_at", "seen_at"); the whole hour once they are purged or damaged."""
    try:
        return datetime.fromisoformat(json.loads(times or "{}")[name])
    except (ValueError, KeyError, TypeError):
        return otherwise


# -- verdicts -----------------------------------------------------------------------------------------------------

REASONS: dict[Verdict, tuple[str, ...]] = {
    Verdict.KEEP: ("ordinary", "criticism", "wrong_flag", "handled", "support"),
    Verdict.HIDE: ("gendered_abuse", "hate_speech", "abuse", "spam", "personal_data", "threat", "protect_person"),
    Verdict.DELETE: ("spam", "personal_data", "threat", "illegal"),
    Verdict.REFER: ("danger", "child", "disclosure", "blackmail", "misconduct", "security", "help", "second_opinion"),
}
OUTCOMES = (
    "reply_sent",
    "reply_not_sent",
    "answered",
    "no_answer",
    "referred_with_consent",
    "referred_consent_unknown",
    "declined",
    "not_safe_to_contact",
    "not_a_case",
)
#: why a focal point unlocks replies and actions on a comment that is gone
UNLOCK_REASONS = ("still_there", "she_wrote", "agreed_with_her")
#: why what is held on a person is erased although her Case is open
ERASE_REASONS = ("her_wish", "handed_over")
#: how long the words of a comment are kept once it is proven gone, or, under a Case, once a focal point knows
KEEP_GONE = timedelta(hours=24)
#: hiding these protects somebody at once; hiding another S0–S1 comment may burn the one private reply
HIDE_AT_ONCE = frozenset({Flag.EXPOSED_PERSONAL_DATA, Flag.THREAT})


def needs_acknowledgement(verdict: Verdict, standing: Collection[tuple[Flag, int]]) -> bool:
    """Whether this verdict on an S0–S1 comment must wait until a focal point has acknowledged its Case."""
    serious = {flag for flag, severity in standing if is_serious(severity)}
    if not serious or verdict is Verdict.REFER:
        return False
    return not (verdict is Verdict.HIDE and serious <= HIDE_AT_ONCE)


# -- roles --------------------------------------------------------------------------------------------------------

_P = Permission
#: whoever sees harm coming may stop the posts; who lets them go on is fewer people
STOPS = frozenset({_P.POSTS_STOP, _P.POSTS_RESUME})
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.COMMUNICATIONS: frozenset({_P.POSTS_READ, _P.POSTS_WRITE, _P.POSTS_STOP, _P.POSTS_TAKE_DOWN}),
    Role.APPROVER: frozenset({_P.POSTS_READ, _P.POSTS_APPROVE, *STOPS, _P.POSTS_TAKE_DOWN}),
    Role.MODERATOR: frozenset({_P.POSTS_READ, _P.POSTS_STOP, _P.REVIEW_READ, _P.REVIEW_DECIDE}),
    Role.FOCAL_POINT: frozenset(
        {
            _P.POSTS_READ,
            _P.POSTS_STOP,
            _P.POSTS_TAKE_DOWN,
            _P.REVIEW_READ,
            _P.REVIEW_DECIDE,
            _P.SAFEGUARDING_READ,
            _P.SAFEGUARDING_CLOSE,
            _P.SUBJECTS_MANAGE,
        }
    ),
    Role.PSEA_FOCAL_POINT: frozenset({_P.PSEA_READ, _P.SUBJECTS_MANAGE}),
    Role.LEAD: frozenset({_P.POSTS_READ, *STOPS, _P.DIGEST_READ}),
    Role.ADMIN: frozenset({_P.CHANNELS_MANAGE, _P.USERS_MANAGE, *STOPS}),
}
#: what it takes to see, to decide on, and to own the Case of a comment, by its route
SEES = {Route.SHARED: _P.REVIEW_READ, Route.FOCAL: _P.SAFEGUARDING_READ, Route.PSEA: _P.PSEA_READ}
DECIDES = {Route.SHARED: _P.REVIEW_DECIDE, Route.FOCAL: _P.REVIEW_DECIDE, Route.PSEA: _P.PSEA_READ}
OWNS = {Route.SHARED: _P.SAFEGUARDING_CLOSE, Route.FOCAL: _P.SAFEGUARDING_CLOSE, Route.PSEA: _P.PSEA_READ}
#: who is told about comments of a route
TOLD = {Route.SHARED: Role.FOCAL_POINT, Route.FOCAL: Role.FOCAL_POINT, Route.PSEA: Role.PSEA_FOCAL_POINT}


def permissions(roles: Iterable[str]) -> frozenset[Permission]:
    return frozenset().union(*(PERMISSIONS[Role(role)] for role in roles))


def may(roles: Iterable[str], permission: Permission) -> bool:
    return permission in permissions(roles)


def visible_routes(roles: Iterable[str]) -> frozenset[Route]:
    """Which comments exist at all for these roles."""
    granted = permissions(roles)
    return frozenset(route for route, permission in SEES.items() if permission in granted)

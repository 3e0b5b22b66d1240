"""Statuses, verdicts, flags, severities and roles, and which status may follow which. Words of design §4 and §6."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Mode(StrEnum):
    LIVE = "live"  #: real clock, Meta's hosts only
    SANDBOX = "sandbox"  #: never Meta's hosts; a striped banner everywhere


class ChannelKind(StrEnum):
    FACEBOOK_PAGE = "facebook_page"
    INSTAGRAM_ACCOUNT = "instagram_account"


class ChannelMode(StrEnum):
    READ_ONLY = "read_only"  #: nothing is written to Meta, but for a trial that a person asks for
    LIVE = "live"  #: posts and actions go out


class ChannelStatus(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"  #: a person paused it; only a person resumes it
    STOPPED = "stopped"  #: Meta refuses its token; a person must mend it


class Proof(StrEnum):
    """Of one capability of one channel."""

    PROVEN = "proven"  #: a call worked, Meta says so, or it was done
    REFUSED = "refused"  #: Meta says no; a person must mend it
    UNPROVEN = "unproven"  #: it cannot be told, or not without showing something to people


class Capability(StrEnum):
    """What a channel must be able to do, and what that rests on; in the order of the coverage page."""

    TOKEN = "token"  # noqa: S105  a name
    SCOPES = "scopes"
    TARGETS = "targets"  #: granular scopes that name this Page or account
    DATA_ACCESS = "data_access"
    TASKS = "tasks"  #: of the person behind the token, on the Page
    STAFF = "staff"  #: who else holds MESSAGING and MODERATE
    BUSINESS = "business"  #: verified by Meta
    ACCESS_LEVEL = "access_level"  #: Advanced or Standard Access
    APP_MODE = "app_mode"  #: posts of an app in development are seen by its own people only
    PUBLISH = "publish"
    PUBLISH_LIMIT = "publish_limit"
    MEDIA_FETCH = "media_fetch"
    READ_COMMENTS = "read_comments"
    MODERATE = "moderate"  #: hide and delete comments
    PRIVATE_REPLY = "private_reply"
    RETRACT = "retract"  #: delete our own posts
    INSIGHTS = "insights"
    WEBHOOKS = "webhooks"


class PostKind(StrEnum):
    AWARENESS = "awareness"
    DIALOGUE = "dialogue"  #: an event
    OFFICIALS = "officials"  #: a meeting with officials or police
    TRAINING = "training"  #: an event
    SUPPORT = "support"  #: how to reach help
    STORY = "story"  #: a story of change; needs a consent record
    NOTICE = "notice"


class Format(StrEnum):
    """How a channel shows a post."""

    FEED = "feed"
    REEL = "reel"  #: a short upright video
    STORY = "story"  #: one image or video for 24 hours, without words or comments


class PublicationStatus(StrEnum):
    DRAFT = "draft"  #: planned, not approved
    APPROVED = "approved"  #: approved for the content hash it has now
    SCHEDULED = "scheduled"  #: approved and waiting for its slot
    PREPARING = "preparing"  #: invisible parts are being made at Meta
    PREPARED = "prepared"  #: ready; one call makes it visible
    RELEASING = "releasing"  #: that call is under way
    PUBLISHED = "published"
    ENTRUSTED = "entrusted"  #: handed to Meta's own scheduler
    FAILED = "failed"  #: Meta refused it for good; a person decides
    UNKNOWN = "unknown"  #: the outcome is not known; read back, then a person decides
    HELD = "held"  #: late, paused, not approved in time, or looks already posted: a person decides
    CANCELLED = "cancelled"
    RETRACTED = "retracted"  #: taken down by a person, wherever it stood; it never goes out again


_P = PublicationStatus
PUBLICATION_TRANSITIONS: dict[PublicationStatus, frozenset[PublicationStatus]] = {
    _P.DRAFT: frozenset({_P.APPROVED, _P.HELD, _P.CANCELLED, _P.RETRACTED}),
    _P.APPROVED: frozenset({_P.SCHEDULED, _P.DRAFT, _P.HELD, _P.CANCELLED, _P.RETRACTED}),
    _P.SCHEDULED: frozenset({_P.PREPARING, _P.DRAFT, _P.HELD, _P.CANCELLED, _P.ENTRUSTED, _P.RETRACTED}),
    _P.PREPARING: frozenset(
        {_P.PREPARED, _P.SCHEDULED, _P.FAILED, _P.UNKNOWN, _P.HELD, _P.CANCELLED, _P.ENTRUSTED, _P.RETRACTED}
    ),
    _P.PREPARED: frozenset({_P.RELEASING, _P.SCHEDULED, _P.DRAFT, _P.HELD, _P.CANCELLED, _P.ENTRUSTED, _P.RETRACTED}),
    _P.RELEASING: frozenset({_P.PUBLISHED, _P.PREPARED, _P.FAILED, _P.UNKNOWN}),
    _P.ENTRUSTED: frozenset(
        {_P.PUBLISHED, _P.UNKNOWN, _P.HELD, _P.CANCELLED, _P.SCHEDULED, _P.DRAFT, _P.FAILED, _P.RETRACTED}
    ),
    _P.UNKNOWN: frozenset({_P.PUBLISHED, _P.PREPARED, _P.SCHEDULED, _P.HELD, _P.FAILED, _P.CANCELLED, _P.RETRACTED}),
    _P.HELD: frozenset({_P.SCHEDULED, _P.DRAFT, _P.PUBLISHED, _P.CANCELLED, _P.RETRACTED}),
    _P.FAILED: frozenset({_P.PUBLISHED, _P.HELD, _P.SCHEDULED, _P.DRAFT, _P.CANCELLED, _P.RETRACTED}),
    _P.PUBLISHED: frozenset({_P.RETRACTED}),
    _P.CANCELLED: frozenset({_P.DRAFT, _P.PUBLISHED, _P.RETRACTED}),  # published: what was cancelled was out already
    _P.RETRACTED: frozenset(),
}
#: does not go on by itself; UNKNOWN is read back first
WAITING_FOR_A_PERSON = (_P.HELD, _P.UNKNOWN, _P.FAILED)


class HeldReason(StrEnum):
    LATE = "late"
    PAUSED = "paused"
    NOT_APPROVED = "not_approved"
    ALREADY_POSTED = "already_posted"
    CONSENT = "consent"  #: the consent record is missing, expired or withdrawn
    BLACKOUT = "blackout"  #: came so late that a blackout of its campaign had begun
    ALTERED = "altered"  #: a person removed it from Meta's own schedule


class PauseKind(StrEnum):
    CRISIS = "crisis"  #: a person stopped everything; what Meta would send by itself is withdrawn
    RESTORED = "restored"  #: a copy, or an older state: what happened since must be read back first


class WithdrawalKind(StrEnum):
    DISARM = "disarm"  #: taken back from Meta's scheduler; a person decides what becomes of the post
    TAKEDOWN = "takedown"  #: stopped and deleted everywhere


class WithdrawalStatus(StrEnum):
    PENDING = "pending"  #: not confirmed yet
    BY_HAND = "by_hand"  #: Meta does not let us: a person deletes it, and we look until it is gone
    DONE = "done"  #: confirmed by reading back
    TOO_LATE = "too_late"  #: Meta had sent it before it could be taken back


class TakedownReason(StrEnum):
    CONSENT_WITHDRAWN = "consent_withdrawn"  #: our copies of its media are destroyed too
    UNSAFE = "unsafe"  #: somebody may come to harm
    MISTAKE = "mistake"
    OTHER = "other"


class LeftoverStatus(StrEnum):
    """Of what stands at Meta and must not go out."""

    WAITING = "waiting"  #: still there, as far as we know
    GONE = "gone"  #: deleted, and read back
    KEPT = "kept"  #: Meta does not let us delete it; it is part of a post, or expires by itself
    OUT = "out"  #: it is visible: a person decides, we delete nothing


class Outcome(StrEnum):
    """Of one attempt at one call on Meta."""

    STARTED = "started"  #: the row is committed before the call; left so by a crash
    OK = "ok"
    FAILED = "failed"  #: Meta said no, and surely did nothing
    UNKNOWN = "unknown"  #: no answer that can be trusted


class CommentState(StrEnum):
    VISIBLE = "visible"
    HIDDEN = "hidden"
    GONE = "gone"  #: confirmed twice by reading its id
    PURGED = "purged"  #: only the tombstone is left


class ReviewState(StrEnum):
    PENDING = "pending"  #: not classified yet
    CLEAR = "clear"  #: nothing to look at
    QUEUED = "queued"  #: waits for a person
    DECIDED = "decided"


class ScoreStatus(StrEnum):
    SCORED = "scored"
    NOTHING_TO_SCORE = "nothing_to_score"  #: no letters left, no attachment: not queued
    NOT_SCORED = "not_scored"  #: other language, error, no model, attachment: queued


class Flag(StrEnum):
    """The fifteen flags of design §6, worst first; definitions in the labelling guide."""

    IMMINENT_DANGER = "imminent_danger"
    SELF_HARM = "self_harm"
    CHILD_AT_RISK = "child_at_risk"
    SURVIVOR_DISCLOSURE = "survivor_disclosure"
    THIRD_PARTY_DISCLOSURE = "third_party_disclosure"
    FORCED_MARRIAGE = "forced_marriage"
    BLACKMAIL = "blackmail"
    STAFF_MISCONDUCT = "staff_misconduct"
    EXPOSED_PERSONAL_DATA = "exposed_personal_data"
    HELP_SEEKING = "help_seeking"
    THREAT = "threat"
    GENDERED_ABUSE = "gendered_abuse"
    HATE_SPEECH = "hate_speech"
    ABUSE = "abuse"
    SPAM = "spam"


class Sentiment(StrEnum):
    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


class Severity(IntEnum):
    """Queue order: the smaller, the worse. NOT_SCORED sorts after S1 and before S2 (design §6)."""

    S0 = 0  #: life
    S1 = 10  #: safeguarding
    NOT_SCORED = 15
    S2 = 20  #: support and safety
    S3 = 30  #: conduct
    SAMPLE = 40  #: without a flag, drawn by lot for a person to look at


class Source(StrEnum):
    """Who raised a flag."""

    CLASSIFIER = "classifier"
    RULE = "rule"
    PERSON = "person"


class Route(StrEnum):
    """Who may see a comment at all."""

    SHARED = "shared"  #: moderators and focal points
    FOCAL = "focal"  #: focal points alone (flags whose table row names only them)
    PSEA = "psea"  #: `staff_misconduct`: the PSEA focal point alone


class Verdict(StrEnum):
    KEEP = "keep"
    HIDE = "hide"
    DELETE = "delete"
    REFER = "refer"


class ActionKind(StrEnum):
    """A call on Meta that a decision asks for."""

    HIDE = "hide"
    UNHIDE = "unhide"
    DELETE = "delete"
    REPLY = "reply"
    PRIVATE_REPLY = "private_reply"


class ActionStatus(StrEnum):
    PENDING = "pending"  #: decided, not carried out yet; still undoable without a trace at Meta
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"  #: undone before it ran


class CaseStatus(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


class ReferralStatus(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


class Role(StrEnum):
    COMMUNICATIONS = "communications"  #: writes campaigns, applies them
    APPROVER = "approver"  #: approves posts
    MODERATOR = "moderator"
    FOCAL_POINT = "focal_point"  #: owns S0 and S1 cases
    PSEA_FOCAL_POINT = "psea_focal_point"  #: owns `staff_misconduct`, alone
    LEAD = "lead"  #: reads digests and figures
    ADMIN = "admin"  #: users and channels; sees no comment by that


class Permission(StrEnum):
    POSTS_READ = "posts.read"
    POSTS_WRITE = "posts.write"
    POSTS_APPROVE = "posts.approve"
    POSTS_STOP = "posts.stop"  #: pause every release
    POSTS_RESUME = "posts.resume"  #: end a pause
    POSTS_TAKE_DOWN = "posts.take_down"
    REVIEW_READ = "review.read"  #: items of the shared route, S0 and S1 veiled
    REVIEW_DECIDE = "review.decide"
    SAFEGUARDING_READ = "safeguarding.read"  #: items of the focal route too
    SAFEGUARDING_CLOSE = "safeguarding.close"
    PSEA_READ = "psea.read"
    SUBJECTS_MANAGE = "subjects.manage"  #: find, give out and erase what is held on a person
    DIGEST_READ = "digest.read"
    CHANNELS_MANAGE = "channels.manage"
    USERS_MANAGE = "users.manage"

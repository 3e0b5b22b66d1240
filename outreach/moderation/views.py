"""What the review pages and commands are given: frozen, masked already, safe to render as they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from outreach.states import Flag, Route, Severity

Spans = dict[str, tuple[tuple[int, int], ...]]


@dataclass(frozen=True)
class FlagView:
    flag: Flag
    severity: Severity
    score: float | None  #: None when a person raised it
    word: str  #: policy.likelihood: very_likely, likely, possible, unlikely, given
    source: str
    alert: bool = False
    dismissed: bool = False
    earlier: bool = False  #: raised on an earlier revision of the text


@dataclass(frozen=True)
class Holder:
    """Who works on it now."""

    user_id: str
    name: str  #: a colleague's display name, never a commenter's
    until: datetime
    mine: bool


@dataclass(frozen=True)
class QueueItem:
    """One row of the list. `text` None means veiled: S0, S1 and what could not be scored."""

    id: str
    severity: Severity | None
    route: Route
    flags: tuple[FlagView, ...]
    sentiment: str | None
    channel: str
    channel_kind: str
    post: str
    seen_at: datetime
    due_at: datetime
    overdue: bool
    veiled: bool
    text: str | None = field(repr=False)
    author: str | None = field(repr=False)
    holder: Holder | None
    review_state: str
    state: str
    not_scored: str | None = None  #: the reason, where it could not be scored
    has_attachment: bool = False
    is_reply: bool = False
    case_status: str | None = None


@dataclass(frozen=True)
class QueuePage:
    items: tuple[QueueItem, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class ThreadComment:
    """A neighbour of the item that this user may see; veiled like a list row."""

    id: str
    text: str | None = field(repr=False)
    author: str | None = field(repr=False)
    at: datetime
    own: bool
    is_parent: bool
    severity: Severity | None
    state: str


@dataclass(frozen=True)
class PredictionView:
    model: str
    status: str
    reason: str | None
    sentiment: str | None
    sentiment_probabilities: dict[str, float]
    probabilities: tuple[FlagView, ...]  #: all that were scored, likeliest first
    revision: int


@dataclass(frozen=True)
class ActionView:
    id: str
    kind: str
    status: str  #: as it truly stands: pending is not done
    tries: int
    error_code: str | None
    retry_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True)
class DecisionView:
    id: str
    user: str | None
    verdict: str
    reason: str
    at: datetime
    revision: int
    undoes_id: str | None
    undone_at: datetime | None
    undoable: bool
    actions: tuple[ActionView, ...]
    referred_to: str | None = None


@dataclass(frozen=True)
class GoneView:
    """What became of a Case's comment that is no longer at Meta."""

    at: datetime
    seen_at: datetime | None  #: when a focal point took note of it
    words_go_at: datetime | None  #: None: nobody took note yet, or sealed
    sealed: bool  #: an allegation about staff: kept for the PSEA focal point until she closes the Case
    locked: bool
    unlocked_by: str | None  #: a colleague's display name
    unlock_reason: str | None


@dataclass(frozen=True)
class CaseView:
    id: str
    comment_id: str
    status: str
    severity: Severity
    opened_by: str
    opened_at: datetime
    owner: str | None
    acknowledged_at: datetime | None
    closed_at: datetime | None
    outcome: str | None
    comment_state: str
    gone: GoneView | None = None


@dataclass(frozen=True)
class ItemView:
    """Everything on one comment. `seen_text_key` goes back into `decide`; None while the text is veiled."""

    item: QueueItem
    text: str | None = field(repr=False)
    author: str | None = field(repr=False)
    permalink: str | None = field(repr=False)
    seen_text_key: str | None
    revision: int
    revealed: bool
    spans: Spans
    prediction: PredictionView | None
    thread: tuple[ThreadComment, ...]
    history: tuple[DecisionView, ...]
    case: CaseView | None
    may_claim: bool
    may_decide: bool
    may_reveal: bool
    may_own_case: bool
    waits_for_focal_point: bool  #: only refer (or an allowed hide) before a focal point acknowledges


@dataclass(frozen=True)
class Count:
    severity: Severity
    total: int
    overdue: int
    oldest_seen_at: datetime | None


@dataclass(frozen=True)
class Overview:
    """What waits, by severity, over the shared and focal routes; `psea` only for those who see it."""

    counts: tuple[Count, ...]
    pending: int  #: not classified yet
    open_cases: int
    psea: int | None = None


@dataclass(frozen=True)
class QueueFilter:
    severity: Severity | None = None
    flag: Flag | None = None
    channel_id: str | None = None
    publication_id: str | None = None
    review_state: str = "queued"
    held_by_me: bool = False
    route: Route | None = None


@dataclass(frozen=True)
class AuditEntry:
    at: datetime
    user: str | None
    event: str
    subject: str | None
    details: dict[str, object]


@dataclass(frozen=True)
class ReferralView:
    id: str
    comment_id: str
    status: str
    reason: str
    by: str | None
    created_at: datetime
    acknowledged_at: datetime | None

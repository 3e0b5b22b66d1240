"""Review: comments are classified, queued, claimed, decided on; what a decision asks of Meta is carried out.

Every function takes the user who asks: a comment of a route that the user may not see does not exist for her.
"""

from __future__ import annotations

from outreach.moderation.actions import run_actions
from outreach.moderation.cases import acknowledge, cases, close, open_case, open_overdue_cases
from outreach.moderation.classifying import Classifier, classify_pending
from outreach.moderation.deciding import decide, undo
from outreach.moderation.flagging import add_flag, dismiss_flag, mark_threat_general
from outreach.moderation.going import is_locked, note_gone, unlock
from outreach.moderation.items import claim, open_item, release, reveal
from outreach.moderation.people import acknowledge_referral, audit_log, referees, referrals
from outreach.moderation.queue import overview, queue
from outreach.moderation.recovering import settle_restored
from outreach.moderation.sampling import Checks, checks, draw_sample
from outreach.moderation.views import (
    ActionView,
    AuditEntry,
    CaseView,
    Count,
    DecisionView,
    FlagView,
    GoneView,
    Holder,
    ItemView,
    Overview,
    PredictionView,
    QueueFilter,
    QueueItem,
    QueuePage,
    ReferralView,
    ThreadComment,
)

__all__ = [
    "ActionView",
    "AuditEntry",
    "CaseView",
    "Checks",
    "Classifier",
    "Count",
    "DecisionView",
    "FlagView",
    "GoneView",
    "Holder",
    "ItemView",
    "Overview",
    "PredictionView",
    "QueueFilter",
    "QueueItem",
    "QueuePage",
    "ReferralView",
    "ThreadComment",
    "acknowledge",
    "acknowledge_referral",
    "add_flag",
    "audit_log",
    "cases",
    "checks",
    "claim",
    "classify_pending",
    "close",
    "decide",
    "dismiss_flag",
    "draw_sample",
    "is_locked",
    "mark_threat_general",
    "note_gone",
    "open_case",
    "open_item",
    "open_overdue_cases",
    "overview",
    "queue",
    "referees",
    "referrals",
    "release",
    "reveal",
    "run_actions",
    "settle_restored",
    "undo",
    "unlock",
]

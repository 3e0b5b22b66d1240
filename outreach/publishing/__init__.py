"""Publications on their way out: prepared invisibly, released by one call, settled by reading back, never twice.

Every call on Meta is preceded by a committed attempt row; every status change is a compare-and-set; no call is made
inside a transaction; an outcome that is not known is a state (design §2.7, §2.8).
"""

from __future__ import annotations

from outreach.publishing.desk import Desk
from outreach.publishing.entrusting import entrust_due, watch_due
from outreach.publishing.first_comments import comment_due
from outreach.publishing.holding import hold_due
from outreach.publishing.leftovers import clean_up, clean_up_due
from outreach.publishing.pausing import Standing, is_anything_paused, pause, resume, standing
from outreach.publishing.people import AT_ONCE, Choice, choices, decidable, decide, decide_all
from outreach.publishing.preparing import prepare_due
from outreach.publishing.proving import FetchProof, prove_fetch
from outreach.publishing.recovering import Compared, Unread, compare, note, unread
from outreach.publishing.releasing import next_due, release_due
from outreach.publishing.settling import settle_due
from outreach.publishing.takedowns import (
    Destroyed,
    Foreseen,
    TakedownView,
    confirm_gone,
    consent_ended,
    effect,
    foresee,
    named,
    resting_on,
    take_down,
    takedowns,
)
from outreach.publishing.views import PublicationView, altered, detail, overview
from outreach.publishing.withdrawing import withdraw_due

__all__ = [
    "AT_ONCE",
    "Choice",
    "Compared",
    "Desk",
    "Destroyed",
    "FetchProof",
    "Foreseen",
    "PublicationView",
    "Standing",
    "TakedownView",
    "Unread",
    "altered",
    "choices",
    "clean_up",
    "clean_up_due",
    "comment_due",
    "compare",
    "confirm_gone",
    "consent_ended",
    "decidable",
    "decide",
    "decide_all",
    "detail",
    "effect",
    "entrust_due",
    "foresee",
    "hold_due",
    "is_anything_paused",
    "named",
    "next_due",
    "note",
    "overview",
    "pause",
    "prepare_due",
    "prove_fetch",
    "release_due",
    "resting_on",
    "resume",
    "settle_due",
    "standing",
    "take_down",
    "takedowns",
    "unread",
    "watch_due",
    "withdraw_due",
]

"""The Pages and accounts that we publish to and read: connecting, what each can do, trials, live or read only."""

from __future__ import annotations

from outreach.channels.checking import (
    CHECK_EVERY,
    ChannelReport,
    check,
    check_due,
    ending,
    listed,
    report,
)
from outreach.channels.connecting import Candidate, Discovery, MetaApp, add, discover, subscribe
from outreach.channels.coverage import BLIND_SPOTS, ChannelCoverage, Line, coverage, wording_of
from outreach.channels.modes import set_entrusting, set_mode, set_paused
from outreach.channels.trials import rehearse, remove_test_post, test_post

__all__ = [
    "BLIND_SPOTS",
    "CHECK_EVERY",
    "Candidate",
    "ChannelCoverage",
    "ChannelReport",
    "Discovery",
    "Line",
    "MetaApp",
    "add",
    "check",
    "check_due",
    "coverage",
    "discover",
    "ending",
    "listed",
    "rehearse",
    "remove_test_post",
    "report",
    "set_entrusting",
    "set_mode",
    "set_paused",
    "subscribe",
    "test_post",
    "wording_of",
]

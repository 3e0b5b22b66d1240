"""Content-free notices to the staff: what happened to posts and channels, and how any notice reaches a person."""

from __future__ import annotations

from outreach.notices.composing import compose
from outreach.notices.paths import Courier, Mailer, change_urls, paths_of, set_urls, urls_of
from outreach.notices.raising import Kind, raise_due
from outreach.notices.rows import MERGE, Status, every_key_of, key_of, write
from outreach.notices.sending import reachable, send_due, send_trial
from outreach.notices.troubles import Trouble, troubles

__all__ = [
    "MERGE",
    "Courier",
    "Kind",
    "Mailer",
    "Status",
    "Trouble",
    "change_urls",
    "compose",
    "every_key_of",
    "key_of",
    "paths_of",
    "raise_due",
    "reachable",
    "send_due",
    "send_trial",
    "set_urls",
    "troubles",
    "urls_of",
    "write",
]

"""Comments on the channels' posts, each in the database once, however Meta tells of it: polling or webhooks."""

from __future__ import annotations

from outreach.comments.backfilling import finish, posts_left, read_past, take_up
from outreach.comments.ingesting import Ingested, ingest
from outreach.comments.looking import look, look_due
from outreach.comments.pulling import pull, pull_due, read_in_full, read_soon
from outreach.comments.reader import Reader
from outreach.comments.receiving import receive, recover, work_deliveries
from outreach.comments.status import pull_status
from outreach.meta.webhooks import challenge

__all__ = [
    "Ingested",
    "Reader",
    "challenge",
    "finish",
    "ingest",
    "look",
    "look_due",
    "posts_left",
    "pull",
    "pull_due",
    "pull_status",
    "read_in_full",
    "read_past",
    "read_soon",
    "receive",
    "recover",
    "take_up",
    "work_deliveries",
]

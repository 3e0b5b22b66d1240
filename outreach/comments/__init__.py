"""Comments on the channels' posts, each in the database once, however Meta tells of it: polling or webhooks."""

from __future__ import annotations

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
    "ingest",
    "look",
    "look_due",
    "pull",
    "pull_due",
    "pull_status",
    "read_in_full",
    "read_soon",
    "receive",
    "recover",
    "work_deliveries",
]

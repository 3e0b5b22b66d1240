"""The tables. Columns ending in `_sealed` are encrypted, `_key` are keyed hashes; times of comments are whole hours."""

from __future__ import annotations

from outreach.tables.comments import (
    Action,
    ActionAttempt,
    Alert,
    Case,
    Comment,
    CommentRevision,
    Flag,
    Prediction,
    Referral,
    ReviewDecision,
    WebhookDelivery,
)
from outreach.tables.digests import Digest, DigestDelivery
from outreach.tables.installations import Installation, JobRun
from outreach.tables.people import AuditEvent, LoginFailure, LoginSession, User
from outreach.tables.posts import (
    Approval,
    Campaign,
    Channel,
    Consent,
    EngagementSnapshot,
    MediaGrant,
    Medium,
    Post,
    Publication,
    PublishAttempt,
)

__all__ = [
    "Action",
    "ActionAttempt",
    "Alert",
    "Approval",
    "AuditEvent",
    "Campaign",
    "Case",
    "Channel",
    "Comment",
    "CommentRevision",
    "Consent",
    "Digest",
    "DigestDelivery",
    "EngagementSnapshot",
    "Flag",
    "Installation",
    "JobRun",
    "LoginFailure",
    "LoginSession",
    "MediaGrant",
    "Medium",
    "Post",
    "Prediction",
    "Publication",
    "PublishAttempt",
    "Referral",
    "ReviewDecision",
    "User",
    "WebhookDelivery",
]

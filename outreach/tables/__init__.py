"""The tables. Columns ending in `_sealed` are encrypted, `_key` are keyed hashes; times of comments are whole hours."""

from __future__ import annotations

from outreach.tables.comments import (
    Action,
    ActionAttempt,
    Alert,
    AlertAttempt,
    Case,
    Comment,
    CommentRevision,
    Flag,
    Prediction,
    Referral,
    ReviewDecision,
    WebhookDelivery,
)
from outreach.tables.coverage import CapabilityCheck, LiveConfirmation, Trial
from outreach.tables.digests import Digest, DigestDelivery
from outreach.tables.installations import Installation, JobRun
from outreach.tables.pauses import Pause, Withdrawal
from outreach.tables.people import AuditEvent, LoginFailure, LoginSession, User
from outreach.tables.posts import (
    Approval,
    Backfill,
    CallCount,
    Campaign,
    Channel,
    Consent,
    EngagementSnapshot,
    Leftover,
    MediaGrant,
    Medium,
    Post,
    PostPhoto,
    Publication,
    PublishAttempt,
)
from outreach.tables.subjects import DeletionRequest, Erasure

__all__ = [
    "Action",
    "ActionAttempt",
    "Alert",
    "AlertAttempt",
    "Approval",
    "AuditEvent",
    "Backfill",
    "CallCount",
    "Campaign",
    "CapabilityCheck",
    "Case",
    "Channel",
    "Comment",
    "CommentRevision",
    "Consent",
    "DeletionRequest",
    "Digest",
    "DigestDelivery",
    "EngagementSnapshot",
    "Erasure",
    "Flag",
    "Installation",
    "JobRun",
    "Leftover",
    "LiveConfirmation",
    "LoginFailure",
    "LoginSession",
    "MediaGrant",
    "Medium",
    "Pause",
    "Post",
    "PostPhoto",
    "Prediction",
    "Publication",
    "PublishAttempt",
    "Referral",
    "ReviewDecision",
    "Trial",
    "User",
    "WebhookDelivery",
    "Withdrawal",
]

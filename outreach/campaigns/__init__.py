"""Campaign files: their schema, how they are read, and everything that can be wrong with one (design §5)."""

from __future__ import annotations

from outreach.campaigns.loading import load
from outreach.campaigns.problems import Finding, Problem
from outreach.campaigns.schema import (
    Blackout,
    Campaign,
    Image,
    Language,
    Post,
    PostStatus,
    Source,
    Text,
    Video,
    schema_json,
)
from outreach.campaigns.wording import MESSAGES, word
from outreach.pictures import ImageFacts

__all__ = [
    "MESSAGES",
    "Blackout",
    "Campaign",
    "Finding",
    "Image",
    "ImageFacts",
    "Language",
    "Post",
    "PostStatus",
    "Problem",
    "Source",
    "Text",
    "Video",
    "load",
    "schema_json",
    "word",
]

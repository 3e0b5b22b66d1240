"""The schema of a campaign file: frozen pydantic models, and the JSON Schema that editors check it with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path as FilePath
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from outreach.campaigns.problems import Finding, Marks, Problem, place
from outreach.campaigns.values import (
    Clock,
    ConsentNumber,
    Day,
    DayOrLocal,
    Duration,
    Link,
    Local,
    Rule,
    Slot,
    Slug,
    Utm,
    Words,
    Zone,
)
from outreach.campaigns.videos import VideoFacts
from outreach.pictures import Crop, ImageFacts
from outreach.states import Format, PostKind


class Language(StrEnum):
    AR = "ar"
    EN = "en"


class PostStatus(StrEnum):
    ACTIVE = "active"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Image:
    path: FilePath
    sha256: str
    facts: ImageFacts


@dataclass(frozen=True)
class Video:
    path: FilePath
    sha256: str
    facts: VideoFacts


@dataclass(frozen=True)
class Source:
    """Where a campaign was read from: its file, the place of every field, the images and videos it names."""

    file: str = "campaign.yaml"
    folder: FilePath = FilePath()
    marks: Marks = field(default_factory=Marks)
    images: Mapping[str, Image] = field(default_factory=dict)
    videos: Mapping[str, Video] = field(default_factory=dict)

    def problem(self, finding: Finding) -> Problem:
        return place(finding, file=self.file, marks=self.marks)


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Text(_Model):
    """The same thing said in Arabic and in English; at least one of them (rules.py)."""

    ar: Words | None = None
    en: Words | None = None

    def said(self, language: Language) -> str | None:
        return self.ar if language is Language.AR else self.en


class Window(_Model):
    start: Day = Field(alias="from")
    end: Day = Field(alias="to", description="The last day, included")


class Blackout(_Model):
    """A time in which nothing is published; a day without a clock time counts whole."""

    start: DayOrLocal = Field(alias="from")
    end: DayOrLocal = Field(alias="to")
    reason: Words


class Medium(_Model):
    file: Annotated[str, Field(min_length=1, max_length=255, description="Path inside the campaign's folder")]
    alt: Text = Field(description="What the picture shows, for people who cannot see it")
    cover_at: Annotated[float, Field(ge=0, le=900, allow_inf_nan=False)] | None = Field(
        None, description="Of a reel on Instagram: the second whose picture is its cover"
    )
    crop: Crop | None = Field(
        None, description="The part to keep on channels that take no picture of this shape; without it that is an error"
    )


#: Instagram's limit; Facebook names none and has taken ten (graph-api.md §4.3)
Media = Annotated[tuple[Medium, ...], Field(max_length=10)]
Languages = Annotated[tuple[Language, ...], Field(min_length=1)]


class Event(_Model):
    starts: Local
    ends: Local | None = None
    place: Text | None = None


class Every(_Model):
    rrule: Rule = Field(description="RFC 5545 recurrence by days, weeks or months, e.g. FREQ=WEEKLY;BYDAY=SU,WE")
    at: Clock
    count: Annotated[int, Field(ge=1, le=366)] | None = None
    until: Day | None = None


class Override(_Model):
    """What is different on one channel. What stands here replaces the post's field whole; an empty field removes it."""

    at: Local | None = None
    text: Text | None = None
    media: Media | None = None
    format: Format | None = None
    link: Link | None = None
    first_comment: Text | None = None
    languages: Languages | None = None


class Defaults(_Model):
    max_lateness: Duration = Field(default=timedelta(hours=2), json_schema_extra={"default": "2h"})
    approvals: Annotated[int, Field(ge=1, le=3)] = 1
    utm: Utm = Field(default_factory=dict)
    languages: Languages = (Language.AR, Language.EN)


class Post(_Model):
    id: Slug
    kind: PostKind
    status: PostStatus = PostStatus.ACTIVE
    at: Local | None = Field(None, description="Local time of a post that goes out once")
    slots: Annotated[tuple[Slot, ...], Field(min_length=1, max_length=50)] | None = Field(
        None, description="Weekly times through the whole window: sun 18:30"
    )
    every: Every | None = None
    channels: Annotated[tuple[Slug, ...], Field(min_length=1)] | None = Field(None, description="Default: all")
    text: Text
    content_note: Text | None = Field(None, description="Stands above the text where it speaks of violence")
    media: Media = ()
    format: Format = Field(
        Format.FEED, description="How it is shown: feed; reel, a short upright video; story, 24 hours"
    )
    link: Link | None = None
    first_comment: Text | None = None
    event: Event | None = None
    utm: Utm | None = None
    max_lateness: Duration | None = None
    approvals: Annotated[int, Field(ge=1, le=3)] | None = None
    repeat: bool = Field(default=False, description="May say again what the channel said in the last 14 days")
    consent: ConsentNumber | None = Field(None, description="Number of the consent record; a story needs one")
    on: dict[Slug, Override] = Field(default_factory=dict)


class Campaign(_Model):
    campaign: Slug
    title: Text
    timezone: Zone = "Asia/Baghdad"
    channels: Annotated[tuple[Slug, ...], Field(min_length=1)]
    window: Window
    defaults: Defaults = Field(default_factory=Defaults)
    blackouts: tuple[Blackout, ...] = ()
    posts: tuple[Post, ...]

    _source: Source = PrivateAttr(default_factory=Source)

    def model_post_init(self, context: Any, /) -> None:
        if isinstance(context, Source):
            self._source = context

    @property
    def source(self) -> Source:
        return self._source

    def channels_of(self, post: Post) -> tuple[str, ...]:
        return post.channels or self.channels


def schema_json() -> str:
    """The text of campaigns/campaign.schema.json."""
    schema = Campaign.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"

"""What the sandbox knows of: apps, tokens, people, Pages, accounts, posts, comments, and what is told of them."""

from __future__ import annotations

import bisect
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from outreach.sandbox.uploads import LIFE, Upload, Video

PAGE_SCOPES = (
    "pages_show_list",
    "business_management",
    "pages_manage_posts",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_engagement",
    "pages_manage_metadata",
    "pages_messaging",
    "read_insights",
)
INSTAGRAM_SCOPES = (
    "instagram_basic",
    "instagram_content_publish",
    "instagram_manage_comments",
    "instagram_manage_insights",
    "instagram_manage_contents",
    "instagram_manage_messages",
)
INSTAGRAM_LOGIN_SCOPES = (
    "instagram_business_basic",
    "instagram_business_content_publish",
    "instagram_business_manage_comments",
    "instagram_business_manage_insights",
    "instagram_business_manage_messages",
)
TASKS = ("ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE")


class TokenKind(StrEnum):
    USER = "USER"
    PAGE = "PAGE"
    IGUSER = "IGUSER"  #: of an Instagram Login, good on the Instagram host only
    APP = "APP"
    SYSTEM = "SYSTEM"


@dataclass
class App:
    id: str
    secret: str
    verify_token: str
    name: str = "outreach sandbox"


@dataclass
class User:
    """A person who manages Pages."""

    id: str
    name: str
    page_ids: tuple[str, ...]


@dataclass
class Token:
    value: str = field(repr=False)
    kind: TokenKind
    app_id: str
    user_id: str
    issued_at: datetime
    page_id: str | None = None
    account_id: str | None = None
    scopes: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()
    targets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    expires_at: datetime | None = None
    data_access_expires_at: datetime | None = None
    long_lived: bool = True
    subcode: int | None = None  #: what happened to it: a subcode of error 190, 0 for none of them

    def holds(self, scope: str, now: datetime) -> bool:
        """Whether a scope is granted and not lapsed: Instagram's end 90 days after the person was last active."""
        ends = self.data_access_expires_at if self.kind is not TokenKind.IGUSER else None
        lapsed = scope.startswith("instagram_") and ends is not None and now >= ends
        return scope in self.scopes and not lapsed


@dataclass
class Page:
    id: str
    name: str
    account_id: str | None = None
    category: str = "Nonprofit organization"
    followers: int = 4200
    tasks: tuple[str, ...] = TASKS
    business: bool = False  #: linked to a business: `/me/accounts` lists it with `business_management` only
    subscribed: dict[str, tuple[str, ...]] = field(default_factory=dict)  #: app id → fields


@dataclass
class Account:
    """A professional Instagram account."""

    id: str
    username: str
    name: str
    page_id: str
    followers: int = 2600
    quota_total: int = 50
    subscribed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    published_at: list[datetime] = field(default_factory=list)
    containers_at: list[datetime] = field(default_factory=list)


@dataclass
class Attention:
    """How far a visible post reaches: every figure that insights give is read off this one record."""

    since: datetime
    reach: int  #: people, in the end
    half_life: timedelta
    reactions: list[tuple[datetime, str]] = field(default_factory=list)  #: sorted by time
    views_per_person: float = 1.4

    def share(self, at: datetime) -> float:
        """How much of the final reach is reached at a time, 0..1."""
        age = (at - self.since) / self.half_life
        return 0.0 if age <= 0 else 1.0 - 0.5**age

    def reached(self, at: datetime) -> int:
        return int(self.reach * self.share(at))

    def views(self, at: datetime) -> int:
        return int(self.reach * self.views_per_person * self.share(at))

    def reacted(self, at: datetime) -> int:
        return bisect.bisect_right(self.reactions, at, key=lambda reaction: reaction[0])

    def reactions_by(self, at: datetime) -> dict[str, int]:
        counts: dict[str, int] = {}
        for _, kind in self.reactions[: self.reacted(at)]:
            counts[kind] = counts.get(kind, 0) + 1
        return counts


@dataclass
class Photo:
    id: str
    page_id: str
    created_at: datetime
    size: tuple[int, int]
    caption: str = ""
    alt: str = ""
    published: bool = False
    temporary: bool = False
    post_id: str | None = None
    deleted: bool = False


@dataclass
class Post:
    id: str
    page_id: str
    app_id: str
    created_at: datetime
    message: str = ""
    link: str | None = None
    photo_ids: tuple[str, ...] = ()
    video_id: str | None = None
    form: str = "feed"  #: or "reel", "story"
    is_published: bool = False
    scheduled_at: datetime | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    is_hidden: bool = False
    deleted: bool = False
    attention: Attention | None = None

    @property
    def takes_comments(self) -> bool:
        return self.form != "story"

    @property
    def tail(self) -> str:
        return self.id.rpartition("_")[2]


@dataclass
class Container:
    id: str
    account_id: str
    created_at: datetime
    media_type: str = "IMAGE"
    caption: str = ""
    alt: str = ""
    image_url: str | None = None
    children: tuple[str, ...] = ()
    is_item: bool = False
    video_url: str | None = None
    upload: Upload | None = None  #: of a resumable container; without it Meta fetches what an address names
    thumb_ms: int | None = None
    share_to_feed: bool = True
    ready_at: datetime | None = None  #: None: stuck in progress, or not uploaded yet
    error_subcode: int | None = None
    expired: bool = False
    media_id: str | None = None
    deleted: bool = False

    def status(self, at: datetime) -> str:
        if self.media_id:
            return "PUBLISHED"
        if self.expired or at >= self.created_at + LIFE:
            return "EXPIRED"
        if self.ready_at is None or at < self.ready_at:
            return "IN_PROGRESS"
        return "ERROR" if self.error_subcode else "FINISHED"


@dataclass
class Media:
    id: str
    account_id: str
    created_at: datetime
    shortcode: str
    media_type: str = "IMAGE"
    product: str = "FEED"  #: or "REELS", "STORY"
    caption: str = ""
    alt: str = ""
    image_url: str | None = None
    children: tuple[str, ...] = ()
    comment_enabled: bool = True
    is_child: bool = False
    deleted: bool = False
    attention: Attention | None = None

    @property
    def takes_comments(self) -> bool:
        return self.comment_enabled and self.product != "STORY"


@dataclass(frozen=True)
class Author:
    id: str
    name: str
    username: str


@dataclass
class Comment:
    """A comment on either platform. `object_id` is the post or media; `parent_id` the top-level comment it answers."""

    id: str
    object_id: str
    owner_id: str  #: the Page or account under whose post it stands
    author: Author = field(repr=False)
    text: str = field(repr=False)  #: may be real people's words, when a file is replayed
    created_at: datetime
    facebook: bool
    parent_id: str | None = None
    own: bool = False
    nameless: bool = False  #: `from` is withheld by the person's privacy settings
    attachment: str | None = None
    hidden: bool = False
    deleted: bool = False
    likes: int = 0
    edited_at: datetime | None = None
    answered_privately: bool = False
    kind: str = ""  #: what the audience meant by it: the bank's label, for tests


Node = Page | Account | Post | Photo | Video | Container | Media | Comment | User | App


@dataclass(order=True)
class Due:
    at: datetime
    number: int
    action: Callable[[datetime], None] = field(compare=False)
    wanted: bool = field(compare=False, default=True)  #: named by `next_event_at`


@dataclass
class Subscription:
    topic: str
    callback_url: str
    fields: tuple[str, ...]
    verify_token: str


@dataclass
class Update:
    """One change for a subscriber, not sent yet."""

    topic: str  #: the webhook object: `page` or `instagram`
    owner_id: str
    field_name: str
    value: dict[str, object] = field(repr=False)
    at: datetime


@dataclass(frozen=True)
class Delivery:
    """One POST to a subscriber; status 0: no answer."""

    topic: str
    body: str = field(repr=False)
    status: int
    at: str

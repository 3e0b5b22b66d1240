"""The state that the sandbox keeps in memory: apps, tokens, Pages, accounts, posts, comments, and what is due next."""

from __future__ import annotations

import bisect
import hashlib
import heapq
import itertools
import random
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from outreach.clock import SteppedClock
from outreach.sandbox.faults import Switchboard
from outreach.sandbox.switches import Switches
from outreach.sandbox.uploads import LIFE, Upload, Video

if TYPE_CHECKING:
    from outreach.sandbox.crowd import Crowd

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


class World:
    """Everything, under one lock. Take `lock` for any read or write; never hold it over a network call."""

    def __init__(self, *, seed: int, start: datetime, switches: Switches | None = None) -> None:
        self.seed = seed
        self.lock = threading.RLock()
        self.clock = SteppedClock(start)
        self.running = False
        self.switches = switches or Switches()
        self.random = random.Random(seed)  # noqa: S311  a repeatable audience, no secret
        self.faults = Switchboard()
        self.apps: dict[str, App] = {}
        self.tokens: dict[str, Token] = {}
        self.nodes: dict[str, Node] = {}
        self.comments: dict[str, list[Comment]] = {}  #: by object id, oldest first, the deleted among them
        self.crowds: dict[str, Crowd] = {}  #: by the tail of the post's id
        self.subscriptions: dict[str, Subscription] = {}  #: by webhook object
        self.pictures: dict[str, bytes] = {}  #: by the id of a photo, container or media
        self.replay: deque[str] = deque()  #: what the audience says before words of its own
        self.outbox: deque[Update] = deque()
        self.letters: deque[Callable[[], None]] = deque()  #: retries that are due
        self.deliveries: list[Delivery] = []
        self.on_visible: list[Callable[[Post | Media], None]] = []
        self.on_comment: list[Callable[[Comment], None]] = []
        self._owned: dict[str, list[Post | Media]] = {}
        self._due: list[Due] = []
        self._numbers = itertools.count(1)

    def now(self) -> datetime:
        return self.clock.now()

    def number(self) -> int:
        return next(self._numbers)

    def new_id(self, prefix: str) -> str:
        """A numeric id of 17 digits that begins with `prefix`."""
        return prefix + str(self.number()).zfill(17 - len(prefix))

    def add(self, node: Node) -> None:
        self.nodes[node.id] = node
        if isinstance(node, Post):
            self._owned.setdefault(node.page_id, []).append(node)
        elif isinstance(node, Media) and not node.is_child:
            self._owned.setdefault(node.account_id, []).append(node)

    def find(self, node_id: str) -> Node | None:
        """A node that stands: not deleted, nor a comment under a post that is."""
        node = self.nodes.get(node_id) or self._of_crowd(node_id)
        if isinstance(node, Comment) and getattr(self.nodes[node.object_id], "deleted", False):
            return None
        return None if getattr(node, "deleted", False) else node

    def _of_crowd(self, node_id: str) -> Comment | None:
        crowd = self.crowds.get(node_id.partition("_")[0])
        return crowd.find(node_id) if crowd is not None else None

    def pages(self) -> list[Page]:
        return [node for node in self.nodes.values() if isinstance(node, Page)]

    def accounts(self) -> list[Account]:
        return [node for node in self.nodes.values() if isinstance(node, Account)]

    def posts(self, page_id: str) -> list[Post]:
        return [n for n in self._owned.get(page_id, ()) if isinstance(n, Post) and not n.deleted]

    def media(self, account_id: str) -> list[Media]:
        return [n for n in self._owned.get(account_id, ()) if isinstance(n, Media) and not n.deleted]

    def live_comments(self, object_id: str) -> Iterator[Comment]:
        return (comment for comment in self.comments.get(object_id, ()) if not comment.deleted)

    def plan(self, at: datetime, action: Callable[[datetime], None], *, wanted: bool = True) -> None:
        heapq.heappush(self._due, Due(at, self.number(), action, wanted))

    def next_event_at(self) -> datetime | None:
        return min((due.at for due in self._due if due.wanted), default=None)

    def fire_next(self, by: datetime) -> bool:
        """Let the next event that is due by a time happen, at its own time. False when there is none."""
        with self.lock:
            if not self._due or self._due[0].at > by:
                return False
            due = heapq.heappop(self._due)
            if not self.running:
                self.clock.jump(due.at)
            due.action(due.at)
            return True

    def settle(self) -> None:
        """Let everything happen that is due by now: needed while the clock runs by itself."""
        while self.running and self.fire_next(self.now()):
            pass

    def make_visible(self, item: Post | Media, at: datetime) -> None:
        if isinstance(item, Post):
            item.is_published, item.published_at, item.scheduled_at = True, at, None
            item.updated_at = at
        for listener in self.on_visible:
            listener(item)

    def update(self, value: dict[str, object], *, topic: str, owner_id: str, field_name: str) -> None:
        if topic in self.subscriptions and self._subscribed(owner_id, field_name):
            self.outbox.append(Update(topic, owner_id, field_name, value, self.now()))

    def mint(self, token: Token) -> Token:
        """Put a token into the world under a value of its own, which anyone can tell from one of Meta's."""
        digest = hashlib.sha256(f"{self.seed}/{self.number()}".encode()).hexdigest()
        token.value = f"SANDBOX{token.kind}{digest[:40]}"
        self.tokens[token.value] = token
        return token

    def page_token(self, page: Page, user_token: Token) -> Token:
        """The Page token that a person's token gives: the same one each time, without end when theirs is long-lived."""
        for token in self.tokens.values():
            if token.page_id == page.id and token.user_id == user_token.user_id and token.scopes == user_token.scopes:
                return token
        expires_at = None if user_token.long_lived else user_token.expires_at
        return self.mint(replace(user_token, kind=TokenKind.PAGE, page_id=page.id, account_id=page.account_id,
                                 issued_at=self.now(), expires_at=expires_at))  # fmt: skip

    def longer(self, token: Token, life: timedelta) -> Token:
        now = self.now()
        return self.mint(replace(token, issued_at=now, expires_at=now + life, long_lived=True))

    def _subscribed(self, owner_id: str, field_name: str) -> bool:
        owner = self.nodes.get(owner_id)
        fields = owner.subscribed.values() if isinstance(owner, Page | Account) else ()
        return any(field_name in names for names in fields)


def utc(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

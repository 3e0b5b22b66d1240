"""What the rest of the product may ask of a channel: one protocol for Facebook Pages and Instagram accounts.

Publishing is two-phase (design §2.7). `next_step`/`make` build the invisible parts one write at a time, so that the
caller can commit an attempt row before each; `release` is the one call that makes the post visible.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from outreach.states import Format

#: The step that sends a video's bytes. It may be cut short anywhere: Meta tells how much has arrived.
UPLOAD = "upload"


@dataclass(frozen=True)
class Medium:
    """An image or a video. Meta is sent the bytes at `path`; but Instagram fetches an image from `url`, which must be
    public."""

    path: Path
    url: str
    alt: str = ""
    video: bool = False
    cover_ms: int | None = None  #: of a video: the moment whose picture stands for it


@dataclass(frozen=True)
class Content:
    """What is published on one channel, already resolved for it (language, overrides, UTM tags)."""

    text: str
    link: str | None = None
    media: tuple[Medium, ...] = ()
    first_comment: str | None = None
    format: Format = Format.FEED


@dataclass(frozen=True)
class Step:
    """One write at Meta that prepares a post; `name` is the key of its result in `parts` ("photo-0", "post")."""

    name: str
    seconds: int = 0  #: that it may take beyond what any call may


class Readiness(StrEnum):
    READY = "ready"
    WAIT = "wait"  #: Meta is still working on a part; ask again
    REMAKE = "remake"  #: parts have expired or are gone; make them again


@dataclass(frozen=True)
class Released:
    remote_id: str
    permalink: str | None = None


class Presence(StrEnum):
    PUBLISHED = "published"
    ABSENT = "absent"  #: proven not to be out
    UNCLEAR = "unclear"  #: Meta's answers do not settle it


@dataclass(frozen=True)
class Finding:
    """The answer to "is this post out?", read back from Meta."""

    presence: Presence
    released: Released | None = None
    final: bool = False  #: looking again would not tell more
    working: bool = False  #: Meta took the release and is still at it, which may last


@dataclass(frozen=True)
class RemotePost:
    """A post as it stands on the channel, whoever made it."""

    id: str
    text: str
    created_at: datetime
    permalink: str | None = None
    comment_count: int | None = None  #: Meta's own, which is not exact (graph-api.md §6.1)
    photos: tuple[str, ...] = ()  #: of several: each has a thread of comments of its own
    picture: str | None = None  #: address of its (first) image


@dataclass(frozen=True)
class Picture:
    """An image of a post as Meta shows it."""

    id: str
    address: str | None = None


@dataclass(frozen=True)
class Entrusted:
    """A post in Meta's own schedule as it stands there, or out already."""

    remote_id: str
    text: str
    at: datetime | None  #: when Meta publishes it; None once it is out
    published: bool
    created_at: datetime
    permalink: str | None = None
    images: int | None = None
    pictures: tuple[Picture, ...] = ()  #: as far as Meta names them


@dataclass(frozen=True)
class RemoteComment:
    """A comment as Meta gives it. `author_*` may be missing by the person's privacy settings."""

    id: str
    text: str
    created_at: datetime
    parent_id: str | None = None  #: the comment that this one answers; None at top level
    author_id: str | None = None
    author_name: str | None = None
    hidden: bool = False
    permalink: str | None = None
    has_attachment: bool = False
    own: bool = False  #: written by the channel itself
    photo: int | None = None  #: of a post with several: the single photo that it stands under, from 1

    def __repr__(self) -> str:
        """Nothing that a person wrote, since reprs end up in logs."""
        return f"<RemoteComment own={self.own} hidden={self.hidden}>"


@dataclass(frozen=True)
class CommentPage:
    """Comments of one call; `position` is where to go on after them, None after the last."""

    comments: tuple[RemoteComment, ...]
    position: str | None


@dataclass(frozen=True)
class SentPrivately:
    """A private reply: Meta's ids of the message, and of the person in private messages (another than in comments).

    Kept as `Action.recipient_key`, it tells that the person wrote back.
    """

    message_id: str
    recipient_id: str | None


@dataclass(frozen=True)
class Metric:
    """One figure with Meta's name for it. `value` None means that Meta gave none: missing is not zero."""

    name: str
    period: str  #: "lifetime", "day", …
    value: float | None
    unique: bool = False  #: counts people, so it may never be summed
    end: datetime | None = None  #: end of the period, for day metrics
    breakdown: Mapping[str, float] = field(default_factory=dict)


class Schedule(Protocol):
    """Meta's own scheduler of one channel: what is entrusted to it goes out by itself, also when we are down."""

    def next_step(self, content: Content, parts: Mapping[str, str]) -> Step | None:
        """The next write that must come before arming, None when there is none. No call is made."""
        ...

    def make(self, step: Step, content: Content) -> str:
        """Do one such write. Invisible; may be repeated."""
        ...

    def arm(self, content: Content, parts: Mapping[str, str], at: datetime) -> str:
        """Let Meta publish it at its time. Not idempotent: read back before a second one."""
        ...

    def read(self, remote_id: str) -> Entrusted | None:
        """None when Meta says that it is gone (100/33)."""
        ...

    def find(self, content: Content, at: datetime | None, since: datetime) -> tuple[Entrusted, ...]:
        """What an arming call whose answer was lost may have made: these words at this time (None: at any), or out by
        now."""
        ...

    def altered(self, seen: Entrusted, content: Content, at: datetime) -> dict[str, str]:
        """Which of our fields a person changed at Meta, and what stands there now: the words, how many images, the
        time (empty where it has none)."""
        ...


class Channel(Protocol):
    """A Page or an account. Every method may raise MetaError; a write whose outcome is unclear has `maybe_done`."""

    @property
    def schedule(self) -> Schedule | None:
        """None where Meta has no scheduler that an app may use."""
        ...

    def next_step(self, content: Content, parts: Mapping[str, str]) -> Step | None:
        """The next write that preparation still needs, None when every part is made. No call is made."""
        ...

    def make(self, step: Step, content: Content, parts: Mapping[str, str]) -> str:
        """Do one preparing write and return the id to keep as `parts[step.name]`. Invisible; may be repeated."""
        ...

    def readiness(self, parts: Mapping[str, str]) -> Readiness:
        """Read whether the parts can be released. A part that Meta refused raises MetaError(permanent=True)."""
        ...

    def release(self, parts: Mapping[str, str], content: Content | None = None) -> Released:
        """Make the post visible: one write. For a video it carries the words, so it needs the content."""
        ...

    def find(self, parts: Mapping[str, str], content: Content, since: datetime) -> Finding:
        """Read back whether the post is out: by its parts first, else by its text among posts made after `since`."""
        ...

    def discard(self, parts: Mapping[str, str]) -> None:
        """Delete what was prepared and never released; what Meta cannot delete is left to expire."""
        ...

    def retract(self, remote_id: str) -> None:
        """Delete a published post."""
        ...

    def exists(self, remote_id: str) -> bool:
        """Read back whether a post of ours is still there, visible or not; False when Meta says that it is gone."""
        ...

    def recent_posts(self, since: datetime) -> tuple[RemotePost, ...]:
        """Every post made after `since`, newest first, whoever made it."""
        ...

    def unpublished_posts(self, since: datetime) -> tuple[RemotePost, ...]:
        """Invisible posts made after `since`, whoever made them; none where a channel does not list any."""
        ...

    def picture(self, address: str) -> bytes | None:
        """The image that a post names; None when it is gone."""
        ...

    def newest_posts(self) -> tuple[RemotePost, ...]:
        """The newest posts with Meta's counts of their comments: one call."""
        ...

    def post(self, remote_id: str) -> RemotePost | None:
        """One post by id; None when Meta says that it is gone (100/33)."""
        ...

    def comments(self, remote_post_id: str) -> Iterator[RemoteComment]:
        """Every comment and reply on a post, all levels, one page of the API at a time."""
        ...

    def comment_pages(
        self, remote_post_id: str, *, photos: Sequence[str] = (), start: str | None = None
    ) -> Iterator[CommentPage]:
        """The same by pages, those under single photos too; from a position on, which is good for some hours."""
        ...

    def comment(self, remote_comment_id: str) -> RemoteComment | None:
        """One comment by id; None when Meta says that it is gone (100/33)."""
        ...

    def add_comment(self, remote_post_id: str, text: str) -> str:
        """Comment on our own post (the first comment). Not idempotent: look for an own comment before."""
        ...

    def reply(self, remote_comment_id: str, text: str) -> str: ...

    def private_reply(self, remote_comment_id: str, text: str) -> SentPrivately:
        """One message to the commenter: once per comment, within seven days (graph-api.md §6)."""
        ...

    def hide(self, remote_comment_id: str) -> None: ...

    def unhide(self, remote_comment_id: str) -> None: ...

    def delete(self, remote_comment_id: str) -> None: ...

    def post_insights(
        self, remote_post_id: str, form: Format = Format.FEED, *, video: bool = False
    ) -> tuple[Metric, ...]: ...

    def account_insights(self, since: datetime, until: datetime) -> tuple[Metric, ...]: ...

    def audience_insights(self, until: datetime) -> tuple[Metric, ...]:
        """Who follows, by city, country, age or gender, as far as Meta says."""
        ...

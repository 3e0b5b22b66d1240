"""The state that the sandbox keeps in memory: every object, and what is due next."""

from __future__ import annotations

import hashlib
import heapq
import itertools
import random
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from outreach.clock import SteppedClock
from outreach.sandbox.faults import Switchboard
from outreach.sandbox.objects import (
    Account,
    App,
    Comment,
    Delivery,
    Due,
    Media,
    Node,
    Page,
    Post,
    Subscription,
    Token,
    TokenKind,
    Update,
)
from outreach.sandbox.switches import Switches

if TYPE_CHECKING:
    from outreach.sandbox.crowd import Crowd


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

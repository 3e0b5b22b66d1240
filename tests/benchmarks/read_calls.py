"""Calls that reading 500 posts costs on a busy and on a quiet day, beside the least that the same floor allows.

The least: every post read in full whenever its floor says so, one call a page, with all its comments known in advance
to be there; nothing spent on finding posts, on counts, or on reads that are brought forward.
"""

from __future__ import annotations

import math
import random
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import select

from outreach import comments
from outreach.clock import SteppedClock
from outreach.comments.pulling import next_read
from outreach.comments.reader import Reader
from outreach.db import Database, install_keyring
from outreach.meta import protocol
from outreach.meta.channels import GraphHosts, open_channel
from outreach.meta.usage import Usage
from outreach.migrations import migrate
from outreach.sandbox import comments as sandbox_comments
from outreach.sandbox.objects import Author, Comment, Media, Post
from outreach.sandbox.server import SandboxServer
from outreach.sandbox.switches import Switches
from outreach.states import ChannelKind
from outreach.tables import Channel, Publication
from outreach.tables import Comment as CommentRow
from outreach.vault import new_keyring
from tests.factories import make_channel

START = datetime.fromisoformat("2026-11-26T00:00:00+00:00")
STEP = timedelta(minutes=5)
DAY = timedelta(days=1)
POSTS = 500  #: over ninety days, half of them on a Page, half on Instagram
BEFORE = 8  #: comments that a post has already, on average
BUSY = 4_000  #: comments of the busy day
#: so that what counts tell of under old posts, whose floor is a week, has been brought forward when the day ends
QUIET = timedelta(hours=2, minutes=30)
PAGES = {True: 100, False: 50}  #: comments in one call: Facebook, Instagram (top level; answers come along)


@dataclass
class Stage:
    server: SandboxServer
    database: Database
    clock: SteppedClock
    draw: random.Random
    calls: Counter[str] = field(default_factory=Counter)
    written: dict[str, datetime] = field(default_factory=dict)
    session: requests.Session = field(default_factory=requests.Session)

    def reader(self) -> Reader:
        usages: dict[str, Usage] = {}
        return Reader(
            self.database,
            self.clock,
            self.open,
            lambda channel: usages.setdefault(channel.id, Usage(self.clock)),
            _nothing_is_old,
            timedelta(days=365),
            "Asia/Baghdad",
        )

    def open(self, row: Channel) -> protocol.Channel:
        return open_channel(
            ChannelKind(row.kind),
            row.remote_id,
            row.token or "",
            app_secret=None,
            hosts=GraphHosts(graph=self.server.base_url),
            on_response=lambda *_: self.calls.update(["call"]),
            session=self.session,
        )

    def items(self) -> list[Post | Media]:
        return [node for node in self.server.world.nodes.values() if isinstance(node, Post | Media)]


def _nothing_is_old() -> Any:
    raise AssertionError("every word is young enough to be kept")


def run() -> dict[str, Any]:
    install_keyring(new_keyring())
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'calls.db'}")
        migrate(database)
        switches = Switches(audience=False, nameless_share=0.0)
        with SandboxServer(start=START, switches=switches) as server:
            stage = Stage(server, database, SteppedClock(START), random.Random(11))
            figures = _measure(stage)
        database.close()
    return figures


def _measure(stage: Stage) -> dict[str, Any]:
    _fill(stage)
    reader = stage.reader()
    _work(reader)  # everything is adopted and read once
    _spread(stage)
    busy, least = _day(stage, reader, BUSY)
    missing = len(_missing(stage))
    quiet, least_quiet = _day(stage, reader, 0)
    return {
        "posts": POSTS,
        "comments": BUSY,
        "calls_per_1000": round(1000 * busy / BUSY),
        "calls_over_least": round(busy / least, 2),
        "quiet_day_calls": quiet,
        "quiet_over_least": round(quiet / least_quiet, 2),
        "missing": missing,
        "missing_after_quiet_day": len(_missing(stage)),
        "busy_day_calls": busy,
        "busy_day_least": least,
    }


def _day(stage: Stage, reader: Reader, count: int) -> tuple[int, int]:
    """Calls of one day in steps, and the least under its floor. Nobody writes in its last hours (see QUIET)."""
    begun = stage.clock.now()
    plan = sorted(_moment(stage, begun) for _ in range(count))
    due = _due(stage)
    stage.calls.clear()
    while stage.clock.now() < begun + DAY:
        now = stage.clock.now() + STEP
        while plan and plan[0] <= now:
            _say(stage, _popular(stage, now), plan.pop(0))
        stage.server.world.clock.jump(now)
        stage.clock.jump(now)
        _work(reader)
    return stage.calls["call"], _least(stage, due, begun)


def _work(reader: Reader) -> None:
    while comments.look_due(reader) or comments.pull_due(reader):
        pass


# -- the world ----------------------------------------------------------------------------------------------------


def _fill(stage: Stage) -> None:
    world, channel = stage.server.world, stage.server.channel
    with stage.database.write() as session:
        made = {"token": channel.page_token, "created_at": START}
        make_channel(session, remote_id=channel.page_id, kind=ChannelKind.FACEBOOK_PAGE, **made)
        make_channel(session, remote_id=channel.ig_id, kind=ChannelKind.INSTAGRAM_ACCOUNT, **made)
    for number in range(POSTS):
        at = START - timedelta(days=stage.draw.uniform(0, 89))
        item: Post | Media
        if number % 2:
            item = Media(world.new_id("179"), channel.ig_id, at, f"s{number}", caption=f"منشور {number}")
        else:
            post_id = f"{channel.page_id}_{world.new_id('122')}"
            item = Post(post_id, channel.page_id, "1", at, f"منشور {number}", is_published=True, published_at=at)
        world.add(item)
        for _ in range(stage.draw.randrange(2 * BEFORE)):
            _say(stage, item, at + timedelta(minutes=stage.draw.uniform(1, (START - at) / timedelta(minutes=1))))


def _say(stage: Stage, item: Post | Media, at: datetime) -> None:
    """A quarter answers an earlier comment of the post."""
    world = stage.server.world
    facebook = isinstance(item, Post)
    remote_id = sandbox_comments.facebook_id(world, item.id) if facebook else world.new_id("180")
    tops = [comment for comment in world.comments.get(item.id, []) if comment.parent_id is None]
    parent = stage.draw.choice(tops).id if tops and stage.draw.random() < 0.25 else None
    owner = item.page_id if isinstance(item, Post) else item.account_id
    said = Comment(remote_id, item.id, owner, Author("24", "زائر", "zair"), f"كلام {remote_id}", at, facebook, parent)
    with world.lock:
        sandbox_comments.put(world, said)
    stage.written[remote_id] = at


def _moment(stage: Stage, begun: datetime) -> datetime:
    return begun + timedelta(minutes=stage.draw.uniform(0, (DAY - QUIET) / timedelta(minutes=1)))


def _popular(stage: Stage, now: datetime) -> Post | Media:
    """Seven comments of ten go to posts of two days, two to posts of a week."""
    days = stage.draw.choices((2, 7, 90), weights=(70, 20, 10))[0]
    young = [item for item in stage.items() if now - _published(item) < timedelta(days=days)]
    return stage.draw.choice(young or stage.items())


def _published(item: Post | Media) -> datetime:
    return item.created_at


# -- what it ought to cost ----------------------------------------------------------------------------------------


def _spread(stage: Stage) -> None:
    """As in a service that has run for long: the reads of old posts are not all due at one moment."""
    now = stage.clock.now()
    with stage.database.write() as session:
        for row in session.scalars(select(Publication)):
            after = next_read(row.published_at or now, now)
            row.next_read_at = now + stage.draw.random() * (after - now) if after else None


def _due(stage: Stage) -> dict[str, datetime]:
    with stage.database.read() as session:
        rows = session.execute(select(Publication.remote_id, Publication.next_read_at))
        return {row[0]: row[1] for row in rows if row[1]}


def _least(stage: Stage, due: dict[str, datetime], begun: datetime) -> int:
    return sum(_least_of(stage, item, due[item.id], begun + DAY) for item in stage.items() if item.id in due)


def _least_of(stage: Stage, item: Post | Media, at: datetime | None, end: datetime) -> int:
    said = stage.server.world.comments.get(item.id, [])
    facebook = isinstance(item, Post)
    calls = 0
    while at is not None and at <= end:
        listed = [comment for comment in said if comment.created_at <= at and (facebook or comment.parent_id is None)]
        calls += max(1, math.ceil(len(listed) / PAGES[facebook]))
        at = next_read(_published(item), at)
    return calls


def _missing(stage: Stage) -> set[str]:
    with stage.database.read() as session:
        held = {row.remote_id for row in session.scalars(select(CommentRow))}
    return stage.written.keys() - held

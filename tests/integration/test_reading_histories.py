"""Whatever people do and whatever goes wrong, in the end the store is what Meta has, but for what was forgotten.

A model of it: random histories from seeds. OUTREACH_HISTORIES=200 runs as many of them on each database.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import select, update

from outreach import comments, retention
from outreach.db import every_key
from outreach.errors import MetaError
from outreach.states import CommentState, ReviewState
from outreach.tables import Channel, Comment, CommentRevision, PostPhoto, Publication, WebhookDelivery
from tests.integration.conftest import Stage
from tests.posting import posted, publish, schedule
from tests.reading import later, post_by_another_tool, read, say, subscribe

HISTORIES = int(os.environ.get("OUTREACH_HISTORIES", "2"))
ACTS = 50
WEBHOOK_FAULTS = ("webhook_lose", "webhook_duplicate", "webhook_reorder", "webhook_bad_signature")
READ_FAULTS = ("reset_before", "reset_after", "html500", "text_javascript", "500_after")


class Killed(BaseException):
    """As if the process had been killed at this line: nothing of ours catches it."""


@dataclass
class History:
    stage: Stage
    chance: random.Random
    threads: list[str]  #: posts, and single photos of posts
    said: list[str] = field(default_factory=list)
    acts: list[str] = field(default_factory=list)
    deaf: int = 0  #: deliveries that will be answered with an error, so that Meta brings them again later
    until_killed: int | None = None  #: times that something is stored before the process is killed

    def alive(self) -> list[str]:
        there = self.stage.state()["comments"]
        return [each["id"] for each in there if not each["deleted"] and each["id"] in self.said]

    # -- what people do

    def say(self) -> None:
        alive = self.alive()
        if alive and self.chance.random() < 0.3:
            self._say("", reply_to=self.chance.choice(alive))
        else:
            self._say(self.chance.choice(self.threads))

    def _say(self, thread: str, **more: Any) -> None:
        self.said.append(say(self.stage, thread, f"كلام {self.chance.random()}", **more))

    def edit(self) -> None:
        self._change(text=f"تعديل {self.chance.random()}")

    def delete(self) -> None:
        self._change(delete=True)

    def swap(self) -> None:
        """As many comments as before: no count tells of it."""
        alive = [each for each in self.stage.state()["comments"] if not each["deleted"]]
        if alive:
            gone = self.chance.choice(alive)
            self.stage.tell("comment", id=gone["id"], delete=True)
            self._say(gone["object_id"])

    def hide(self) -> None:
        alive = self.alive()
        if not alive:
            return
        target = self.chance.choice(alive)
        facebook = any(
            each["id"] == target and each["platform"] == "facebook" for each in self.stage.state()["comments"]
        )
        with self.stage.database.read() as session:
            row = session.scalars(select(Channel).where(Channel.name == ("page" if facebook else "insta"))).one()
        channel = self.stage.worker.open_channel(row)
        try:
            self.chance.choice((channel.hide, channel.unhide))(target)
        except MetaError:
            self.acts.append("refused")  # a fault that was meant for a read

    def post(self) -> None:
        self.threads.append(post_by_another_tool(self.stage, f"منشور {self.chance.random()}"))

    def _change(self, **order: Any) -> None:
        alive = self.alive()
        if alive:
            self.stage.tell("comment", id=self.chance.choice(alive), **order)

    # -- what goes wrong, and what the service does meanwhile

    def spoil(self) -> None:
        self.stage.fault(self.chance.choice(WEBHOOK_FAULTS), times=self.chance.randint(1, 4))

    def hold_back(self) -> None:
        self.deaf += self.chance.randint(1, 3)

    def break_off(self) -> None:
        kind, skip = self.chance.choice(READ_FAULTS), self.chance.randint(0, 3)
        self.stage.fault(kind, "GET", times=self.chance.randint(1, 5), skip=skip)

    def kill(self) -> None:
        self.until_killed = self.chance.randint(0, 3)
        self.read()

    def read(self) -> None:
        try:
            read(self.stage)
        except Killed:
            comments.recover(self.stage.database)  # as at the next start

    def wait(self) -> None:
        self.stage.jump(minutes=self.chance.choice((1, 5, 11, 30, 130)))
        self.read()

    def forget(self) -> None:
        """As after ninety days: one comment's words go for ever."""
        with self.stage.database.write() as session:
            row = session.scalars(select(Comment).where(Comment.state != CommentState.PURGED).limit(1)).first()
            if row is None:
                return
            old = self.stage.clock.now() - timedelta(days=91)
            session.execute(
                update(Comment).where(Comment.id == row.id).values(seen_hour=old, review_state=ReviewState.CLEAR)
            )
        retention.purge_due(self.stage.database, now=self.stage.clock.now(), settings=self.stage.worker.settings)


Act = Callable[[History], None]
WEIGHTS: dict[Act, int] = {
    History.say: 12,
    History.edit: 4,
    History.delete: 2,
    History.swap: 3,
    History.hide: 2,
    History.post: 1,
    History.spoil: 3,
    History.hold_back: 2,
    History.break_off: 3,
    History.kill: 3,
    History.read: 4,
    History.wait: 5,
    History.forget: 1,
}


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_after_any_history_the_store_is_what_meta_has(stage: Stage, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    history = begin(stage, seed, monkeypatch)
    play(history, WEIGHTS)
    assert differences(history) == [], (seed, history.acts)


def begin(stage: Stage, seed: int, monkeypatch: pytest.MonkeyPatch) -> History:
    chance = random.Random(seed)
    stage.tell("switches", audience=False)
    monkeypatch.setattr("outreach.meta.facebook_page.PAGE_SIZE", chance.choice([3, 100]))
    history = History(stage, chance, [str(posted(stage, name).remote_id) for name in ("page", "insta")])
    history.threads += album(stage)
    subscribe(stage, webhook_batch=chance.choice([1, 7]), webhook_instagram_flat=chance.random() < 0.5)
    endanger(history, monkeypatch)
    return history


def play(history: History, weights: Mapping[Act, int], acts: int = ACTS) -> None:
    for _ in range(acts):
        act = history.chance.choices(list(weights), weights=list(weights.values()))[0]
        history.acts.append(act.__name__)
        act(history)
    settle(history)


def album(stage: Stage) -> list[str]:
    """A post with several photos: its own thread and theirs."""
    stage.jump(minutes=11)  # posts on one channel keep their distance, and so do looks
    key = schedule(stage, "page", "صور", images=2)
    publish(stage)
    read(stage)
    with stage.database.read() as session:
        photos = list(session.scalars(select(PostPhoto.remote_id)))
        assert len(photos) == 2
        return [str(session.get_one(Publication, key).remote_id), *photos]


def endanger(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deliveries can meet a service that fails, and whoever stores something can be killed before or after it."""
    receive = comments.receive

    def received(*given: Any, **named: Any) -> str:
        if history.deaf:
            history.deaf -= 1
            raise MetaError("meta.unreachable")  # any error: Meta sees a 500
        return receive(*given, **named)

    def deadly(real: Callable[..., Any]) -> Callable[..., Any]:
        def stored(*given: Any) -> Any:
            if history.until_killed == 0:
                history.until_killed = None
                if history.chance.random() < 0.5:
                    real(*given)
                raise Killed
            if history.until_killed:
                history.until_killed -= 1
            return real(*given)

        return stored

    monkeypatch.setattr("outreach.comments.receive", received)
    for name in ("pulling.store", "receiving.store", "pulling.done", "looking.take_in"):
        module, _, function = name.partition(".")
        target = f"outreach.comments.{module}"
        monkeypatch.setattr(f"{target}.{function}", deadly(getattr(getattr(comments, module), function)))


def settle(history: History) -> None:
    """Nothing goes wrong any more; every floor comes round."""
    stage = history.stage
    history.deaf, history.until_killed = 0, None
    requests.delete(f"{stage.sandbox.base_url}/_sandbox/faults", json={}, timeout=20).raise_for_status()
    for _ in range(5):
        later(stage, minutes=45)


def differences(history: History) -> list[tuple[str, object]]:
    """Comments that are not in the store as Meta has them, once each."""
    there = {each["id"]: each for each in history.stage.state()["comments"]}
    keys = {key: each for each in there for key in every_key(Comment.remote_key, [each])}
    with history.stage.database.read() as session:
        rows = session.scalars(select(Comment)).all()
        ours = {keys.get(row.remote_key, "unknown to Meta"): row for row in rows}
        revised = {row.comment_id for row in session.scalars(select(CommentRevision))}
        left = [row.status for row in session.scalars(select(WebhookDelivery)) if row.status in {"new", "working"}]
    found: list[tuple[str, object]] = [("in the inbox", status) for status in left]
    if len(ours) != len(rows):
        found.append(("twice", len(rows) - len(ours)))
    for remote_id in there.keys() | ours.keys():
        wrong = _wrong(there.get(remote_id), ours.get(remote_id), revised)
        if wrong:
            found.append((remote_id, wrong))
    return found


def _wrong(remote: dict[str, Any] | None, row: Comment | None, revised: set[str]) -> str | None:
    if remote is None or row is None:
        return None if remote and remote["deleted"] else "missing"
    if row.state == CommentState.PURGED:
        return "remembered" if row.text_sealed or row.remote_id_sealed or row.id in revised else None
    if remote["deleted"]:
        # one that was hidden when it went stays hidden
        return None if row.state in {CommentState.GONE, CommentState.HIDDEN} else "not gone"
    if row.text != remote["text"]:
        return "other words"
    return None if (row.state == CommentState.HIDDEN) == remote["hidden"] else "other state"

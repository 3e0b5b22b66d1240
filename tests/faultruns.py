"""A random history of publishing under faults, and what must hold when it is over: nothing twice, nothing forgotten.

Tests run a few histories, the benchmark many. What a history does follows from its seed alone.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import requests
from sqlalchemy import func, select, update

from outreach import publishing
from outreach.installation import Opened
from outreach.publishing import Choice
from outreach.publishing.desk import ENTRUST, is_paused
from outreach.states import (
    WAITING_FOR_A_PERSON,
    ChannelKind,
    Format,
    HeldReason,
    PublicationStatus,
    Role,
    TakedownReason,
)
from outreach.tables import Channel, Pause, Publication, PublishAttempt
from outreach.wiring import Worker
from tests.factories import make_user
from tests.posting import schedule
from tests.stages import Stage

_S = PublicationStatus
USAGE = {"type": "pages", "call_count": 100, "total_cputime": 1, "total_time": 1, "estimated_time_to_regain_access": 4}
#: Wrong answers to a call that was done, calls that were not done, slow work at Meta, throttles and dead tokens.
KINDS: tuple[dict[str, Any], ...] = (
    *({"kind": kind} for kind in ("reset_before", "reset_after", "500_after", "400_after", "html500")),
    {"kind": "text_javascript"},
    *({"kind": kind} for kind in ("container_stuck", "container_expired", "media_unreachable", "media_timeout")),
    {"kind": "container_error", "subcode": 2207052},
    {"kind": "quota_full"},
    {"kind": "error", "error": {"code": 4, "message": "limit"}, "status": 400},
    {
        "kind": "error",
        "error": {"code": 32, "message": "limit"},
        "status": 400,
        "headers": {"X-Business-Use-Case-Usage": json.dumps({"1": [USAGE]})},
    },
    {"kind": "error", "error": {"code": 368, "message": "blocked"}, "status": 400},
    {"kind": "error", "error": {"code": 2, "message": "try later", "is_transient": True}, "status": 500},
)  # fmt: skip
PATHS = (None, None, r"/feed$", r"/photos$", r"/media$", r"/media_publish$", r"/comments$", r"/[0-9_]+$")
#: By channel: format, images, whether it is a video. Photos come often, since they take the most steps.
SHAPES: dict[str, tuple[tuple[str, int, bool], ...]] = {
    "page": (("feed", 0, False), ("feed", 0, False), ("feed", 1, False), ("feed", 3, False), ("feed", 0, True),
             ("reel", 0, True), ("story", 1, False), ("story", 0, True)),
    "insta": (("feed", 1, False), ("feed", 1, False), ("feed", 3, False), ("reel", 0, True), ("story", 1, False),
              ("story", 0, True)),
}  # fmt: skip
SHOWING = ("release", ENTRUST, "first_comment")  #: steps that the public sees, or will see
WORDS = [
    "بصرة",
    "عائلة",
    "مدرسة",
    "شارع",
    "نهر",
    "نخلة",
    "حوار",
    "ورشة",
    "كتاب",
    "صحة",
    "قانون",
    "شرطة",
    "محكمة",
    "طبيبة",
    "معلمة",
    "جارة",
    "سلام",
    "حق",
    "أمان",
    "صوت",
    "يوم",
    "مساء",
    "مركز",
    "شباب",
    "رياضة",
    "مقهى",
    "سوق",
    "جسر",
    "ميناء",
    "لقاء",
    "قصة",
    "رسالة",
    "كلمة",
    "ضوء",
    "بيت",
    "باب",
    "شباك",
    "حديقة",
    "مطر",
    "صيف",
    "شتاء",
    "ربيع",
]


@dataclass
class Tally:
    """Over one or many histories.

    `untrue`: a person was told that a post is not out although it is. `despite_pause`: a channel was written to that
    a person had paused.
    """

    histories: int = 0
    posts: int = 0
    faults: int = 0
    published: int = 0
    left_to_people: int = 0
    duplicates: int = 0
    losses: int = 0
    untrue: int = 0
    retracted: int = 0
    despite_pause: int = 0
    stories: list[str] = field(default_factory=list)  #: seeds and places of what went wrong

    def add(self, other: Tally) -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


def play(stage: Stage, seed: int, *, posts: int = 6, faults: int = 8, steps: int = 24) -> Tally:
    """One history: posts fall due while calls go wrong, clocks jump, people pause, take down and decide, and a second
    scheduler works; then all is well again for some hours."""
    dice = random.Random(seed)
    stage.tell("switches", audience=False, container_seconds=dice.choice([0, 0, 90]), quota_total=dice.choice([50, 3]))
    with stage.database.write() as session:
        session.execute(
            update(Channel).where(Channel.kind == ChannelKind.FACEBOOK_PAGE).values(entrusts=dice.random() < 0.6)
        )
        person = str(make_user(session, Role.APPROVER).id)
    texts = _plan(stage, dice, posts)
    workers = (stage.worker, _second(stage))
    by_hand = _strike(stage, dice, faults, texts)
    despite = 0
    for _ in range(steps):
        _jump(stage, dice)
        _interfere(stage, dice, person, list(texts))
        before = _shown_despite_pause(stage)
        _work(stage, dice.choice(workers))
        despite += _shown_despite_pause(stage) - before
        if dice.random() < 0.2:
            by_hand += _strike(stage, dice, 1, texts)
    struck = _struck(stage)
    requests.delete(f"{stage.sandbox.base_url}/_sandbox/faults", timeout=10)
    _go_on(stage, person)
    for minutes in (2, 5, 10, 20, 40, 60, 60, 120, 240, 240):
        stage.jump(minutes=minutes)
        _work(stage, workers[0])
    tally = _judge(stage, seed, texts, struck, by_hand)
    tally.despite_pause = despite
    return tally


def _plan(stage: Stage, dice: random.Random, posts: int) -> dict[str, str]:
    """Publications by id, with a text that nothing else resembles; at most one story a channel, since it has none."""
    found: dict[str, str] = {}
    for number in range(posts):
        text = " ".join(dice.sample(WORDS, 9))
        channel = dice.choice(("page", "insta"))
        form, images, video = dice.choice(SHAPES[channel])
        if form == "story":
            text = _story_on(channel)
            if text in found.values():
                continue
        comment = f"أول تعليق {number}" if dice.random() < 0.3 else None
        ahead = timedelta(minutes=dice.choice((0, 0, 3, 15, 40, 90, 150)))
        how: dict[str, Any] = {"images": images, "form": form, "video": video, "ahead": ahead}
        found[schedule(stage, channel, text, first_comment=comment, **how)] = text
    return found


def _story_on(channel: str) -> str:
    return f"story on {channel}"


def _interfere(stage: Stage, dice: random.Random, person: str, ids: list[str]) -> None:
    """What people do meanwhile: pause and go on, take down, decide, and turn the safety net on or off."""
    now, what = stage.clock.now(), dice.random()
    if what < 0.06:
        publishing.pause(stage.database, why="x", user_id=person, now=now, channel=dice.choice(("", "page", "insta")))
    elif what < 0.16:
        _go_on(stage, person)
    elif what < 0.20:
        _take_down(stage, person, dice.choice(ids))
    elif what < 0.32:
        _publish_now(stage, person)
    elif what < 0.34:
        with stage.database.write() as session:
            session.execute(update(Channel).where(Channel.name == "page").values(entrusts=~Channel.entrusts))


def _go_on(stage: Stage, person: str) -> None:
    with stage.database.read() as session:
        paused = session.scalar(select(Pause.id).where(Pause.ended_at.is_(None)).limit(1))
    if paused:
        publishing.resume(stage.database, user_id=person, now=stage.clock.now())


def _take_down(stage: Stage, person: str, publication_id: str) -> None:
    with stage.database.read() as session:
        retracted = session.get_one(Publication, publication_id).status == _S.RETRACTED
    if not retracted:
        reason, now = TakedownReason.MISTAKE, stage.clock.now()
        publishing.take_down(stage.database, stage.worker.media, [publication_id], reason, user_id=person, now=now)


def _publish_now(stage: Stage, person: str) -> None:
    """Of what is said not to be out. What looks already posted is left alone: that would be twice on purpose."""
    sure = Publication.held_reason != HeldReason.ALREADY_POSTED
    waiting = select(Publication.id).where((Publication.status == _S.FAILED) | ((Publication.status == _S.HELD) & sure))
    with stage.database.read() as session:
        ids = session.scalars(waiting.order_by(Publication.due_at)).all()
    for publication_id in ids:
        now = stage.clock.now()
        publishing.decide(stage.database, publication_id, Choice.PUBLISH_NOW, user_id=person, now=now)


def _shown_despite_pause(stage: Stage) -> int:
    """Attempts to show something, over the channels that are paused now."""
    tried = select(func.count(PublishAttempt.id)).join(Publication, Publication.id == PublishAttempt.publication_id)
    with stage.database.read() as session:
        return session.scalar(tried.where(PublishAttempt.step.in_(SHOWING), is_paused())) or 0


def _second(stage: Stage) -> Worker:
    opened = stage.worker.opened
    return Worker(Opened(opened.settings, opened.database, opened.clock, opened.keyring, mode=opened.mode))


def _strike(stage: Stage, dice: random.Random, faults: int, texts: dict[str, str]) -> list[str]:
    """Put faults on the switchboard; now and then a person posts one of ours by hand. The texts that she posted."""
    for _ in range(faults):
        order = dict(dice.choice(KINDS))
        match = {"method": dice.choice(("POST", "POST", "GET"))}
        path = dice.choice(PATHS)
        if path and "_" not in order["kind"].removesuffix("_after").removesuffix("_before"):
            match["path_regex"] = path
        stage.tell("faults", match=match, times=dice.choice((1, 1, 2, 4)), probability=dice.choice((1, 0.5)), **order)
    if dice.random() > 0.15:
        return []
    publication_id = dice.choice(list(texts))
    if texts[publication_id].startswith("story"):
        return []
    with stage.database.read() as session:
        on_page = session.get_one(Publication, publication_id).channel.name == "page"
    on = stage.sandbox.page_id if on_page else stage.sandbox.ig_id
    stage.tell("post", on=on, text=texts[publication_id])
    return [texts[publication_id]]


def _jump(stage: Stage, dice: random.Random) -> None:
    """Time goes on; now and then our own clock is wrong for a while, ahead or behind."""
    stage.jump(seconds=dice.choice((15, 60, 120, 300, 900)))
    if dice.random() < 0.08:
        stage.clock.jump(stage.clock.now() + timedelta(minutes=dice.choice((5, 30))))
        stage.tell("clock", to=stage.clock.now().isoformat())


def _work(stage: Stage, worker: Worker) -> None:
    """What the jobs of publishing do, as often as there is something to do; at most so often, as a loop would."""
    desk = worker.desk
    steps = (publishing.withdraw_due, publishing.clean_up_due, publishing.hold_due, publishing.entrust_due,
             publishing.watch_due, publishing.prepare_due, publishing.release_due, publishing.settle_due,
             publishing.comment_due)  # fmt: skip
    for _ in range(40):
        if not sum(step(desk) for step in steps):
            return


def _struck(stage: Stage) -> int:
    answer = requests.get(f"{stage.sandbox.base_url}/_sandbox/faults", timeout=10).json()
    return sum(fault["struck"] for fault in answer["faults"])


def _judge(stage: Stage, seed: int, texts: dict[str, str], struck: int, by_hand: list[str]) -> Tally:
    tally = Tally(histories=1, posts=len(texts), faults=struck)
    state = stage.state()
    seen = Counter(_key(channel, each) for channel, each in _everywhere(state) if each["visible"])
    comments = Counter((each["object_id"], each["text"]) for each in state["comments"] if not each["deleted"])
    with stage.database.read() as session:
        rows = session.scalars(select(Publication).where(Publication.id.in_(texts))).all()
    for row in rows:
        text = texts[row.id]
        ours = seen[text] - by_hand.count(text)
        _count(tally, row, ours, seed)
    again = sum(count - 1 for count in comments.values() if count > 1)
    if again:
        tally.duplicates += again
        tally.stories.append(f"seed {seed}: a first comment {again} times more")
    return tally


def _everywhere(state: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [*(("page", each) for each in state["posts"]), *(("insta", each) for each in state["media"])]


def _key(channel: str, seen: dict[str, Any]) -> str:
    return _story_on(channel) if seen["format"] == Format.STORY else str(seen["text"])


def _count(tally: Tally, row: Publication, ours: int, seed: int) -> None:
    out, waits, retracted = row.status == _S.PUBLISHED, row.status in WAITING_FOR_A_PERSON, row.status == _S.RETRACTED
    tally.published += out
    tally.left_to_people += waits
    tally.retracted += retracted
    not_out = (_S.FAILED, _S.HELD, _S.RETRACTED)
    wrong = {
        "duplicates": max(ours - 1, 0),
        "losses": int((out and ours < 1) or not (out or waits or retracted)),
        # what looks already posted is told so, and offered for adoption: also our own that Meta sent after a change
        "untrue": int(row.status in not_out and row.held_reason != HeldReason.ALREADY_POSTED and ours > 0),
    }
    for name, count in wrong.items():
        setattr(tally, name, getattr(tally, name) + count)
        if count:
            tally.stories.append(
                f"seed {seed}: {name}: {row.status} {row.error_code} on {row.channel.name}, out {ours}"
            )

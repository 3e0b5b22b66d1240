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
from sqlalchemy import select

from outreach import publishing
from outreach.installation import Opened
from outreach.states import WAITING_FOR_A_PERSON, PublicationStatus
from outreach.tables import Publication
from outreach.wiring import Worker
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
ENDINGS = ({"kind": "token_event", "subcode": subcode} for subcode in (458, 460, 463, 467, 492))
PATHS = (None, None, r"/feed$", r"/photos$", r"/media$", r"/media_publish$", r"/comments$", r"/[0-9_]+$")
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
    """Over one or many histories. `untrue`: a person was told that a post is not out although it is."""

    histories: int = 0
    posts: int = 0
    faults: int = 0
    published: int = 0
    left_to_people: int = 0
    duplicates: int = 0
    losses: int = 0
    untrue: int = 0
    stories: list[str] = field(default_factory=list)  #: seeds and places of what went wrong

    def add(self, other: Tally) -> None:
        for name in ("histories", "posts", "faults", "published", "left_to_people", "duplicates", "losses", "untrue"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.stories += other.stories


def play(stage: Stage, seed: int, *, posts: int = 6, faults: int = 8, steps: int = 24) -> Tally:
    """One history: posts fall due while calls go wrong, clocks jump and a second scheduler works; then all is well
    again for some hours."""
    dice = random.Random(seed)
    stage.tell("switches", audience=False, container_seconds=dice.choice([0, 0, 90]), quota_total=dice.choice([50, 3]))
    texts = _plan(stage, dice, posts)
    workers = (stage.worker, _second(stage))
    by_hand = _strike(stage, dice, faults, texts)
    for _ in range(steps):
        _jump(stage, dice)
        _work(stage, dice.choice(workers))
        if dice.random() < 0.2:
            by_hand += _strike(stage, dice, 1, texts)
    struck = _struck(stage)
    requests.delete(f"{stage.sandbox.base_url}/_sandbox/faults", timeout=10)
    for minutes in (2, 5, 10, 20, 40, 60, 60, 120, 240, 240):
        stage.jump(minutes=minutes)
        _work(stage, workers[0])
    return _judge(stage, seed, texts, struck, by_hand)


def _plan(stage: Stage, dice: random.Random, posts: int) -> dict[str, str]:
    """Publications by id, with a text that nothing else resembles."""
    found = {}
    for number in range(posts):
        text = " ".join(dice.sample(WORDS, 9))
        channel = dice.choice(("page", "insta"))
        images = dice.choice((0, 1, 3)) if channel == "page" else dice.choice((1, 3))
        comment = f"أول تعليق {number}" if dice.random() < 0.3 else None
        publication_id = schedule(stage, channel, text, images=images, first_comment=comment)
        with stage.database.write() as session:
            row = session.get_one(Publication, publication_id)
            row.due_at += timedelta(minutes=dice.choice((0, 0, 3, 15, 40, 90)))
        found[publication_id] = text
    return found


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
    steps = (publishing.clean_up_due, publishing.hold_due, publishing.prepare_due, publishing.release_due,
             publishing.settle_due, publishing.comment_due)  # fmt: skip
    for _ in range(40):
        if not sum(step(desk) for step in steps):
            return


def _struck(stage: Stage) -> int:
    answer = requests.get(f"{stage.sandbox.base_url}/_sandbox/faults", timeout=10).json()
    return sum(fault["struck"] for fault in answer["faults"])


def _judge(stage: Stage, seed: int, texts: dict[str, str], struck: int, by_hand: list[str]) -> Tally:
    tally = Tally(histories=1, posts=len(texts), faults=struck)
    seen = Counter(stage.visible())
    comments = Counter((each["object_id"], each["text"]) for each in stage.state()["comments"] if not each["deleted"])
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


def _count(tally: Tally, row: Publication, ours: int, seed: int) -> None:
    out, waits = row.status == _S.PUBLISHED, row.status in WAITING_FOR_A_PERSON
    tally.published += out
    tally.left_to_people += waits
    wrong = {
        "duplicates": max(ours - 1, 0),
        "losses": int((out and ours < 1) or not (out or waits)),
        "untrue": int(row.status in (_S.FAILED, _S.HELD) and ours > 0),
    }
    for name, count in wrong.items():
        setattr(tally, name, getattr(tally, name) + count)
        if count:
            tally.stories.append(
                f"seed {seed}: {name}: {row.status} {row.error_code} on {row.channel.name}, out {ours}"
            )

"""A random history of publishing under faults, and what must hold when it is over: nothing twice, nothing forgotten.

Tests run a few histories, the benchmark many. What a history does follows from its seed alone.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from sqlalchemy import update

from outreach.states import ChannelKind, Role
from outreach.tables import Channel
from tests.factories import make_user
from tests.faultruns import faults, machines, people
from tests.faultruns.history import History
from tests.faultruns.judging import Tally, judge
from tests.posting import schedule
from tests.stages import Stage

__all__ = ["SHAPES", "WORDS", "Tally", "play"]

#: By channel: format, images, whether it is a video. Photos come often, since they take the most steps.
SHAPES: dict[str, tuple[tuple[str, int, bool], ...]] = {
    "page": (("feed", 0, False), ("feed", 0, False), ("feed", 1, False), ("feed", 3, False), ("feed", 0, True),
             ("reel", 0, True), ("story", 1, False), ("story", 0, True)),
    "insta": (("feed", 1, False), ("feed", 1, False), ("feed", 3, False), ("reel", 0, True), ("story", 1, False),
              ("story", 0, True)),
}  # fmt: skip
WORDS = (  # noqa: SIM905  a list of so many words is no easier to read
    "بصرة عائلة مدرسة شارع نهر نخلة حوار ورشة كتاب صحة قانون شرطة محكمة طبيبة معلمة جارة سلام حق أمان صوت يوم مساء "
    "مركز شباب رياضة مقهى سوق جسر ميناء لقاء قصة رسالة كلمة ضوء بيت باب شباك حديقة مطر صيف شتاء ربيع"
).split()
QUIET = (2, 5, 10, 20, 40, 60, 60, 120, 240, 240)  #: minutes, when all is well again


def play(stage: Stage, seed: int, *, posts: int = 6, strikes: int = 6, steps: int = 24) -> Tally:
    """One history: posts fall due while calls go wrong, tokens die, processes die, clocks are wrong, people pause, take
    down, decide and restore, and a second scheduler works; then all is well again for some hours."""
    dice = random.Random(seed)
    with _known_ids(seed):
        history = _begin(stage, dice, posts)
        faults.strike(history, strikes)
        schedulers = [machines.Scheduler(history), machines.Scheduler(history)]
        for _ in range(steps):
            _step(history, dice.choice(schedulers))
        struck = faults.struck(history)
        despite = sum("despite pause" in each for each in history.wrong)
        _calm(history, schedulers[0])
        tally = judge(history, seed)
    tally.faults, tally.despite_pause = struck, despite
    return tally


def _begin(stage: Stage, dice: random.Random, posts: int) -> History:
    stage.tell("switches", audience=False, container_seconds=dice.choice([0, 0, 90]), quota_total=dice.choice([50, 3]),
               video_seconds=dice.choice([0, 0, 400]), created_time_moves=dice.random() < 0.5)  # fmt: skip
    with stage.database.write() as session:
        session.execute(
            update(Channel).where(Channel.kind == ChannelKind.FACEBOOK_PAGE).values(entrusts=dice.random() < 0.6)
        )
        person = str(make_user(session, Role.APPROVER).id)
    history = machines.alone(stage, person)
    history.dice = dice
    for number in range(posts):
        _plan(history, number)
    return history


def _plan(history: History, number: int) -> None:
    """A publication with a text that nothing else resembles; at most one story a channel, since it has none."""
    dice = history.dice
    text, channel = " ".join(dice.sample(WORDS, 9)), dice.choice(("page", "insta"))
    form, images, video = dice.choice(SHAPES[channel])
    if form == "story" and (channel, form) in history.shapes.values():
        return
    comment = f"أول تعليق {number}" if dice.random() < 0.3 and form != "story" else None
    ahead = timedelta(minutes=dice.choice((0, 0, 3, 15, 40, 90, 150)))
    how: dict[str, Any] = {"images": images, "form": form, "video": video, "ahead": ahead, "first_comment": comment}
    publication_id = schedule(history.stage, channel, text, **how)
    history.texts[publication_id], history.shapes[publication_id] = text, (channel, form)


def _step(history: History, worker: machines.Scheduler) -> None:
    dice = history.dice
    history.stage.jump(seconds=dice.choice((15, 60, 120, 300, 900)))
    what = dice.random()
    if what < 0.06:
        machines.set_clock(history)
    elif what < 0.09:
        faults.kill_token(history)
    elif what < 0.14:
        machines.back_up(history, worker)
    elif what < 0.18:
        machines.restore(history, worker)
    elif what < 0.35:
        faults.strike(history, 1)
    people.act(history)
    history.alone = False
    machines.work(history, worker)
    history.alone = True
    if machines.shown_despite_pause(history):
        history.wrong.append("despite pause")
        machines.forgive(history)
    if unsaid := machines.unsaid(history):
        history.wrong.append(f"armed and not said: {', '.join(each[:6] for each in unsaid)}")


def _calm(history: History, worker: machines.Scheduler) -> None:
    faults.clear(history)
    faults.mend_token(history)
    history.clock.wrong_by = timedelta(0)
    people.renew(history)
    for minutes in QUIET:
        history.stage.jump(minutes=minutes)
        machines.work(history, worker)
        people.go_on(history)


@contextmanager
def _known_ids(seed: int) -> Iterator[None]:
    """Rows of one moment come in the order of their random ids: here these follow from the seed too."""
    dice = random.Random(-seed - 1)
    with patch("outreach.db.secrets.token_hex", lambda size: f"{dice.getrandbits(size * 8):0{size * 2}x}"):
        yield

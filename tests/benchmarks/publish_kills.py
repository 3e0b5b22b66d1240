"""kill -9 at random moments of publishing, handing over and taking down, on both databases: what is out how often."""

from __future__ import annotations

import os
import random
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update

from outreach import publishing
from outreach.clock import SteppedClock
from outreach.db import Database, install_keyring
from outreach.migrations import migrate
from outreach.states import Outcome, PublicationStatus, Role, TakedownReason
from outreach.tables import Channel, Publication, PublishAttempt
from outreach.vault import Keyring, new_keyring
from tests import standing
from tests.benchmarks.digest import _urls
from tests.e2e.test_kills import Forge
from tests.e2e.test_video_kills import row, seen, settle
from tests.factories import NOW, make_user
from tests.faultruns import SHAPES, WORDS
from tests.posting import schedule
from tests.stages import Stage, staging

KILLS = int(os.environ.get("OUTREACH_BENCH_KILLS", "320"))  #: over both databases
LATEST = 45  #: event to die at; the longest way out, a video's, has about as many
SLOT = timedelta(hours=1)  #: of an entrusted post
_S = PublicationStatus


@dataclass
class Tally:
    kills: int = 0
    posts: int = 0
    duplicates: int = 0
    losses: int = 0
    untaken: int = 0  #: taken down, and visible all the same
    asked: int = 0  #: settled by a person who looked at the feed
    left_started: int = 0  #: attempts that nobody closed


def run(kills: int = KILLS) -> dict[str, Any]:
    keyring = new_keyring()
    install_keyring(keyring)
    total = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for number, (_, url) in enumerate(_urls(Path(folder)), 1):
            _play(url, keyring, total, until=kills * number // 2)
    return {"per_database": kills // 2, **vars(total)}


def _play(url: str, keyring: Keyring, total: Tally, *, until: int) -> None:
    database = Database(url)
    migrate(database)
    with (
        tempfile.TemporaryDirectory() as folder,
        standing.sandbox(start=NOW) as sandbox,
        staging(database, SteppedClock(NOW), keyring, sandbox, Path(folder)) as stage,
    ):
        stage.tell("switches", audience=False, quota_total=10_000, reels_a_day=10_000)
        forge = Forge(stage, keyring)
        _rounds(stage, forge, total, until=until)
    database.close()


def _rounds(stage: Stage, forge: Forge, total: Tally, *, until: int) -> None:
    dice, before = random.Random(until), total.kills
    with stage.database.write() as session:
        user = str(make_user(session, Role.APPROVER).id)
    while before + forge.kills < until:
        _round(stage, forge, dice, user, total)
    total.kills += forge.kills
    comments = Counter(each["object_id"] for each in stage.state()["comments"] if not each["deleted"])
    total.duplicates += sum(count - 1 for count in comments.values())
    started = select(func.count()).select_from(PublishAttempt).where(PublishAttempt.outcome == Outcome.STARTED)
    with stage.database.read() as session:
        total.left_started += session.scalar(started) or 0


def _round(stage: Stage, forge: Forge, dice: random.Random, user: str, total: Tally) -> None:
    """One post: its process dies once to three times on the way out, and in some rounds on the way back."""
    entrusts, takes_down = dice.random() < 0.25, dice.random() < 0.25
    before = {each["id"] for each in seen(stage)}
    publication_id = _schedule(stage, dice, entrusts=entrusts)
    for _ in range(dice.choice((1, 1, 2, 3))):
        forge.order("publish", kill_at=dice.randint(1, LATEST))
    total.asked += settle(stage, forge, publication_id, user, before)
    if takes_down:
        media, reason, now = stage.worker.media, TakedownReason.UNSAFE, stage.clock.now()
        publishing.take_down(stage.database, media, [publication_id], reason, user_id=user, now=now)
        forge.order("withdraw", kill_at=dice.randint(1, 14))
        forge.order("withdraw")
        forge.order("publish")
    _count(total, row(stage, publication_id), sum(each["id"] not in before for each in seen(stage)))


def _schedule(stage: Stage, dice: random.Random, *, entrusts: bool) -> str:
    channel = "page" if entrusts else dice.choice(("page", "insta"))
    form, images, video = dice.choice(SHAPES[channel])
    comment = "أول تعليق" if dice.random() < 0.3 and form != "story" else None
    with stage.database.write() as session:
        session.execute(update(Channel).where(Channel.name == "page").values(entrusts=entrusts))
    text = " ".join(dice.sample(WORDS, 9))
    how: dict[str, Any] = {"images": images, "form": form, "video": video, "first_comment": comment}
    return schedule(stage, channel, text, ahead=SLOT if entrusts else timedelta(0), **how)


def _count(total: Tally, publication: Publication, out: int) -> None:
    retracted = publication.status == _S.RETRACTED
    total.posts += 1
    total.duplicates += max(out - 1, 0)
    total.untaken += retracted and out > 0
    total.losses += not retracted and (out < 1 or publication.status != _S.PUBLISHED)

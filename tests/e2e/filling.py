"""A site with something of everything in it: what the pages are looked at with."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from PIL import Image
from sqlalchemy.orm import Session

from outreach import digests
from outreach.states import ChannelStatus, Flag, HeldReason, PublicationStatus, ReviewState, Role
from outreach.tables import Action, Case, JobRun, Prediction, Publication, PublishAttempt, ReviewDecision, User
from tests.factories import (
    make_campaign,
    make_channel,
    make_comment,
    make_flag,
    make_post,
    make_publication,
    make_user,
)
from tests.sites import Site

POST = (
    "يوم الخميس نلتقي في مكتبة البصرة لنتحدث عن البيت الآمن. الحضور مفتوح للجميع، والقاعة مهيأة للعائلات.\n#مساحات_آمنة"
)
DANGER = "حابسيني بالغرفة وأخوي گايل الليلة أخلص منج"
HELP = "شلون أتواصل وياكم خاص؟ أريد محامية، ورقمي 0770 000 0000"
INSULT = "كله من لبسها، لو محترمة ما صار بيها شي"
BAIT = "DM me I solve all blackmail problems fast @fixer_" + "x" * 60


@dataclass(frozen=True)
class Filled:
    danger: str
    help: str
    decided: str
    post: str


def fill(site: Site) -> Filled:
    now = site.clock.now()
    buffer = io.BytesIO()
    Image.new("RGB", (1080, 1080), "#c9a27a").save(buffer, "JPEG")
    sha256 = site.media.put(buffer.getvalue())
    with site.database.write() as session:
        focal_point = make_user(session, Role.FOCAL_POINT, display_name="نور – مسؤولة الحماية")
        publication = _posts(session, now, sha256)
        session.add(JobRun(id="pull", started_at=now, succeeded_at=now - timedelta(seconds=40)))
        filled = _comments(session, publication, focal_point, now)
    digests.build(site.database, day=now.date(), now=now, settings=site.settings)
    return filled


def _posts(session: Session, now: datetime, sha256: str) -> Publication:
    page = make_channel(session, name="basra-page", title="مساحات آمنة – البصرة")
    account = make_channel(
        session,
        name="basra-instagram",
        kind="instagram_account",
        title="safe.spaces.basra",
        status=ChannelStatus.STOPPED,
        status_code="meta.token_dead",
    )
    campaign = make_campaign(session, name="safe-spaces-basra")
    image = {"sha256": sha256, "alt": "دعوة إلى جلسة حوار", "file": "dialogue-01.jpg"}
    held = {"status": PublicationStatus.HELD, "held_reason": HeldReason.NOT_APPROVED}
    unknown = {"status": PublicationStatus.UNKNOWN, "error_code": "meta.no_answer"}
    for number, values in enumerate((held, unknown, {"status": PublicationStatus.SCHEDULED}), start=1):
        post = make_post(session, campaign, name=f"awareness-0{number}")
        content = {"text": POST, "media": [image] if number == 1 else []}
        make_publication(session, account, post, content=content, due_at=now + timedelta(hours=5 * number), **values)
    publication: Publication = make_publication(
        session,
        page,
        make_post(session, campaign, name="dialogue-01", kind="dialogue"),
        content={"text": POST, "link": None, "first_comment": "للاستفسار رسائلنا مفتوحة", "media": [image]},
        status=PublicationStatus.PUBLISHED,
        due_at=now - timedelta(hours=3),
        published_at=now - timedelta(hours=3),
        remote_id="90_1",
        permalink="https://www.facebook.com/90_1",
    )
    attempt = {"publication_id": publication.id, "number": 1, "started_at": publication.due_at, "outcome": "ok"}
    session.add(PublishAttempt(step="release", **attempt))
    return publication


def _comments(session: Session, publication: Publication, focal_point: User, now: datetime) -> Filled:
    def comment(text: str, minutes: int, *flags: tuple[Flag, int], **values: Any) -> str:
        at = now - timedelta(minutes=minutes)
        hour = at.replace(minute=0, second=0, microsecond=0)
        times = json.dumps({"created_at": at.isoformat(), "seen_at": at.isoformat()})
        severity = min((value for _, value in flags), default=15)
        defaults = {"review_state": ReviewState.QUEUED, "severity": severity, "hour": hour, "seen_hour": hour}
        row = make_comment(session, publication, text=text, times=times, **{**defaults, **values})
        for flag, value in flags:
            make_flag(session, row, flag, value, score=0.81)
        return str(row.id)

    hour = now.replace(minute=0, second=0, microsecond=0)
    scores = dict.fromkeys(map(str, Flag), 0.04) | {"imminent_danger": 0.93, "help_seeking": 0.81}
    scored = {"revision": 1, "model": "comments-1", "status": "scored", "sentiment": "negative", "hour": hour}
    danger = comment(DANGER, 12, (Flag.IMMINENT_DANGER, 0), (Flag.SURVIVOR_DISCLOSURE, 10))
    session.add(
        Prediction(comment_id=danger, probabilities=scores, spans={"imminent_danger": [[0, 16], [27, 43]]}, **scored)
    )
    opened = {"route": "shared", "severity": 0, "opened_by": "alert", "opened_at": now - timedelta(minutes=11)}
    session.add(Case(comment_id=danger, status="open", **opened))
    until = now + timedelta(minutes=6)
    disclosure = (Flag.SURVIVOR_DISCLOSURE, 10)
    comment("رجلي كل يوم يضربني", 75, disclosure, claimed_by_id=focal_point.id, claimed_until=until)
    unscored = comment("hello, do you speak English?", 30)
    not_scored = {"status": "not_scored", "reason": "language_english", "sentiment": None}
    session.add(Prediction(comment_id=unscored, **{**scored, **not_scored}))
    wanted = comment(HELP, 40, (Flag.HELP_SEEKING, 20))
    session.add(Prediction(comment_id=wanted, probabilities=scores, spans={"help_seeking": [[0, 11]]}, **scored))
    answer = {"own": True, "parent_id": wanted, "review_state": "clear", "author_name": None}
    make_comment(session, publication, text="رسائلنا مفتوحة لأي استفسار", **answer)
    make_comment(session, publication, text="وأني هم أريد أعرف", parent_id=wanted, review_state="clear")
    comment(INSULT, 200, (Flag.GENDERED_ABUSE, 30), (Flag.ABUSE, 30))
    comment(BAIT, 300, (Flag.SPAM, 30))
    decided = comment("هاي لازم ينغسل عارها", 500, (Flag.THREAT, 10), review_state="decided", decided_at=now)
    verdict = {"verdict": "hide", "reason": "threat", "revision": 1, "at": now - timedelta(minutes=5)}
    decision = ReviewDecision(comment_id=decided, user_id=focal_point.id, **verdict)
    session.add(decision)
    session.flush()
    failed = {"kind": "hide", "status": "failed", "error_code": "meta.cannot_hide", "created_at": now, "tries": 1}
    session.add(Action(comment_id=decided, decision_id=decision.id, **failed))
    return Filled(danger=danger, help=wanted, decided=decided, post=str(publication.id))

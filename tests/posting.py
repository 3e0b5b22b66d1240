"""Posts on a stage, without a campaign file: approved rows that the real steps of publishing carry out."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING

from PIL import Image
from sqlalchemy import select

from outreach import publishing
from outreach.states import Role
from outreach.tables import Approval, Channel, Publication
from tests.clips import clip
from tests.factories import make_post, make_publication, make_user

if TYPE_CHECKING:
    from tests.integration.conftest import Stage


def jpeg(shade: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (600, 600), (shade % 256, 90, 120)).save(out, "JPEG")
    return out.getvalue()


def schedule(
    stage: Stage,
    channel_name: str,
    text: str,
    *,
    images: int = 0,
    first_comment: str | None = None,
    form: str | None = None,
    video: bool = False,
    ahead: timedelta = timedelta(),
) -> str:
    """A post that is due now, or so far ahead, and approved; its publication's id."""
    shas = [stage.worker.media.put(jpeg(40 * number)) for number in range(images)]
    now = stage.clock.now()
    with stage.database.write() as session:
        channel = session.scalars(select(Channel).where(Channel.name == channel_name)).one()
        post = make_post(session)
        approver = make_user(session, Role.APPROVER).id
        session.add(Approval(post_id=post.id, content_hash=post.content_hash, user_id=approver, at=now))
        media: list[dict[str, object]] = [{"sha256": sha, "alt": "", "file": "x.jpg"} for sha in shas]
        media += [{"sha256": stage.worker.media.put(clip()), "alt": "", "file": "x.mp4", "video": True}] * video
        content = {"text": text, "link": None, "first_comment": first_comment, "media": media, "format": form}
        return str(make_publication(session, channel, post, due_at=now + ahead, content=content).id)


def publish(stage: Stage) -> None:
    """Everything that publishing has to do now."""
    desk = stage.worker.desk
    stage.until_quiet(
        lambda: publishing.clean_up_due(desk),
        lambda: publishing.hold_due(desk),
        lambda: publishing.entrust_due(desk),
        lambda: publishing.watch_due(desk),
        lambda: publishing.prepare_due(desk),
        lambda: publishing.release_due(desk),
        lambda: publishing.settle_due(desk),
        lambda: publishing.comment_due(desk),
    )


def posted(stage: Stage, channel_name: str = "page", text: str = "منشور") -> Publication:
    """A post that is out."""
    publication_id = schedule(stage, channel_name, text, images=int(channel_name == "insta"))
    publish(stage)
    with stage.database.read() as session:
        row = session.get_one(Publication, publication_id)
    assert row.status == "published", (row.status, row.error_code)
    return row

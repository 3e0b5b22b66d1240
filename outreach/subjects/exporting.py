"""What is held on one author as one file for her: her own words, and nothing about anybody else."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import policy
from outreach.db import Database, readable
from outreach.errors import ConflictError, DeniedError, OutreachError
from outreach.states import CommentState, Permission
from outreach.subjects.finding import Subject
from outreach.tables import AuditEvent, Comment, CommentRevision, User
from outreach.wording import word


def export(database: Database, user: User, subject: Subject, file: Path, *, now: datetime) -> int:
    """Write a new file that only its owner may read; how many comments are in it. Never over another file.

    What our program or our people noted about a comment is not written down: others may open the file. A focal point
    tells her in person (safeguarding.md §1).
    """
    if not policy.may(user.roles, Permission.SUBJECTS_MANAGE):
        raise DeniedError("denied", permission=Permission.SUBJECTS_MANAGE.value)
    with database.read() as session:
        wanted = (Comment.id.in_(subject.comment_ids), Comment.state != CommentState.PURGED)
        rows = session.scalars(select(Comment).where(*wanted).order_by(Comment.hour)).all()
        comments = [_comment(session, row) for row in rows]
    _write(file, {"made_at": now.isoformat(), "note": _note(), "comments": comments})
    with database.write() as session:
        session.add(AuditEvent(at=now, user_id=user.id, event="subject.exported", details={"comments": len(comments)}))
    return len(comments)


def _note() -> dict[str, str]:
    return {language: word("subject.export_note", language=language) for language in ("ar", "en")}


def _comment(session: Session, row: Comment) -> dict[str, Any]:
    earlier = select(CommentRevision).where(CommentRevision.comment_id == row.id).order_by(CommentRevision.number)
    return {
        "channel": row.channel.title or row.channel.name,
        "post": row.publication.permalink,
        "link": readable(row, "permalink"),
        "name": readable(row, "author_name"),
        "written_at": policy.exact_time(readable(row, "times"), "created_at", row.hour).isoformat(),
        "text": readable(row, "text"),
        "earlier_texts": [readable(revision, "text") for revision in session.scalars(earlier)],
    }


def _write(file: Path, content: dict[str, Any]) -> None:
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ConflictError("subject.file_exists", file=str(file)) from None
    except OSError as error:
        raise OutreachError("subject.not_written", file=str(file), error=type(error).__name__) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as target:
        json.dump(content, target, ensure_ascii=False, indent=1)

"""A channel's row, by the name that campaign files use."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.errors import NotFoundError
from outreach.tables import Channel


def named(session: Session, name: str) -> Channel:
    row = session.scalar(select(Channel).where(Channel.name == name))
    if row is None:
        raise NotFoundError("channel.not_found", channel=name)
    return row

"""A campaign as the database holds it, as rows for people and spreadsheets."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from outreach.db import Database
from outreach.errors import NotFoundError
from outreach.tables import Campaign, Post, Publication


def export(database: Database, campaign: str) -> list[dict[str, Any]]:
    """One row a publication, local times, soonest first. Raises NotFoundError."""
    with database.read() as session:
        found = session.scalar(select(Campaign).where(Campaign.name == campaign))
        if found is None:
            raise NotFoundError("campaign.not_found", campaign=campaign)
        rows = session.scalars(
            select(Publication).join(Post).where(Post.campaign_id == found.id).order_by(Publication.due_at)
        )
        zone = ZoneInfo(found.timezone)
        return [_row(row, zone) for row in rows]


def _row(row: Publication, zone: ZoneInfo) -> dict[str, Any]:
    content = row.content
    return {
        "campaign": row.post.campaign.name if row.post else "",
        "post": row.post.name if row.post else "",
        "kind": row.post.kind if row.post else "",
        "channel": row.channel.name,
        "occurrence": row.occurrence,
        "at": row.due_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        "status": row.status,
        "text": content.get("text"),
        "link": content.get("link"),
        "first_comment": content.get("first_comment"),
        "format": content.get("format") or "feed",
        "media": [item["file"] for item in content.get("media") or ()],
        "permalink": row.permalink,
    }

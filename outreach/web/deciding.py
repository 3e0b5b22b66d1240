"""What becomes of posts that wait for a person: one or many at once, shown in full before it is done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from outreach import publishing
from outreach.errors import InvalidError
from outreach.publishing import Choice, PublicationView
from outreach.states import WAITING_FOR_A_PERSON, Permission
from outreach.web.deps import Page, allowed

router = APIRouter(prefix="/posts")
Decider = Annotated[Page, Depends(allowed(Permission.POSTS_APPROVE))]
MOST = 500  #: posts in one form


class Wish(BaseModel):
    """A choice for some posts. `at` is local, as a browser sends it."""

    model_config = ConfigDict(hide_input_in_errors=True)

    choice: Choice
    ids: list[Annotated[str, Field(pattern="^[0-9a-f]{32}$")]] = Field([], max_length=MOST)
    at: datetime | None = None
    remote_id: str = Field("", max_length=64, pattern="^[0-9_]*$")

    @field_validator("at", mode="before")
    @classmethod
    def _empty(cls, value: object) -> object:
        return value or None


@router.get("/waiting")
def show(page: Decider) -> Response:
    posts = [each for status in WAITING_FOR_A_PERSON for each in publishing.overview(page.database, status=status)]
    at_once = set(publishing.decidable(page.database, Choice.PUBLISH_NOW))
    return page.render(
        "waiting.html",
        posts=sorted(posts, key=lambda each: each.due_at),
        at_once=at_once,
        ended=publishing.consent_ended(page.database, now=page.now),
    )


@router.post("/confirm")
def confirm(page: Decider, form: Annotated[Wish, Form()]) -> Response:
    """Shows what would be done, and does nothing yet."""
    if not form.ids:
        raise InvalidError("posts.choose_one")
    if form.choice is Choice.RESCHEDULE and form.at is None:
        raise InvalidError("posts.choose_time")
    posts = _chosen(page, form.ids)
    return page.render("confirm.html", wish=form, posts=posts, at=_moment(page, form.at))


@router.post("/decide")
def decide(page: Decider, form: Annotated[Wish, Form()]) -> Response:
    how: dict[str, Any] = {
        "user_id": page.reader.id,
        "now": page.now,
        "at": _moment(page, form.at),
        "spacing": timedelta(seconds=page.site.settings.publishing.spacing_seconds),
    }
    if len(form.ids) == 1:
        publishing.decide(page.database, form.ids[0], form.choice, remote_id=form.remote_id, **how)
        return page.go(f"/posts/{form.ids[0]}")
    publishing.decide_all(page.database, form.ids, form.choice, **how)
    return page.go("/posts/waiting")


def _chosen(page: Page, ids: Iterable[str]) -> list[PublicationView]:
    return [publishing.detail(page.database, each).publication for each in dict.fromkeys(ids)]


def _moment(page: Page, at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=page.words.zone) if at is not None else None

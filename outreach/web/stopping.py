"""The crisis pause in two taps, its end, and taking a post down."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from outreach import channels, publishing
from outreach.states import Permission, TakedownReason
from outreach.web.deps import Page, allowed

router = APIRouter()
Stopper = Annotated[Page, Depends(allowed(Permission.POSTS_STOP))]
Resumer = Annotated[Page, Depends(allowed(Permission.POSTS_RESUME))]
Remover = Annotated[Page, Depends(allowed(Permission.POSTS_TAKE_DOWN))]
WHYS = ("news", "threat", "mistake", "other")  #: the first is chosen already: two taps must do


class Pausing(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    why: str = Field(pattern=f"^({'|'.join(WHYS)})$")
    channel: str = Field("", max_length=64)


class Resuming(BaseModel):
    channel: str = Field("", max_length=64)
    sure: bool


class Takedown(BaseModel):
    reason: TakedownReason
    everywhere: bool = False  #: on every channel that the post goes to
    sure: bool


@router.get("/pause")
def show(page: Stopper) -> Response:
    return page.render(
        "pause.html",
        standing=publishing.standing(page.database),
        channels=channels.listed(page.database, now=page.now),
        whys=WHYS,
    )


@router.post("/pause")
def pause(page: Stopper, form: Annotated[Pausing, Form()]) -> Response:
    """Withdrawing at Meta is the job's, within seconds; the page shows how far it is."""
    why = page.words(f"pause.why.{form.why}")
    publishing.pause(page.database, why=why, channel=form.channel, user_id=page.reader.id, now=page.now)
    return page.go("/pause")


@router.post("/pause/end")
def resume(page: Resumer, form: Annotated[Resuming, Form()]) -> Response:
    publishing.resume(page.database, channel=form.channel, user_id=page.reader.id, now=page.now)
    return page.go("/posts")


@router.get("/posts/{publication_id}/takedown")
def ask(page: Remover, publication_id: str) -> Response:
    """What it does and to which posts, before it is done: it cannot be undone."""
    (post,) = publishing.foresee(page.database, [publication_id], TakedownReason.OTHER).posts
    everywhere = publishing.foresee(page.database, _siblings(page, publication_id), TakedownReason.OTHER).posts
    consented = publishing.foresee(page.database, [publication_id], TakedownReason.CONSENT_WITHDRAWN)
    elsewhere = tuple(each for each in everywhere if each.id != publication_id)
    return page.render(
        "takedown.html",
        post=post,
        elsewhere=elsewhere,
        resting=tuple(each for each in consented.posts if each not in everywhere),
        files=consented.media.files,
        effect=publishing.effect,
        reasons=list(TakedownReason),
    )


@router.post("/posts/{publication_id}/takedown")
def take_down(page: Remover, publication_id: str, form: Annotated[Takedown, Form()]) -> Response:
    ids = _siblings(page, publication_id) if form.everywhere else (publication_id,)
    _, destroyed = publishing.take_down(
        page.database, page.site.media, ids, form.reason, user_id=page.reader.id, now=page.now
    )
    if destroyed.files or destroyed.kept:
        post = publishing.detail(page.database, publication_id).publication
        return page.render("destroyed.html", post=post, destroyed=destroyed)
    return page.go(f"/posts/{publication_id}")


@router.post("/posts/{publication_id}/gone")
def seen_gone(page: Remover, publication_id: str) -> Response:
    """She deleted it by hand and looked."""
    publishing.confirm_gone(page.database, publication_id, user_id=page.reader.id, now=page.now)
    return page.go(f"/posts/{publication_id}")


def _siblings(page: Page, publication_id: str) -> tuple[str, ...]:
    """The same post on every channel; an adopted one stands alone."""
    post = publishing.detail(page.database, publication_id).publication
    return publishing.named(page.database, f"{post.campaign}/{post.post}") if post.post else (publication_id,)

"""The weekly digests, as pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi import Path as InPath
from fastapi.responses import Response
from markupsafe import Markup

from outreach import digests
from outreach.states import Permission
from outreach.web.deps import Page, allowed

router = APIRouter(prefix="/digests")
Reader = Annotated[Page, Depends(allowed(Permission.DIGEST_READ))]


@router.get("")
def show(page: Reader) -> Response:
    return page.render("digests.html", weeks=digests.weeks(page.database))


@router.get("/{week}")
def show_week(page: Reader, week: Annotated[str, InPath(pattern=r"^\d{4}-\d{2}-\d{2}$")]) -> Response:
    """NotFoundError for a week without a digest."""
    inside = digests.render_page(digests.find(page.database, week), page.words.language)
    # Its own templates escape every value.
    return page.render("digest.html", inside=Markup(inside))  # noqa: S704

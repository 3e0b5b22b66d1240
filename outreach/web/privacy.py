"""The public page that says who reads comments, how long they are kept, and how to have one removed."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from outreach.web.deps import PageDep

router = APIRouter()


@router.get("/privacy")
def show(page: PageDep) -> Response:
    return page.render("privacy.html", retention=page.site.settings.retention)

"""The public pages: who reads comments, how long they are kept, how to have one removed; Meta's deletion callback."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import JSONResponse, Response

from outreach import subjects
from outreach.web.deps import Page, PageDep, SiteDep
from outreach.web.i18n import Language

router = APIRouter()


def worded(page: PageDep, lang: Annotated[Language | None, Query()] = None) -> Page:
    """In the language of the address: nobody needs a cookie, or a path that is not public, to read it."""
    if lang is not None:
        page.words = replace(page.words, language=lang)
    return page


Public = Annotated[Page, Depends(worded)]


@router.get("/privacy")
def show(page: Public) -> Response:
    return page.render("privacy.html", retention=page.site.settings.retention)


@router.get("/privacy/deletion")
def show_deletion(page: Public, code: Annotated[str, Query(max_length=64)] = "") -> Response:
    status = subjects.status_of(page.database, code) if code else None
    return page.render("deletion.html", status=status)


@router.post("/privacy/deletion")
def ask_deletion(site: SiteDep, signed_request: Annotated[str, Form(max_length=8192)]) -> JSONResponse:
    """Meta's data deletion callback: it wants an address where the state can be seen, and a code."""
    meta = site.settings.meta
    secrets = [meta.app_secret.get_secret_value(), meta.instagram_app_secret.get_secret_value()]
    code = subjects.receive_request(site.database, signed_request, secrets, now=site.clock.now())
    address = f"{site.settings.media_base_url}/privacy/deletion?code={code}"
    return JSONResponse({"url": address, "confirmation_code": code})

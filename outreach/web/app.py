"""The web application, wired on one screen, and the server that runs it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from outreach import accounts
from outreach.clock import Clock
from outreach.db import Database
from outreach.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from outreach.media import MediaStore
from outreach.settings import Settings
from outreach.states import Mode
from outreach.web import (
    cases,
    coverage,
    deciding,
    digests,
    health,
    insights,
    login,
    privacy,
    publications,
    review,
    stopping,
    webhooks,
)
from outreach.web import media as images
from outreach.web.deps import Page, Site, environment
from outreach.web.security import BodyLimit, Guard, SameOrigin, SignedIn

STATIC = Path(__file__).parent / "static"
#: in order: what is named comes before what is any id
ROUTES = (
    login,
    review,
    cases,
    coverage,
    stopping,
    deciding,
    publications,
    digests,
    health,
    insights,
    privacy,
    images,
    webhooks,
)
STATUSES: dict[type[BaseException], HTTPStatus] = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    DeniedError: HTTPStatus.FORBIDDEN,
    ConflictError: HTTPStatus.CONFLICT,
    InvalidError: HTTPStatus.UNPROCESSABLE_ENTITY,
    RequestValidationError: HTTPStatus.UNPROCESSABLE_ENTITY,
}


def create_app(
    settings: Settings,
    database: Database,
    clock: Clock,
    *,
    mode: Mode,
    media: MediaStore,
    cadences: Mapping[str, timedelta] | None = None,
    mails: Path | None = None,
) -> FastAPI:
    """`cadences`: how often each job should end well, for `/healthz`; without it the loops are not judged."""
    app = FastAPI(title="outreach", docs_url=None, redoc_url=None, openapi_url=None)
    site = Site(settings, database, clock, mode, media, cadences or {}, environment(), mails)
    app.state.site = site
    for module in ROUTES:
        app.router.routes.extend(module.router.routes)  # built once, with the module
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for kind in (*STATUSES, HTTPException):
        app.add_exception_handler(kind, error_page)
    _guard(app, site)
    return app


def _guard(app: FastAPI, site: Site) -> None:
    """The last added is the outermost."""

    def find_user(token: str) -> object | None:
        return accounts.session_user(site.database, token, now=site.clock.now(), settings=site.settings.web)

    app.add_middleware(SignedIn, cookie=site.session_cookie, find_user=find_user)
    app.add_middleware(BodyLimit)
    app.add_middleware(SameOrigin)
    app.add_middleware(Guard, error_page=error_page, https=site.https)


def error_page(request: Request, error: BaseException) -> Response:
    """A page that says what happened by code alone: nothing of what was sent is shown again."""
    page, status = Page(request), _status(error)
    title = f"error.{int(status)}"
    return page.render(
        "error.html",
        status,
        title=title if page.words.maybe(title) else "error.500",
        detail=_detail(page, error),
        request_id=request.state.request_id,
        path="/",  # the address may be made up, and the page must not repeat it
    )


def _detail(page: Page, error: BaseException) -> str | None:
    """What stood in the way. What is missing and what is forbidden say no more than that."""
    if not isinstance(error, ConflictError | InvalidError):
        return None
    return page.words.maybe(error.code, **error.params)


def _status(error: BaseException) -> HTTPStatus:
    if isinstance(error, HTTPException):
        return HTTPStatus(error.status_code)
    return next(
        (status for kind, status in STATUSES.items() if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR
    )


def server(app: FastAPI, settings: Settings) -> uvicorn.Server:
    """Not started yet: `run()` serves until a signal, or until `should_exit` is set when run in a thread."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.web.host,
            port=settings.web.port,
            access_log=False,  # our own line has the route, never the path or query
            log_config=None,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=5,
        )
    )

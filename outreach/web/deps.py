"""What a route is given: the site (settings, database, clock, templates) and the page it answers with."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from outreach import policy, publishing
from outreach.clock import Clock
from outreach.db import Database
from outreach.errors import DeniedError
from outreach.media import MediaStore
from outreach.settings import Settings
from outreach.states import Mode, Permission
from outreach.tables import User
from outreach.web import i18n
from outreach.web.quoting import quoted
from outreach.web.security import cookie_name

TEMPLATES = Path(__file__).parent / "templates"
LANGUAGE_COOKIE = "language"
_P = Permission
READS_COMMENTS = (_P.REVIEW_READ, _P.SAFEGUARDING_READ, _P.PSEA_READ)
TABS: dict[str, tuple[Permission, ...]] = {
    "review": READS_COMMENTS,
    "cases": (_P.SAFEGUARDING_CLOSE, _P.PSEA_READ),
    "posts": (_P.POSTS_READ,),
    "insights": (_P.DIGEST_READ, _P.POSTS_READ),
    "digests": (_P.DIGEST_READ,),
    "health": (_P.USERS_MANAGE, _P.CHANNELS_MANAGE),
}


@dataclass(frozen=True)
class Site:
    settings: Settings
    database: Database
    clock: Clock
    mode: Mode
    media: MediaStore
    cadences: Mapping[str, timedelta]  #: how often each job should end well, by its name
    templates: Environment
    mails: Path | None = None  #: of a demo: where they are written instead of being sent

    @property
    def https(self) -> bool:
        return self.settings.web.base_url.startswith("https:")

    @property
    def session_cookie(self) -> str:
        return cookie_name(self.settings.web.base_url)


@functools.cache  # compiled once a process, however many applications it makes
def environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    found.globals["quoted"] = quoted
    found.globals["moment"] = datetime.fromisoformat
    return found


class Page:
    """One request's answer: who asks, in which language, at what time."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.site: Site = request.app.state.site
        self.user: User | None = getattr(request.state, "user", None)
        self.now: datetime = self.site.clock.now()
        self.words = words(self.site.settings, request, self.user)

    @property
    def database(self) -> Database:
        return self.site.database

    @property
    def reader(self) -> User:
        """Who is signed in; the guard lets nobody else reach a route that asks."""
        assert self.user is not None  # noqa: S101
        return self.user

    def may(self, permission: Permission) -> bool:
        return self.user is not None and policy.may(self.user.roles, permission)

    def render(self, template: str, status: int = HTTPStatus.OK, /, **context: Any) -> HTMLResponse:
        return HTMLResponse(self.text(template, **context), status)

    def text(self, template: str, /, **context: Any) -> str:
        return self.site.templates.get_template(template).render(
            t=self.words,
            user=self.user,
            now=self.now,
            mode=self.site.mode,
            may=self.may,
            tabs=self.tabs,
            error_words=self.error_words,
            paused=self.paused,
            idle=self.site.settings.web.idle_minutes,
            **{"path": self.request.url.path, **context},
        )

    def error_words(self, code: str, params: Mapping[str, object]) -> str:
        """A sentence on what went wrong and what to do; the bare code where nobody has worded it."""
        return self.words.maybe(code, **params) or self.words("error.coded", code=code)

    def paused(self) -> bool:
        """Whether publishing stands still anywhere: every page says so."""
        return publishing.is_anything_paused(self.database)

    def tabs(self) -> list[str]:
        """The parts of the site that this user's roles open."""
        return [name for name, permissions in TABS.items() if any(self.may(each) for each in permissions)]

    def go(self, path: str) -> RedirectResponse:
        """To another page after a form; a reload then repeats nothing."""
        return RedirectResponse(path, HTTPStatus.SEE_OTHER)


def words(settings: Settings, request: Request, user: User | None) -> i18n.Words:
    language = i18n.choose(user.language if user else request.cookies.get(LANGUAGE_COOKIE), settings.language)
    return i18n.Words(language, ZoneInfo(settings.timezone), settings.web.digits == "arabic")


def site(request: Request) -> Site:
    found: Site = request.app.state.site
    return found


def allowed(*permissions: Permission) -> Callable[[Request], Page]:
    """A page for whoever has one of the permissions; DeniedError for everybody else."""

    def page(request: Request) -> Page:
        asked = Page(request)
        if not any(asked.may(permission) for permission in permissions):
            raise DeniedError("denied", permission=str(permissions[0]))
        return asked

    return page


SiteDep = Annotated[Site, Depends(site)]
PageDep = Annotated[Page, Depends(Page)]

"""Signing in and out, and the language of the pages."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from outreach import accounts
from outreach.errors import DeniedError
from outreach.web.deps import LANGUAGE_COOKIE, Page, PageDep
from outreach.web.security import safe_next

router = APIRouter()
LANGUAGE_SECONDS = 365 * 24 * 3600


class Credentials(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    login: str = Field(max_length=64)
    password: SecretStr = Field(max_length=256)
    next: str = Field("/", max_length=300)


class Choice(BaseModel):
    language: Literal["ar", "en"]
    next: str = Field("/", max_length=300)


@router.get("/")
def start(page: PageDep) -> RedirectResponse:
    return page.go(f"/{page.tabs()[0]}")


@router.get("/login")
def show(page: PageDep, next: str = "/") -> Response:  # noqa: A002  the word in the address
    if page.user:
        return page.go("/")
    return page.render("login.html", next=safe_next(next), refusal=None)


@router.post("/login")
def sign_in(page: PageDep, form: Annotated[Credentials, Form()]) -> Response:
    address = page.request.client.host if page.request.client else ""
    try:
        token = accounts.sign_in(
            page.database, login=form.login, password=form.password.get_secret_value(), address=address, now=page.now
        )
    except DeniedError as refusal:
        return page.render("login.html", HTTPStatus.FORBIDDEN, next=safe_next(form.next), refusal=refusal)
    response = page.go(safe_next(form.next))
    _remember(page, response, token)
    return response


def _remember(page: Page, response: Response, token: str) -> None:
    response.set_cookie(
        page.site.session_cookie,
        token,
        max_age=page.site.settings.web.session_hours * 3600,
        httponly=True,
        samesite="lax",  # Strict would sign people out who follow a link in a digest mail
        secure=page.site.https,
        path="/",
    )


@router.post("/logout")
def sign_out(page: PageDep) -> RedirectResponse:
    accounts.sign_out(page.database, page.request.cookies.get(page.site.session_cookie, ""), now=page.now)
    response = page.go("/login")
    response.delete_cookie(page.site.session_cookie, path="/", secure=page.site.https, httponly=True)
    return response


@router.post("/language")
def choose_language(page: PageDep, form: Annotated[Choice, Form()]) -> RedirectResponse:
    """On a shared machine the next person gets their own language back, so only who is signed out has a cookie."""
    response = page.go(safe_next(form.next))
    if page.user:
        accounts.set_language(page.database, page.user, form.language)
        return response
    response.set_cookie(
        LANGUAGE_COOKIE,
        form.language,
        max_age=LANGUAGE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=page.site.https,
    )
    return response

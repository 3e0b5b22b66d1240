"""Safeguarding cases: what a focal point owns, from acknowledging it to an outcome code."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response
from pydantic import BaseModel, Field

from outreach import moderation
from outreach.states import CaseStatus, Permission
from outreach.web.deps import Page, allowed

router = APIRouter(prefix="/cases")
Owner = Annotated[Page, Depends(allowed(Permission.SAFEGUARDING_CLOSE, Permission.PSEA_READ))]
OPEN = (CaseStatus.OPEN, CaseStatus.ACKNOWLEDGED)


class Closing(BaseModel):
    outcome: str = Field(max_length=32)
    comment: str = Field(max_length=64, pattern="^[0-9a-f]*$")


class Unlocking(BaseModel):
    reason: str = Field(max_length=32)
    comment: str = Field(max_length=64, pattern="^[0-9a-f]*$")


class Taking(BaseModel):
    comment: str = Field(max_length=64, pattern="^[0-9a-f]*$")


@router.get("")
def show(page: Owner) -> Response:
    return page.render("cases.html", cases=moderation.cases(page.database, page.reader, statuses=OPEN))


@router.post("/{case_id}/acknowledge")
def acknowledge(page: Owner, case_id: str, form: Annotated[Taking, Form()]) -> Response:
    moderation.acknowledge(page.database, page.reader, case_id, now=page.now)
    return page.go(f"/review/{form.comment}")


@router.post("/{case_id}/close")
def close(page: Owner, case_id: str, form: Annotated[Closing, Form()]) -> Response:
    moderation.close(page.database, page.reader, case_id, outcome=form.outcome, now=page.now)
    return page.go(f"/review/{form.comment}")


@router.post("/{case_id}/gone")
def note_gone(page: Owner, case_id: str, form: Annotated[Taking, Form()]) -> Response:
    moderation.note_gone(page.database, page.reader, case_id, now=page.now)
    return page.go(f"/review/{form.comment}")


@router.post("/{case_id}/unlock")
def unlock(page: Owner, case_id: str, form: Annotated[Unlocking, Form()]) -> Response:
    moderation.unlock(page.database, page.reader, case_id, reason=form.reason, now=page.now)
    return page.go(f"/review/{form.comment}")

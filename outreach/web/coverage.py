"""What each channel can do, with the fix for what it cannot; what nobody sees; the form that lets one go live."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response
from pydantic import BaseModel, Field

from outreach import channels
from outreach.states import ChannelMode, Permission
from outreach.web.deps import READS_COMMENTS, Page, allowed

router = APIRouter(prefix="/coverage")
_P = Permission
Reader = Annotated[Page, Depends(allowed(_P.CHANNELS_MANAGE, _P.POSTS_READ, _P.DIGEST_READ, *READS_COMMENTS))]
Keeper = Annotated[Page, Depends(allowed(_P.CHANNELS_MANAGE))]


class Mode(BaseModel):
    to: ChannelMode
    seen_by: str = Field("", max_length=200)


@router.get("")
def show(page: Reader) -> Response:
    """Names of staff are for those who can take the tasks away."""
    keeper = page.may(_P.CHANNELS_MANAGE)
    found = channels.coverage(page.database, names=keeper)
    ends = {report.name: report.problems for report in channels.listed(page.database, now=page.now)}
    told = {each.name: {"channel.refuses", *(line.code for line in each.lines)} for each in found}
    warnings = {name: [each for each in ends[name] if each[0] not in codes] for name, codes in told.items()}
    return page.render(
        "coverage.html", channels=found, warnings=warnings, blind=channels.BLIND_SPOTS, keeper=keeper, say=_say(page)
    )


@router.post("/{name}/mode")
def change_mode(page: Keeper, name: str, form: Annotated[Mode, Form()]) -> Response:
    channels.set_mode(page.database, name, form.to, seen_by=form.seen_by, user_id=page.reader.id, now=page.now)
    return page.go(f"/coverage#{name}")


def _say(page: Page) -> object:
    return lambda line: channels.wording_of(line, language=page.words.language)

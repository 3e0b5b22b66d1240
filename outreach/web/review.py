"""The review queue and its items: list, claim, reveal, decide, undo."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from outreach import moderation, policy
from outreach.errors import ConflictError, DeniedError, InvalidError, OutreachError
from outreach.moderation import ItemView, QueueFilter, QueueItem
from outreach.states import Flag, Permission, ReviewState, Severity, Verdict
from outreach.web.deps import READS_COMMENTS, Page, allowed
from outreach.web.security import safe_next

router = APIRouter(prefix="/review")
Reader = Annotated[Page, Depends(allowed(*READS_COMMENTS))]
Decider = Annotated[Page, Depends(allowed(Permission.REVIEW_DECIDE, Permission.PSEA_READ))]
Id = Annotated[str, Field(max_length=64)]
POLL_MS = 5000
REFUSALS: dict[type[OutreachError], HTTPStatus] = {
    ConflictError: HTTPStatus.CONFLICT,
    DeniedError: HTTPStatus.FORBIDDEN,
    InvalidError: HTTPStatus.UNPROCESSABLE_ENTITY,
}
SEVERITIES = {severity.name.lower(): severity for severity in Severity}


class Filters(BaseModel):
    """What the address says; an empty choice in the form means any."""

    model_config = ConfigDict(hide_input_in_errors=True)

    severity: str = Field("", max_length=16)
    flag: Flag | None = None
    state: ReviewState = ReviewState.QUEUED
    mine: bool = False
    page: int = Field(1, ge=1, le=100_000)

    @field_validator("flag", mode="before")
    @classmethod
    def _any(cls, value: object) -> object:
        return value or None

    @property
    def wanted(self) -> QueueFilter:
        return QueueFilter(
            severity=SEVERITIES.get(self.severity), flag=self.flag, review_state=self.state, held_by_me=self.mine
        )

    @property
    def is_set(self) -> bool:
        return self.wanted != QueueFilter()

    def query(self, **changed: Any) -> str:
        """The address's query with something changed; codes and numbers only."""
        values = {**self.model_dump(mode="json", exclude_defaults=True), **changed}
        return "&".join(f"{key}={value}" for key, value in values.items() if value not in (None, "", False))


FilterQuery = Annotated[Filters, Query()]


class Decision(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    verdict: Verdict
    seen: str = Field(max_length=100)
    reason_keep: str = Field("", max_length=32)
    reason_hide: str = Field("", max_length=32)
    reason_delete: str = Field("", max_length=32)
    reason_refer: str = Field("", max_length=32)
    refer_to: str = Field("", max_length=64)

    @property
    def reason(self) -> str:
        return str(getattr(self, f"reason_{self.verdict}"))


@router.get("")
def show_queue(page: Reader, filters: FilterQuery) -> Response:
    found = moderation.queue(
        page.database,
        page.reader,
        now=page.now,
        settings=page.site.settings,
        filter=filters.wanted,
        page=filters.page,
    )
    overview = moderation.overview(page.database, page.reader, now=page.now, settings=page.site.settings)
    return page.render(
        "review.html",
        found=found,
        overview=overview,
        referrals=moderation.referrals(page.database, page.reader),
        filters=filters,
        severities=SEVERITIES,
        flags=list(Flag),
        checks=moderation.checks(page.database, page.reader, now=page.now) if filters.severity == "sample" else None,
        every=POLL_MS,
        **_item_words(page),
    )


@router.get("/poll")
def poll(page: Reader, filters: FilterQuery) -> JSONResponse:
    """What a queue page that is open needs to stay true: who holds what, and what is no longer there. No words."""
    found = moderation.queue(
        page.database,
        page.reader,
        now=page.now,
        settings=page.site.settings,
        filter=filters.wanted,
        page=filters.page,
    )
    return JSONResponse({"items": {item.id: _state(page, item) for item in found.items}})


def _state(page: Page, item: QueueItem) -> dict[str, object]:
    return {"holder": holder_words(page, item), "age": age_words(page, item), "late": item.overdue}


def holder_words(page: Page, item: QueueItem) -> str:
    if item.holder is None:
        return ""
    if item.holder.mine:
        return page.words("review.mine_until", time=page.words.time(item.holder.until))
    return page.words("review.holder", name=item.holder.name)


def age_words(page: Page, item: QueueItem) -> str:
    """Age against target: how long it may still wait, or since when it waits too long."""
    if item.review_state != ReviewState.QUEUED:
        return page.words("review.came", age=page.words.age(item.seen_at, page.now))
    code = "review.overdue" if item.overdue else "review.due"
    return page.words(code, age=page.words.age(item.due_at, page.now))


def _item_words(page: Page) -> dict[str, object]:
    functions = (age_words, holder_words, why_not_scored)
    return {function.__name__: partial(function, page) for function in functions}


def why_not_scored(page: Page, item: QueueItem) -> str:
    return page.words.maybe(f"not_scored.{item.not_scored}") or page.words("not_scored.error")


@router.get("/next")
def go_to_next(page: Reader, after: Annotated[str, Query(max_length=64)] = "") -> Response:
    """The worst and oldest item that nobody else holds, other than the one just looked at."""
    found = moderation.queue(page.database, page.reader, now=page.now, settings=page.site.settings)
    free = (item for item in found.items if item.id != after and (item.holder is None or item.holder.mine))
    chosen = next(free, None)
    return page.go(f"/review/{chosen.id}" if chosen else "/review")


@router.get("/{comment_id}")
def show_item(page: Reader, comment_id: str) -> Response:
    return _item_page(page, _open(page, comment_id))


@router.post("/{comment_id}/claim")
def claim(page: Decider, comment_id: str) -> Response:
    try:
        moderation.claim(page.database, page.reader, comment_id, now=page.now, settings=page.site.settings)
    except ConflictError as error:
        return _refused(page, comment_id, error)
    return page.go(f"/review/{comment_id}")


@router.post("/{comment_id}/release")
def release(page: Decider, comment_id: str) -> Response:
    moderation.release(page.database, page.reader, comment_id, now=page.now)
    return page.go("/review")


@router.post("/{comment_id}/reveal")
def reveal(page: Decider, comment_id: str) -> Response:
    """Taken and shown in one step; the words are in this answer alone, so every look is a new, logged request."""
    settings = page.site.settings
    try:
        moderation.claim(page.database, page.reader, comment_id, now=page.now, settings=settings)
        item = moderation.reveal(page.database, page.reader, comment_id, now=page.now, settings=settings)
    except ConflictError as error:
        return _refused(page, comment_id, error)
    return _item_page(page, item)


@router.post("/{comment_id}/decide")
def decide(page: Decider, comment_id: str, form: Annotated[Decision, Form()]) -> Response:
    try:
        moderation.decide(
            page.database,
            page.reader,
            comment_id,
            seen_text_key=form.seen,
            verdict=form.verdict,
            reason=form.reason,
            refer_to=form.refer_to or None if form.verdict is Verdict.REFER else None,
            now=page.now,
            settings=page.site.settings,
        )
    except (ConflictError, InvalidError) as error:
        return _refused(page, comment_id, error)
    return page.go(f"/review/{comment_id}")


@router.post("/{comment_id}/undo")
def undo(page: Decider, comment_id: str, decision: Annotated[Id, Form()]) -> Response:
    try:
        moderation.undo(page.database, page.reader, decision, now=page.now, settings=page.site.settings)
    except (ConflictError, DeniedError) as error:
        return _refused(page, comment_id, error)
    return page.go(f"/review/{comment_id}")


@router.post("/{comment_id}/flags")
def add_flag(page: Decider, comment_id: str, flag: Annotated[Flag, Form()]) -> Response:
    try:
        moderation.add_flag(page.database, page.reader, comment_id, flag, now=page.now)
    except (ConflictError, InvalidError) as error:
        return _refused(page, comment_id, error)
    # A report about staff leaves the sight of everybody but its own focal point, who raised it included.
    gone = flag is Flag.STAFF_MISCONDUCT and not page.may(Permission.PSEA_READ)
    return page.go("/review" if gone else f"/review/{comment_id}")


@router.post("/{comment_id}/flags/{flag}/dismiss")
def dismiss_flag(page: Decider, comment_id: str, flag: Flag) -> Response:
    try:
        moderation.dismiss_flag(page.database, page.reader, comment_id, flag, now=page.now)
    except (ConflictError, DeniedError, InvalidError) as error:
        return _refused(page, comment_id, error)
    return page.go(f"/review/{comment_id}")


@router.post("/{comment_id}/flags/threat/general")
def mark_general(page: Decider, comment_id: str) -> Response:
    try:
        moderation.mark_threat_general(page.database, page.reader, comment_id, now=page.now)
    except (ConflictError, InvalidError) as error:
        return _refused(page, comment_id, error)
    return page.go(f"/review/{comment_id}")


@router.post("/referrals/{referral_id}/acknowledge")
def acknowledge_referral(page: Decider, referral_id: str, comment: Annotated[Id, Form()]) -> Response:
    moderation.acknowledge_referral(page.database, page.reader, referral_id, now=page.now)
    return page.go(safe_next(f"/review/{comment}"))


@router.post("/{comment_id}/case")
def open_case(page: Decider, comment_id: str) -> Response:
    moderation.open_case(page.database, page.reader, comment_id, now=page.now)
    return page.go(f"/review/{comment_id}")


def _open(page: Page, comment_id: str) -> ItemView:
    return moderation.open_item(page.database, page.reader, comment_id, now=page.now, settings=page.site.settings)


def _refused(page: Page, comment_id: str, error: OutreachError) -> Response:
    """The item as it is now, with what stood in the way."""
    status = next(status for kind, status in REFUSALS.items() if isinstance(error, kind))
    return _item_page(page, _open(page, comment_id), status, refusal=error)


def _item_page(
    page: Page, view: ItemView, status: int = HTTPStatus.OK, *, refusal: OutreachError | None = None
) -> Response:
    return page.render(
        "item.html",
        status,
        view=replace(view, spans=_standing_spans(view)),
        item=view.item,
        refusal=refusal,
        reasons=policy.REASONS,
        colleagues=moderation.referees(page.database, page.reader, view.item.id),
        outcomes=policy.OUTCOMES,
        unlock_reasons=policy.UNLOCK_REASONS,
        addable=[flag for flag in Flag if flag not in {each.flag for each in view.item.flags if not each.dismissed}],
        **_item_words(page),
    )


def _standing_spans(view: ItemView) -> dict[str, tuple[tuple[int, int], ...]]:
    """Marks only for flags that stand: a mark for a flag that nobody raised would only confuse."""
    standing = {str(flag.flag) for flag in view.item.flags if not flag.dismissed and not flag.earlier}
    return {flag: pairs for flag, pairs in view.spans.items() if flag in standing}

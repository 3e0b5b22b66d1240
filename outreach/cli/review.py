"""The review queue on a terminal, as a signed-in user: the same permissions, masking and audit trail as the pages."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from outreach.cli.frame import AsJson, language, note, open_here, said, say, show, signed_in
from outreach.errors import InvalidError

if TYPE_CHECKING:
    from outreach.installation import Opened
    from outreach.moderation import CaseView, ItemView, QueueFilter, QueueItem
    from outreach.tables import User

app = typer.Typer(no_args_is_help=True)

CommentId = Annotated[str, typer.Argument(help="The comment's id, as `review list` shows it.")]
CaseId = Annotated[str, typer.Argument(help="The case's id, as `review cases` shows it.")]
SEVERITIES = {"s0": 0, "s1": 10, "not_scored": 15, "s2": 20, "s3": 30, "sample": 40}
# Moves the cursor, paints, or reorders a line: a comment must not be able to draw on a moderator's terminal.
_CONTROL = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@app.command("list")
def list_(
    severity: Annotated[str | None, typer.Option("--severity", help="s0, s1, not_scored, s2, s3 or sample.")] = None,
    flag: Annotated[str | None, typer.Option("--flag", help="Only with this flag, such as help_seeking.")] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Only what you hold.")] = False,
    state: Annotated[str, typer.Option("--state", help="queued or decided.")] = "queued",
    page: Annotated[int, typer.Option("--page", min=1)] = 1,
    as_json: AsJson = False,
) -> None:
    """What waits, worst and oldest first. Words of S0 and S1 are veiled."""
    from outreach import moderation

    opened = open_here()
    user = signed_in(opened)
    _refuse_outsiders(user)
    found = moderation.queue(
        opened.database,
        user,
        now=opened.clock.now(),
        settings=opened.settings,
        filter=_filter(severity, flag, state, mine=mine),
        page=page,
    )
    if as_json:
        _print_json({"total": found.total, "page": found.page, "pages": found.pages, "items": found.items})
        return
    show([_row(opened, item) for item in found.items], as_json=False, empty=said("review.empty"))
    note(f"{found.page}/{found.pages} · {found.total}")


@app.command("show")
def show_(
    comment_id: CommentId,
    reveal: Annotated[bool, typer.Option("--reveal", help="Claim it, show its words; written down.")] = False,
    as_json: AsJson = False,
) -> None:
    """One comment: flags, thread, history, what Meta was asked for."""
    from outreach import moderation

    opened = open_here()
    user = signed_in(opened)
    if reveal:
        view = _reveal(opened, user, comment_id)
    else:
        view = moderation.open_item(opened.database, user, comment_id, now=opened.clock.now(), settings=opened.settings)
    if as_json:
        _print_json(view)
        return
    _print_item(opened, view)


@app.command()
def claim(comment_id: CommentId) -> None:
    """Hold an item for some minutes; again to renew."""
    from outreach import moderation

    opened = open_here()
    holder = moderation.claim(
        opened.database, signed_in(opened), comment_id, now=opened.clock.now(), settings=opened.settings
    )
    note(said("review.claimed", until=_local(opened, holder.until)))


@app.command()
def release(comment_id: CommentId) -> None:
    """Give an item back to the queue."""
    from outreach import moderation

    opened = open_here()
    freed = moderation.release(opened.database, signed_in(opened), comment_id, now=opened.clock.now())
    note(said("review.released" if freed else "review.not_yours"))


@app.command()
def decide(
    comment_id: CommentId,
    verdict: Annotated[str, typer.Argument(help="keep, hide, delete or refer.")],
    reason: Annotated[str, typer.Argument(help="A reason code; a wrong one lists those that fit.")],
    refer_to: Annotated[str | None, typer.Option("--to", help="The login of the colleague to refer it to.")] = None,
    seen: Annotated[str | None, typer.Option("--seen", help="The key that `show` printed; asks nothing.")] = None,
    as_json: AsJson = False,
) -> None:
    """Decide on one comment. Without --seen its words are shown first, and you are asked."""
    from outreach import accounts, moderation

    opened = open_here()
    user = signed_in(opened)
    to_id = accounts.find_user(opened.database, refer_to).id if refer_to else None
    key = seen or _ask(opened, user, comment_id, f"{verdict} ({reason})")
    decision = moderation.decide(
        opened.database,
        user,
        comment_id,
        seen_text_key=key,
        verdict=verdict,
        reason=reason,
        refer_to=to_id,
        now=opened.clock.now(),
        settings=opened.settings,
    )
    if as_json:
        _print_json({"decision": decision})
        return
    note(said("review.done", decision=decision))


@app.command()
def undo(decision_id: Annotated[str, typer.Argument(help="The decision's id.")]) -> None:
    """Take a decision back while it may be."""
    from outreach import moderation

    opened = open_here()
    moderation.undo(opened.database, signed_in(opened), decision_id, now=opened.clock.now(), settings=opened.settings)
    note(said("review.undone"))


@app.command()
def cases(as_json: AsJson = False) -> None:
    """Cases that are not closed, worst first."""
    from outreach import moderation

    opened = open_here()
    found = moderation.cases(opened.database, signed_in(opened), statuses=("open", "acknowledged"))
    if as_json:
        _print_json(found)
        return
    rows = [
        {
            "case": case.id,
            "comment": case.comment_id,
            "severity": case.severity.name,
            "status": said(f"case_status.{case.status}"),
            "opened": _local(opened, case.opened_at),
            "owner": case.owner,
        }
        for case in found
    ]
    show(rows, as_json=False, empty=said("review.empty"))
    for case in found:
        _say_gone(opened, case)


@app.command()
def acknowledge(case_id: CaseId) -> None:
    """Take a case, as a focal point."""
    from outreach import moderation

    opened = open_here()
    moderation.acknowledge(opened.database, signed_in(opened), case_id, now=opened.clock.now())
    note(said("case_status.acknowledged"))


@app.command()
def close(
    case_id: CaseId, outcome: Annotated[str, typer.Argument(help="An outcome code; a wrong one lists them.")]
) -> None:
    """Close an acknowledged case with an outcome code."""
    from outreach import moderation

    opened = open_here()
    moderation.close(opened.database, signed_in(opened), case_id, outcome=outcome, now=opened.clock.now())
    note(said("case_status.closed"))


@app.command()
def gone(case_id: CaseId) -> None:
    """Take note that a case's comment is gone; its words go a day later."""
    from outreach import moderation

    opened = open_here()
    moderation.note_gone(opened.database, signed_in(opened), case_id, now=opened.clock.now())
    note(said("case.gone_noted"))


@app.command()
def unlock(
    case_id: CaseId, reason: Annotated[str, typer.Argument(help="A reason code; a wrong one lists them.")]
) -> None:
    """Allow replies and actions on a case's comment that is gone; written down with name and reason."""
    from outreach import moderation

    opened = open_here()
    moderation.unlock(opened.database, signed_in(opened), case_id, reason=reason, now=opened.clock.now())
    note(said("case.unlocked"))


def _refuse_outsiders(user: User) -> None:
    """Who may see no comment at all must not read "nothing is waiting"."""
    from outreach import policy
    from outreach.errors import DeniedError
    from outreach.states import Permission

    if not policy.visible_routes(user.roles):
        raise DeniedError("denied", permission=Permission.REVIEW_READ.value)


def printable(text: str) -> str:
    """A comment's words without what would move a cursor, paint, or turn a line around."""
    return _CONTROL.sub("�", text)


def _filter(severity: str | None, flag: str | None, state: str, *, mine: bool) -> QueueFilter:
    from outreach.moderation import QueueFilter
    from outreach.states import Flag, Severity

    if severity is not None and severity.lower() not in SEVERITIES:
        raise InvalidError("review.bad_filter", allowed=", ".join(SEVERITIES))
    if flag is not None and flag not in set(Flag):
        raise InvalidError("review.bad_flag", allowed=", ".join(Flag))
    if state not in {"queued", "decided"}:
        raise InvalidError("review.bad_filter", allowed="queued, decided")
    return QueueFilter(
        severity=Severity(SEVERITIES[severity.lower()]) if severity else None,
        flag=Flag(flag) if flag else None,
        review_state=state,
        held_by_me=mine,
    )


def _reveal(opened: Opened, user: User, comment_id: str) -> ItemView:
    from outreach import moderation

    now = opened.clock.now()
    moderation.claim(opened.database, user, comment_id, now=now, settings=opened.settings)
    return moderation.reveal(opened.database, user, comment_id, now=now, settings=opened.settings)


def _ask(opened: Opened, user: User, comment_id: str, verdict: str) -> str:
    """Show the words and ask; the key of the text that was seen. Saying no gives the item back."""
    from outreach import moderation

    view = _reveal(opened, user, comment_id)
    say(printable(view.text or ""))
    if not typer.confirm(verdict):
        moderation.release(opened.database, user, comment_id, now=opened.clock.now())
        raise typer.Abort
    return view.seen_text_key or ""


def _row(opened: Opened, item: QueueItem) -> dict[str, Any]:
    """What fits into 100 columns; `show` and --json have the rest."""
    from rich.markup import escape

    words = said("review.veiled") if item.text is None else escape(printable(item.text))
    return {
        "id": item.id,
        "severity": "—" if item.severity is None else item.severity.name,
        "flags": _comma().join(said(f"flag.{flag.flag}") for flag in item.flags if not flag.dismissed),
        "due": _local(opened, item.due_at)[5:] + (" !" if item.overdue else ""),
        "holder": escape(item.holder.name) if item.holder else "",
        "text": words,
    }


def _print_item(opened: Opened, view: ItemView) -> None:
    say(f"{view.item.id}  {view.item.severity.name if view.item.severity is not None else '—'}  {view.item.channel}")
    say(printable(view.text) if view.text is not None else said("review.veiled"))
    if view.author:
        say(f"— {printable(view.author)}")
    for flag in view.item.flags:
        score = "" if flag.score is None else f" {flag.score:.2f}"
        say(f"  {said(f'flag.{flag.flag}')}: {said(f'likelihood.{flag.word}')}{score}")
    say(said(f"comment_state.{view.item.state}"))
    if view.case:
        _say_gone(opened, view.case)
    for neighbour in view.thread:
        words = said("review.veiled") if neighbour.text is None else printable(neighbour.text)
        say(f"  | {_local(opened, neighbour.at)}  {words}")
    for decision in view.history:
        words = f"{said(f'verdict.{decision.verdict}')} · {said(f'reason.{decision.reason}')}"
        say(f"  {_local(opened, decision.at)}  {decision.user or '—'}: {words}  [{decision.id}]")
        for action in decision.actions:
            say(f"    {said(f'action.{action.kind}')}: {said(f'action_status.{action.status}')}")
    if view.seen_text_key is not None:
        say(said("seen", key=view.seen_text_key))


def _say_gone(opened: Opened, case: CaseView) -> None:
    """In words what became of a case's comment that is no longer there, and what that locks."""
    if case.gone is None:
        return
    say(f"{case.id}  {said('case.gone')}")
    if case.gone.words_go_at:
        say(f"  {said('case.words_go', at=_local(opened, case.gone.words_go_at))}")
    if case.gone.locked:
        say(f"  {said('action.locked')}")
    elif case.gone.unlock_reason:
        say(f"  {case.gone.unlocked_by}: {said(f'unlock.{case.gone.unlock_reason}')}")


def _print_json(value: Any) -> None:
    from dataclasses import is_dataclass

    def plain(one: Any) -> Any:
        return asdict(one) if is_dataclass(one) and not isinstance(one, type) else str(one)

    say(json.dumps(value, ensure_ascii=False, indent=1, default=plain))


def _local(opened: Opened, at: datetime) -> str:
    return at.astimezone(ZoneInfo(opened.settings.timezone)).strftime("%Y-%m-%d %H:%M")


def _comma() -> str:
    return "، " if language() == "ar" else ", "

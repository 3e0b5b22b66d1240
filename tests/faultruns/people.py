"""What people do meanwhile, with what the pages show them and what they see on the Page and the account."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from outreach import channels, installation, jobs, publishing
from outreach.errors import OutreachError
from outreach.publishing import Choice, PublicationView
from outreach.states import (
    WAITING_FOR_A_PERSON,
    ChannelStatus,
    HeldReason,
    PauseKind,
    PublicationStatus,
    TakedownReason,
    WithdrawalStatus,
)
from outreach.tables import Channel, Pause, Publication, Withdrawal
from tests.faultruns import faults, machines
from tests.faultruns.history import History, armed, visible

if TYPE_CHECKING:
    from outreach.wiring import Worker

_S = PublicationStatus
SPACING = timedelta(seconds=60)


def act(history: History) -> None:
    """One thing, or none; what our pages refuse is left."""
    what = history.dice.random()
    try:
        for upto, do in _HABITS:
            if what < upto:
                do(history)
                return
    except OutreachError as error:
        history.note(f"refused: {error.code}")


def _pause(history: History) -> None:
    channel = history.dice.choice(("", "page", "insta"))
    publishing.pause(history.database, why="x", user_id=history.person, now=history.now, channel=channel)
    machines.note_pauses(history)
    history.note(f"pause {channel}")


def go_on(history: History) -> None:
    """End what is paused; after a restore what happened since is compared first."""
    with history.database.read() as session:
        kinds = set(session.scalars(select(Pause.kind).where(Pause.ended_at.is_(None))))
    if not kinds:
        return
    worker, after_restore = machines.Scheduler(history), PauseKind.RESTORED in kinds
    with history.undisturbed():
        if after_restore:
            jobs.read_back(worker, publishing.unread(history.database))
        publishing.resume(history.database, user_id=history.person, now=history.now, after_restore=after_restore)
        if after_restore:
            installation.adopt(worker.opened)
    history.note("resume")


def _take_down(history: History) -> None:
    publication_id = history.dice.choice(list(history.texts))
    reason, media = TakedownReason.MISTAKE, history.stage.worker.media
    publishing.take_down(history.database, media, [publication_id], reason, user_id=history.person, now=history.now)
    history.note(f"takedown {publication_id[:6]}")


def _turn_entrusting(history: History) -> None:
    with history.database.write() as session:
        session.execute(update(Channel).where(Channel.name == "page").values(entrusts=~Channel.entrusts))


def _post_by_hand(history: History) -> None:
    publication_id = history.dice.choice(list(history.texts))
    channel, form = history.shapes[publication_id]
    if form == "story":
        return
    on = history.stage.sandbox.page_id if channel == "page" else history.stage.sandbox.ig_id
    history.by_hand.add(history.stage.tell("post", on=on, text=history.texts[publication_id])["id"])
    history.note(f"by hand {publication_id[:6]}")


def _plan(history: History) -> None:
    """Somebody changes what waits in Meta's Planner."""
    waiting = armed(history)
    if not waiting:
        return
    remote_id, publication_id = history.dice.choice(sorted(waiting.items()))
    history.altered[remote_id] = publication_id
    change = history.dice.choice(({"text": "other words"}, {"at": None}, {"delete": True}, {"publish": True}))
    if "at" in change:
        change = {"at": (history.stage.clock.now() + timedelta(minutes=history.dice.choice((12, 50)))).isoformat()}
    if "delete" in change:
        history.removed.add(publication_id)
    history.stage.tell("post", id=remote_id, **change)
    history.note(f"planner {publication_id[:6]} {change}")


def renew(history: History, *, mended: bool = True) -> None:
    """A person logs in at Meta again and gives us the token anew, where we say that it is refused."""
    with history.database.read() as session:
        stopped = session.scalars(select(Channel.name).where(Channel.status == ChannelStatus.STOPPED)).all()
    if not stopped:
        return
    if mended:
        faults.mend_token(history)
    worker: Worker = machines.Scheduler(history)
    with history.undisturbed():
        found = channels.discover(worker.meta_app, history.stage.sandbox.user_token, now=history.now)
        for candidate, name in zip(found.candidates, ("page", "insta"), strict=True):
            how = {"mode": None, "user_id": history.person, "now": history.now}
            channels.add(history.database, worker.meta_app, candidate, name, **how)
    history.renewals += 1
    history.note(f"token renewed, mended: {mended}")


def _renew(history: History) -> None:
    renew(history, mended=history.dice.random() < 0.8)


def _delete_by_hand(history: History) -> None:
    """What our page asks for: a takedown that Meta does not let us carry out."""
    asked = select(Publication).join(Withdrawal, Withdrawal.publication_id == Publication.id)
    with history.database.read() as session:
        rows = session.scalars(asked.where(Withdrawal.status == WithdrawalStatus.BY_HAND).order_by(Publication.due_at))
        wanted = {row.id for row in rows}
    world = history.stage.sandbox.world
    for each in visible(history):
        if each.publication in wanted and not each.by_hand:
            with world.lock:
                world.nodes[each.id].deleted = True  # type: ignore[union-attr]
            history.removed.add(each.publication)
            history.note(f"deleted by hand {each.publication[:6]}")
    for publication_id in sorted(wanted):
        publishing.confirm_gone(history.database, publication_id, user_id=history.person, now=history.now)


def decide(history: History) -> None:
    """Go through what waits for a person, as the page lists it."""
    waiting = [post for status in WAITING_FOR_A_PERSON for post in publishing.overview(history.database, status=status)]
    for post in waiting:
        if history.dice.random() < 0.7:
            _decide(history, post)


def _decide(history: History, post: PublicationView) -> None:
    allowed = publishing.choices(post)
    choice, remote_id = _choice(history, post)
    if choice is None or choice not in allowed:
        return
    at = history.now + timedelta(minutes=history.dice.choice((5, 45, 120))) if choice is Choice.RESCHEDULE else None
    how = {"user_id": history.person, "now": history.now, "at": at, "remote_id": remote_id, "spacing": SPACING}
    history.note(f"decides {post.id[:6]} {post.status} {post.held_reason}: {choice}")
    try:
        publishing.decide(history.database, post.id, choice, **how)
    except OutreachError as error:
        history.note(f"refused: {error.code}")


def _choice(history: History, post: PublicationView) -> tuple[Choice | None, str]:
    dice = history.dice
    seen = next((each.id for each in visible(history) if each.publication == post.id), "")
    if post.status == _S.UNKNOWN:  # she looks at the feed
        return (Choice.IS_OUT, seen) if seen else (dice.choice((Choice.IS_NOT_OUT, Choice.DROP)), "")
    if post.held_reason != HeldReason.ALREADY_POSTED:  # she takes our word that it is not out
        again = (Choice.PUBLISH_NOW, Choice.PUBLISH_NOW, Choice.RESCHEDULE, Choice.DROP, None)
        return dice.choice(again), ""
    if post.error_params.get("post"):  # we show her the other one
        return dice.choice((Choice.ADOPT, Choice.ADOPT, Choice.PUBLISH_NOW, Choice.DROP)), ""
    return (Choice.ADOPT, seen) if seen else (dice.choice((Choice.PUBLISH_NOW, Choice.DROP)), "")


_HABITS = (
    (0.05, _pause),
    (0.20, go_on),
    (0.24, _take_down),
    (0.26, _turn_entrusting),
    (0.30, _post_by_hand),
    (0.35, _plan),
    (0.45, _renew),
    (0.50, _delete_by_hand),
    (0.65, decide),
)

"""What is held on the author of a comment: counted, given to her, erased."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from outreach.cli.frame import AsJson, note, open_here, said, say, show, signed_in
from outreach.states import Permission

if TYPE_CHECKING:
    from outreach.installation import Opened
    from outreach.subjects import Subject
    from outreach.tables import User

app = typer.Typer(no_args_is_help=True)

Link = Annotated[str, typer.Argument(help="A comment's link or id, or the code of a request that came through Meta.")]


@app.command()
def find(link: Link, as_json: AsJson = False) -> None:
    """Count by table what is held on the author of a comment."""
    from outreach import subjects

    opened, _, subject = _found(link)
    counts = subjects.held(opened.database, subject)
    show([{"table": table, "rows": number} for table, number in counts.items()], as_json=as_json)
    _say_limits(subject)


@app.command()
def requests(as_json: AsJson = False) -> None:
    """Requests to erase that came through Meta and that nobody has seen to."""
    from outreach import subjects

    opened = open_here()
    signed_in(opened, Permission.SUBJECTS_MANAGE)
    found = subjects.waiting(opened.database)
    show([{"code": code, "at": at} for code, at in found], as_json=as_json, empty=said("subject.no_requests"))


@app.command()
def export(
    link: Link,
    file: Annotated[Path, typer.Option("--file", help="The file to write; it must not be there yet.")],
) -> None:
    """Write her own words that are held into one file, for her alone."""
    from outreach import subjects

    opened, user, subject = _found(link)
    comments = subjects.export(opened.database, user, subject, file, now=opened.clock.now())
    note(said("subject.exported", file=str(file), comments=comments))
    _say_limits(subject)


@app.command()
def erase(
    link: Link,
    open_case: Annotated[
        str | None, typer.Option("--open-case", help="Although a case is open: her_wish or handed_over.")
    ] = None,
) -> None:
    """Erase all that is held on the author of a comment, for good. It asks, and leaves a receipt without identity."""
    from outreach import subjects

    opened, user, subject = _found(link)
    counts = subjects.held(opened.database, subject)
    show([{"table": table, "rows": number} for table, number in counts.items()], as_json=False)
    if not typer.confirm(said("subject.ask")):
        raise typer.Abort
    done = subjects.erase(
        opened.database,
        user,
        subject,
        now=opened.clock.now(),
        zone=opened.settings.timezone,
        remember=partial(subjects.remember, opened.settings.key_dir),
        open_case=open_case,
    )
    say(done.receipt)
    note(said("subject.erased"))
    _say_limits(subject)


def _found(link: str) -> tuple[Opened, User, Subject]:
    from outreach import subjects
    from outreach.wiring import Worker

    opened = open_here()
    user = signed_in(opened, Permission.SUBJECTS_MANAGE)
    now = opened.clock.now()
    return opened, user, subjects.find_subject(opened.database, user, link, Worker(opened).open_channel, now=now)


def _say_limits(subject: Subject) -> None:
    """Whether or not there is anything more: that itself must not be told."""
    if not subject.complete:
        note(said("subject.incomplete"))
    note(said("subject.limits"))

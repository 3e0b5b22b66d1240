"""Commands about the weekly digest."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from outreach.cli.frame import AsJson, language, open_here, say, show, signed_in

app = typer.Typer(no_args_is_help=True)
Week = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Any day of the week; none: the last one")]


@app.command()
def build(week: Week = None, as_json: AsJson = False) -> None:
    """Work out a week's figures and store them."""
    from outreach import digests
    from outreach.states import Permission

    opened = open_here()
    signed_in(opened, Permission.DIGEST_READ)
    digest = digests.build(
        opened.database, day=week.date() if week else None, now=opened.clock.now(), settings=opened.settings
    )
    if as_json:
        show([digest.figures], as_json=True)
    else:
        say(digests.render_text(digest.figures, opened.settings.language))


@app.command()
def send(week: Week = None) -> None:
    """Mail a stored digest to `digest.recipients`. Nobody gets it twice."""
    from outreach import digests
    from outreach.states import Permission
    from outreach.wiring import Worker
    from outreach.wording import word

    opened = open_here()
    signed_in(opened, Permission.DIGEST_READ)
    sent = digests.send(
        opened.database,
        Worker(opened).mailer,
        day=week.date() if week else None,
        now=opened.clock.now(),
        settings=opened.settings,
    )
    say(word("digest.sent_to", {"count": sent}, language=language()))

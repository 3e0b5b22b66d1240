"""The command line. Command modules import nothing heavy until they run, so that `--help` answers at once."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NoReturn

import typer
from typer.exceptions import TyperException

from outreach.cli import (
    campaigns,
    channels,
    comments,
    digests,
    insights,
    installation,
    learning,
    models,
    posts,
    reading,
    review,
    running,
    stopping,
    subjects,
    users,
)
from outreach.cli.frame import EXIT_FAILED, EXIT_INTERRUPTED, close_here, fail, language, misused, unexpected
from outreach.errors import OutreachError

app = typer.Typer(
    name="outreach",
    help="Posts of a programme's campaigns out exactly once; comments read, flagged, reviewed; a weekly digest.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
app.add_typer(campaigns.app, name="campaigns", help="Campaign files: check, plan, apply, approve, export.")
app.add_typer(posts.app, name="posts", help="Posts: those that wait for a person, deciding, taking down.")
app.add_typer(campaigns.consents, name="consents", help="Consent records of people whose story is told.")
app.add_typer(channels.app, name="channels", help="Pages and accounts: add, list, check.")
app.add_typer(comments.app, name="comments", help="Comments: import a list that was exported elsewhere.")
app.add_typer(review.app, name="review", help="The review queue: list, show, decide.")
app.add_typer(subjects.app, name="subject", help="What is held on a person: find, export, erase.")
app.add_typer(users.app, name="users", help="People who sign in, and their roles.")
app.add_typer(digests.app, name="digest", help="The weekly digest: build, send.")
app.add_typer(models.app, name="model", help="Models of the classifier: list, use, compare, back, what they doubt.")
app.add_typer(installation.keys, name="keys", help="Encryption keys.")
app.add_typer(running.sandbox, name="sandbox", help="A stand-in for Meta, on this machine.")
for command in (
    installation.init,
    installation.upgrade,
    installation.doctor,
    installation.backup,
    installation.restore,
    installation.login,
    installation.logout,
    stopping.pause,
    stopping.resume,
    running.run,
    running.serve,
    reading.pull,
    running.demo,
    insights.insights,
    learning.classify,
    learning.train,
    learning.evaluate,
):
    app.command()(command)


def run() -> None:
    """The border where exceptions end: an error is a sentence and an exit code, never a traceback with values."""
    try:
        sys.exit(_command()(standalone_mode=False) or 0)
    except OutreachError as error:
        _leave(fail, error)
    except TyperException as error:
        _leave(misused, error)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(EXIT_FAILED)
    except Exception as error:  # noqa: BLE001  whatever it is, its text may quote a row
        _leave(unexpected, error)
    finally:
        close_here()


def _command() -> Any:
    """The command tree, in the reader's language."""
    command = typer.main.get_command(app)
    if language() != "ar":
        return command
    from outreach.cli.localising import localise

    return localise(command)


def _leave(say_why: Callable[[Any], NoReturn], error: Exception) -> NoReturn:
    try:
        say_why(error)
    except typer.Exit as done:
        sys.exit(done.exit_code)

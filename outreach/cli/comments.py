"""Comments from a spreadsheet that somebody exported elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from outreach.cli.frame import EXIT_FAILED, AsJson, note, open_here, progress, said, show
from outreach.errors import InvalidError

if TYPE_CHECKING:
    from outreach.comments.importing import BadRow, Form, Taken
    from outreach.comments.reader import Reader

app = typer.Typer(no_args_is_help=True)

DATES = ("iso", "dmy", "mdy")


@app.callback()
def group() -> None:
    """Comments: import a list that was exported elsewhere."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A .csv or .xlsx file with a heading.")],
    *,
    text: Annotated[str, typer.Option(help="Column of the comments' words.")] = "",
    time: Annotated[str, typer.Option(help="Column of when they were written.")] = "",
    post: Annotated[str, typer.Option(help="Column of the post's link or id.")] = "",
    comment: Annotated[str, typer.Option(help="Column of the comment's link or id.")] = "",
    author: Annotated[str, typer.Option(help="Column of the author's name; may be missing.")] = "",
    author_id: Annotated[str, typer.Option(help="Column of the author's id at Meta; may be missing.")] = "",
    reply_to: Annotated[str, typer.Option(help="Column of the comment that it answers; may be missing.")] = "",
    sheet: Annotated[str | None, typer.Option(help="The sheet, where a workbook has several.")] = None,
    dates: Annotated[str, typer.Option(help="iso, dmy (31/12/2025) or mdy (12/31/2025).")] = "iso",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done and do nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether the columns are right.")] = False,
    as_json: AsJson = False,
) -> None:
    """Store comments from a spreadsheet, each once; rows that cannot be taken are listed with number and reason."""
    from outreach import spreadsheets
    from outreach.comments.importing import Form, choose_columns
    from outreach.wiring import Worker

    if dates not in DATES:
        raise InvalidError("import.dates", allowed=", ".join(DATES))
    given = {"text": text, "time": time, "post": post, "comment": comment, "author": author,
             "author_id": author_id, "reply_to": reply_to}  # fmt: skip
    heading = spreadsheets.headings(spreadsheets.read(file, sheet=sheet))
    columns = choose_columns(heading, given)
    _confirm(heading, columns, asks=not yes and not dry_run and any(not given[name] for name in columns))
    opened = open_here()
    reader = Worker(opened).reader
    counts, bad = _import(reader, file, sheet, Form(columns, opened.settings.timezone, dates), dry_run=dry_run)
    _report(counts, bad, as_json=as_json, dry_run=dry_run)
    if bad:
        raise typer.Exit(EXIT_FAILED)


def _confirm(heading: Sequence[str], columns: Mapping[str, int], *, asks: bool) -> None:
    """Names of columns only: no cell is shown."""
    for name, place in columns.items():
        note(f"{said(f'import.field.{name}')}: {heading[place]}")
    if asks and not typer.confirm(said("import.ask")):
        raise typer.Abort


def _import(
    reader: Reader, file: Path, sheet: str | None, form: Form, *, dry_run: bool
) -> tuple[Counter[str], list[BadRow]]:
    from outreach import spreadsheets
    from outreach.comments.importing import BATCH, BadRow, keep, posts_of, take

    total = max(0, sum(1 for _ in spreadsheets.read(file, sheet=sheet)) - 1)
    rows = islice(spreadsheets.read(file, sheet=sheet), 1, None)
    found = take(rows, form, posts_of(reader.database), now=reader.clock.now())
    counts: Counter[str] = Counter(rows=total)
    bad: list[BadRow] = []
    with progress(said("import.progress"), total) as advance:
        for batch in _batches(found, BATCH):
            bad += [each for each in batch if isinstance(each, BadRow)]
            kept, left = keep(reader, [each for each in batch if not isinstance(each, BadRow)], dry_run=dry_run)
            counts += kept
            bad += left
            advance(len(batch))
    return counts, sorted(bad, key=lambda each: each.number)


def _batches(found: Iterator[Taken | BadRow], size: int) -> Iterator[list[Taken | BadRow]]:
    while batch := list(islice(found, size)):
        yield batch


def _report(counts: Counter[str], bad: Sequence[BadRow], *, as_json: bool, dry_run: bool) -> None:
    summary = {name: counts[name] for name in ("rows", "new", "known", "old", "grave")} | {"bad": len(bad)}
    if as_json:
        rows = [{"row": each.number, "reason": each.reason.value} for each in bad]
        show([{**summary, "dry_run": dry_run, "bad_rows": rows}], as_json=True)
        return
    show([summary], as_json=False)
    if bad:
        show([{"row": each.number, "reason": said(f"import.bad.{each.reason}")} for each in bad], as_json=False)
    if counts["grave"]:
        note(said("pull.grave"))
    if dry_run:
        note(said("import.dry_run"))

"""Commands about the classifier: score a file, train a model, say how good training is."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from outreach.cli import comparing
from outreach.errors import InvalidError

if TYPE_CHECKING:
    from outreach.classifier import Classifier, Shelf
    from outreach.training import TrainSettings
    from outreach.training.examples import Example

_Data = Annotated[Path | None, typer.Option("--data", help="Folder of public sets, with sets/ inside.")]
_Seed = Annotated[Path | None, typer.Option("--seed", help="Folder of our own comments; models/seed if not given.")]
_Licences = Annotated[str, typer.Option("--licences", help="Licence classes to train on, such as A,B or A,B,C.")]
_Quick = Annotated[bool, typer.Option("--quick", help="Small, on our own comments alone: to try the machinery.")]
_Model = Annotated[Path | None, typer.Option("--model", help="Model folder; the one in use if not given.")]


def classify(
    file: Annotated[str, typer.Argument(help="A .tsv, .csv or text file, or - for standard input.")],
    column: Annotated[str, typer.Option("--column", help="The column that holds the comments.")] = "text",
    format: Annotated[str | None, typer.Option("--format", help="tsv, csv or text; for - or odd names.")] = None,  # noqa: A002
    model: _Model = None,
) -> None:
    """Sentiment and flags of every row of a file, as JSON lines. Needs no database and no keys."""
    from outreach.classifier.rows import FileFormat, format_of, write_rows

    if format and format not in set(FileFormat):
        raise InvalidError("classify.format", given=format, allowed=",".join(FileFormat))
    chosen = FileFormat(format) if format else format_of(file)
    classifier = _classifier(model)
    source = _opened(file)
    with _counting("classify") as show, source:
        for number in write_rows(source, sys.stdout, format=chosen, column=column, classifier=classifier):
            show(number)


def train(
    *,
    data: _Data = None,
    seed: _Seed = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="Folder to write; models/NAME of the settings.")
    ] = None,
    licences: _Licences = "A,B",
    quick: _Quick = False,
    from_decisions: Annotated[
        bool, typer.Option("--from-decisions", help="Learn from moderators' corrections too, into a new folder.")
    ] = False,
    with_disclosures: Annotated[
        bool, typer.Option("--with-disclosures", help="Of these, also comments with an S0 or S1 flag that holds.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Train after the report of corrections; without, only report.")
    ] = False,
) -> None:
    """Train the classifier and write a model folder. Weights, figures, card; same data, same weights."""
    from outreach.training import train as run

    settings = _training(licences, quick=quick)
    folder = output or _shelf().folder
    decisions = _decisions(folder, with_disclosures=with_disclosures) if from_decisions else []
    if from_decisions and not yes:
        return
    with _steps() as progress:
        report = run(
            seed=seed or _models() / "seed",
            data=data,
            output=folder,
            settings=settings,
            decisions=decisions,
            progress=progress,
        )
    typer.echo(report.version)
    _table(report.metrics)


def _decisions(folder: Path, *, with_disclosures: bool) -> list[Example]:
    """Says what people corrected, flag by flag; a model in use is never written over."""
    from outreach.cli.frame import open_here
    from outreach.moderation import corrections
    from outreach.training.decided import examples_of_decisions

    if folder == _shelf().folder:
        raise InvalidError("train.in_use", folder=folder.name)
    found = corrections.corrections(open_here().database, disclosures=with_disclosures)
    for flag, (holds, wrong) in corrections.counts(found).items():
        typer.echo(f"{flag.value:<24} {holds:>6} {wrong:>6}")
    return examples_of_decisions(found)


def evaluate(
    *,
    data: _Data = None,
    seed: _Seed = None,
    licences: _Licences = "A,B",
    quick: _Quick = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print every figure as JSON.")] = False,
    report: Annotated[Path | None, typer.Option("--report", help="HTML file to write, with plots.")] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Beside a plain SVM instead; sources left out; what other classes add.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", help="JSON of the comparison; a card.md beside it gets its section.")
    ] = None,
) -> None:
    """How good training is, on rows the judged model did not see. Precision, recall, F1, PR-AUC per flag and set."""
    from outreach.training import evaluate as run

    settings, own = _training(licences, quick=quick), seed or _models() / "seed"
    if compare:
        _compare(seed=own, data=data, settings=settings, output=output, as_json=as_json)
        return
    with _steps() as progress:
        found = run(seed=own, data=data, settings=settings, progress=progress)
        engine = comparing.beside_camelbert(found)
    metrics = found.metrics | ({"camelbert": engine} if engine else {})
    if report:
        found.write_page(report)
    if as_json:
        typer.echo(json.dumps(metrics, ensure_ascii=False, indent=1))
    else:
        _table(metrics)


def _compare(*, seed: Path, data: Path | None, settings: TrainSettings, output: Path | None, as_json: bool) -> None:
    with _steps() as progress:
        found = comparing.compare(
            seed=seed, data=data, settings=settings, model=_shelf().folder, output=output, progress=progress
        )
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        comparing.print_tables(found)


def _settings() -> Any:
    from outreach.settings import load

    return load()


def _models() -> Path:
    return Path(_settings().models_dir)


def _shelf() -> Shelf:
    from outreach.classifier import shelf_of

    return shelf_of(_settings())


def _classifier(model: Path | None) -> Classifier:
    from outreach.classifier import load

    return load(model or _shelf().folder)


def _training(licences: str, *, quick: bool) -> TrainSettings:
    from outreach.training import TrainSettings

    if quick:
        return TrainSettings.quick()
    return TrainSettings(licences=tuple(name.strip().upper() for name in licences.split(",") if name.strip()))


def _opened(file: str) -> Any:
    if file == "-":
        return sys.stdin.buffer
    try:
        return Path(file).open("rb")
    except OSError:
        raise InvalidError("classify.unreadable", file=file) from None


@contextmanager
def _counting(word: str) -> Iterator[Callable[[int], None]]:
    """A running count on standard error, on a terminal only, so that a pipe holds nothing but answers."""
    if not sys.stderr.isatty():
        yield lambda _number: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed:,}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(word, total=None)
        yield lambda number: bar.update(task, completed=number)


@contextmanager
def _steps() -> Iterator[Callable[[str, float], None]]:
    if not sys.stderr.isatty():
        yield lambda _step, _share: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("train", total=1.0)
        yield lambda step, share: bar.update(task, description=step, completed=share)


def _table(metrics: Mapping[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("flag", "set", "rows", "positives", "recall", "precision", "F1", "PR-AUC", "recall at alert")
    for flag, sources in metrics["flags"].items():
        for source, found in sources.items():
            table.add_row(flag, source, *_cells(found))
    moods = Table("sentiment of", "rows", "accuracy", "macro-F1")
    for source, found in metrics["sentiment"].items():
        moods.add_row(source, *(_figure(found[name]) for name in ("rows", "accuracy", "macro_f1")))
    engine = Table("sentiment of", "rows", "camelbert", "ours, macro-F1")
    for source, found in metrics.get("camelbert", {}).items():
        engine.add_row(source, *(_figure(found[name]) for name in ("rows", "engine", "ours")))
    load = Table("ordinary comments", "rows", "review S0-S1", "review any", "alert")
    for pool, found in metrics["load"].items():
        load.add_row(pool, *(_figure(found.get(name)) for name in ("rows", "review_s0_s1", "review_any", "alert")))
    console = Console()
    for one in (table, moods, *([engine] if engine.row_count else []), load):
        console.print(one)


def _cells(found: Mapping[str, Any]) -> list[str]:
    review, alert = found.get("review", {}), found.get("alert", {})
    figures = [
        review.get("recall"),
        review.get("precision"),
        review.get("f1"),
        found.get("pr_auc"),
        alert.get("recall"),
    ]
    return [_figure(value) for value in (found["rows"], found["positives"], *figures)]


def _figure(value: float | None) -> str:
    """A dash for what could not be measured: missing is never zero."""
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"

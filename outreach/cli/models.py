"""`outreach model`: which models there are, which is in use, how two of them differ, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from outreach.classifier import Shelf

app = typer.Typer(help="Models of the classifier.", no_args_is_help=True)
_Name = Annotated[str, typer.Argument(help="A folder under models/.")]


@app.command("list")
def list_models() -> None:
    """Every model with its version and main figures; an arrow marks the one in use."""
    from rich.console import Console
    from rich.table import Table

    shelf = _shelf()
    table = Table("", "model", "version", *_HEADINGS)
    for name in shelf.names():
        metrics = shelf.metrics(name)
        table.add_row("→" if name == shelf.in_use else "", name, str(metrics.get("version")), *_main(metrics))
    Console().print(table)


@app.command()
def use(name: _Name) -> None:
    """Score with this model from the next start of `outreach run` on. Read its card first."""
    _shelf().use(name)
    typer.echo(name)


@app.command()
def rollback() -> None:
    """Back to the model that was in use before."""
    typer.echo(_shelf().rollback())


@app.command()
def compare(first: _Name, second: _Name) -> None:
    """Figures of two models side by side, each as measured at its own training on rows that it had not seen."""
    from rich.console import Console
    from rich.table import Table

    shelf = _shelf()
    both = [shelf.metrics(first), shelf.metrics(second)]
    table = Table("figure", first, second, "change")
    for label, path in _rows(both[0]):
        values = [_at(metrics, path) for metrics in both]
        change = f"{values[1] - values[0]:+.3f}" if None not in values else "–"
        table.add_row(label, *("–" if value is None else f"{value:.3f}" for value in values), change)
    Console().print(table)


@app.command()
def doubts(limit: Annotated[int, typer.Option(help="How many")] = 20) -> None:
    """Comments without a flag that came nearest to one, by id: a person's word on these teaches most."""
    from outreach.classifier import load
    from outreach.cli.frame import open_here
    from outreach.moderation.corrections import doubtful

    model = load(_shelf().folder).model
    for one in doubtful(open_here().database, dict(model.review), model=model.version, limit=limit):
        typer.echo(f"{one.comment_id}\t{one.flag.value}\t{one.probability:.3f}\t{one.threshold:.3f}")


_HEADINGS = ("S0-S1 found", "real review S0-S1", "real review any")
_MAIN = (("seen", "any_s0_s1"), ("load", "real", "review_s0_s1"), ("load", "real", "review_any"))


def _main(metrics: Mapping[str, Any]) -> list[str]:
    return ["–" if (value := _at(metrics, path)) is None else f"{value:.3f}" for path in _MAIN]


def _rows(metrics: Mapping[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    flags = [
        (f"{flag}: {name}", ("flags", flag, "seed", *path)) for flag in metrics["flags"] for name, path in _FIGURES
    ]
    moods = [(f"sentiment {source}: macro-F1", ("sentiment", source, "macro_f1")) for source in metrics["sentiment"]]
    return [*zip(_HEADINGS, _MAIN, strict=True), *flags, *moods]


_FIGURES = (("recall", ("review", "recall")), ("precision", ("review", "precision")), ("PR-AUC", ("pr_auc",)))


def _at(metrics: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    found: Any = metrics
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _shelf() -> Shelf:
    from outreach.classifier import shelf_of
    from outreach.settings import load

    return shelf_of(load())

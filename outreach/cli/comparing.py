"""`outreach evaluate --compare`: a plain SVM beside ours, sources left out, other licence classes; a table or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from outreach.errors import ModelError

if TYPE_CHECKING:
    from outreach.states import Flag
    from outreach.training import TrainSettings

_COLUMNS = ("plain", "ours", "ours_adapted", "ours_shipped", "plain_pr_auc", "ours_pr_auc")


def compare(
    *,
    seed: Path,
    data: Path | None,
    settings: TrainSettings,
    model: Path,
    output: Path | None,
    progress: Callable[[str, float], None],
) -> dict[str, Any]:
    """Each part is written as soon as it is known: the whole takes long, and half of it is worth having."""
    from outreach.training import comparing

    found: dict[str, Any] = {}
    for found in comparing.compare(
        seed=seed, data=data, settings=settings, review=_thresholds(model), progress=progress
    ):
        if output:
            _write(output, found)
    return found


def _thresholds(model: Path) -> dict[Flag, float]:
    """Those of the model in use; without one, the likelier answer."""
    from outreach.classifier import load

    try:
        return dict(load(model).model.review)
    except ModelError:
        return {}


def _write(output: Path, found: Mapping[str, Any]) -> None:
    from outreach.training.standing import with_section

    output.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    card = output.with_name("card.md")
    if card.exists():
        card.write_text(with_section(card.read_text(encoding="utf-8"), found), encoding="utf-8")


def print_tables(found: Mapping[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for part in ("sets", "sources"):
        table = Table(part, "label", "rows", "plain SVM", "ours", "as shipped", "PR-AUC plain", "PR-AUC ours")
        for source, kind, one in _each(found.get(part, {})):
            table.add_row(source, kind, str(one["rows"]), *(_figure(one.get(name)) for name in _COLUMNS))
        console.print(table)
    for part, kinds in found.get("classes", {}).items():
        table = Table(part, "label", "rows", "without", "with", "PR-AUC without", "PR-AUC with")
        for source, kind, one in _each(kinds):
            cells = [one[name].get(figure) for figure in ("ours", "ours_pr_auc") for name in ("without", "with")]
            table.add_row(source, kind, str(one["rows"]), *map(_figure, cells))
        console.print(table)


def _each(found: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> list[tuple[str, str, Mapping[str, Any]]]:
    return [(source, kind, one) for source, kinds in found.items() for kind, one in kinds.items()]


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def beside_camelbert(found: Any) -> dict[str, Any] | None:
    """Of an evaluation; None, and one line on standard error that says so, where camel-tools is not there in full."""
    from outreach.arabic.camelbert import analyser
    from outreach.cli.frame import said
    from outreach.training.engines import beside_engine

    try:
        reads = analyser()
    except ModelError:
        typer.echo(said("evaluate.no_camelbert"), err=True)
        return None
    return beside_engine(found.fitted.examples, found.fitted.moods, reads)

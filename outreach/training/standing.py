"""The comparison with a plain SVM as a section of the model card."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

FILE = "comparison.json"
_TITLE = "## Beside a plain SVM"
_BEFORE = "## Limits"
_FIGURES = ("plain", "ours", "ours_adapted", "ours_shipped", "plain_pr_auc", "ours_pr_auc")
_TABLE = (
    "| set | figure for | rows | plain SVM | ours | ours adapted | ours as shipped | PR-AUC plain | PR-AUC ours |\n"
    "|---|---|---|---|---|---|---|---|---|\n"
)
_INTRODUCTION = """
Macro-F1. The plain SVM: TF-IDF of characters (2-5, within words) and of words (1-2), LinearSVC, C 0.3, balanced
classes, on the same normalised text. "Ours": one model for all sets, its cut for the labels of the set at hand chosen
on rows that are not judged; "adapted": with a head of that set's own above the shared ones, which learned what the set
means by a label, as the plain SVM did (it is not shipped); "as shipped": the likeliest sentiment of three, and the
thresholds of review, which keep a load and are no set's own. Held-out figures are the whole model's; where sets are
left out, and beside class C, its heads stand alone, without the network that combines them. Measured on {rows} rows
with {folds} grouped folds; copies across sets count once, with the first set that holds them; what has under {fewest}
rows of either label is left out.
"""

Figures = Mapping[str, Mapping[str, Mapping[str, Any]]]


def compared(card: str, folder: Path) -> str:
    """With what `comparison.json` of a model folder says, where there is one."""
    path = folder / FILE
    return with_section(card, json.loads(path.read_text(encoding="utf-8"))) if path.exists() else card


def with_section(card: str, found: Mapping[str, Any]) -> str:
    """In place of an earlier one, before the limits."""
    bare = re.sub(rf"{_TITLE}\n.*?(?=^## )", "", card, flags=re.DOTALL | re.MULTILINE)
    return bare.replace(f"{_BEFORE}\n", f"{_section(found)}\n{_BEFORE}\n", 1)


def _section(found: Mapping[str, Any]) -> str:
    parts = [f"{_TITLE}\n{_INTRODUCTION.format(**found['run'])}"]
    if how := found["run"].get("how"):  # written by hand, where the figures did not come from one run of the command
        parts.append(f"{how}\n")
    for name, words in (
        ("sets", "Each set, held out (the plain SVM learned that set alone):"),
        ("sources", "Each set left out whole (both learned all others, no near-copy of it among them):"),
    ):
        if found.get(name):
            parts.append(f"{words}\n\n{_TABLE}{_lines(found[name], _beside)}\n\n{_mean(found[f'{name}_mean'])}\n")
    if "classes" in found:
        parts.append(_classes(found["classes"]))
    return "\n".join(parts)


def _lines(found: Figures, cells: Callable[[Mapping[str, Any]], Iterable[float | None]]) -> str:
    return "\n".join(
        " | ".join([f"| {source}", kind, str(one["rows"]), *map(_number, cells(one))]) + " |"
        for source, kinds in found.items()
        for kind, one in kinds.items()
    )


def _beside(one: Mapping[str, Any]) -> Iterable[float | None]:
    return [one.get(name) for name in _FIGURES]


def _mean(found: Mapping[str, Any]) -> str:
    gains = f"{100 * found['ours']:+.1f} points, {100 * found['ours_shipped']:+.1f} as shipped"
    told = f"On average over these {found['pairs']}: {gains}. Below the plain SVM: {_listed(found['below'])}."
    if "ours_adapted" in found:
        told += f"\nAdapted: {100 * found['ours_adapted']:+.1f} points. Below: {_listed(found['below_adapted'])}."
    return told


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _classes(found: Mapping[str, Figures]) -> str:
    heading = (
        "| set | figure for | rows | macro-F1 without C | with C | PR-AUC without C | with C |\n"
        "|---|---|---|---|---|---|---|\n"
    )
    lines = f"{_lines(found['held_out'], _both)}\n{_lines(found['left_out'], _both)}"
    return (
        "What training on class C too would change: first on the rows above, of one fold that neither saw, then on\n"
        f"sets of class C, each left out whole.\n\n{heading}{lines}\n"
    )


def _both(one: Mapping[str, Any]) -> Iterable[float | None]:
    return [one[name].get(figure) for figure in ("ours", "ours_pr_auc") for name in ("without", "with")]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"

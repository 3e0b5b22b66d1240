"""An evaluation as one HTML page with its plots inside. Figures only: no text of anybody stands in it."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import precision_recall_curve

from outreach.states import Flag, Sentiment
from outreach.training.examples import SEED, Example
from outreach.training.slicing import reliability

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Evaluation of the classifier</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #222 }}
table {{ border-collapse: collapse; margin-block: 1rem }} td, th {{ padding: .2rem .7rem; text-align: start }}
th {{ border-bottom: 2px solid #888 }} td {{ border-bottom: 1px solid #ddd; font-variant-numeric: tabular-nums }}
img {{ max-width: 100% }}
</style></head><body>
<h1>Evaluation of the classifier</h1>
<p>Every figure is of rows, voices and near-copies that the judged model had not seen. Brackets: 95 % of 200 draws of
voices. Precision is that of our own mix, where flags are common: on a page they are rare.</p>
{body}
</body></html>
"""


def page(metrics: Mapping[str, Any], examples: Sequence[Example], scores: np.ndarray) -> str:
    own = np.array([row.source == SEED for row in examples])
    labels = np.array([[row.labels.get(flag, False) for flag in Flag] for row in examples])[own]
    parts = [
        "<h2>Flags, our own comments</h2>", _flags(metrics),
        "<h2>Load on ordinary comments</h2>", _table(metrics["load"], ("rows", "review_s0_s1", "review_any", "alert")),
        "<h2>Calibration</h2>", _image(_calibration(labels, scores[own])),
        "<h2>Precision and recall</h2>", _image(_curves(labels, scores[own])),
        "<h2>Sentiment</h2>", _table(metrics["sentiment"], ("rows", "accuracy", "macro_f1")),
        _image(_confusion(metrics["confusion"])),
        "<h2>Flags, public sets</h2>", _table(_public(metrics), ("rows", "positives", "recall", "precision", "pr_auc")),
        "<h2>Slices</h2>",
        _table(metrics["slices"], ("rows", "serious_found", "ordinary_raised", "sentiment_accuracy")),
        "<h2>False alarms and identity</h2>", _table(metrics["identity"], ("rows", "false_alarms")),
    ]  # fmt: skip
    return _PAGE.format(body="\n".join(parts))


def _flags(metrics: Mapping[str, Any]) -> str:
    rows = {}
    for flag in Flag:
        found = metrics["flags"][flag.value].get(SEED, {})
        spread = metrics["intervals"].get(flag.value, {})
        review = found.get("review", {})
        rows[flag.value] = {
            "positives": found.get("positives"),
            "recall": _with_spread(review.get("recall"), spread.get("recall")),
            "precision": _with_spread(review.get("precision"), spread.get("precision")),
            "F1": review.get("f1"),
            "PR-AUC": _with_spread(found.get("pr_auc"), spread.get("pr_auc")),
            "recall at alert": found.get("alert", {}).get("recall"),
        }
    return _table(rows, ("positives", "recall", "precision", "F1", "PR-AUC", "recall at alert"))


def _with_spread(value: float | None, spread: Sequence[float] | None) -> str:
    return "–" if value is None else f"{value:.2f}" + (f" [{spread[0]:.2f}, {spread[1]:.2f}]" if spread else "")


def _public(metrics: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{flag}: {source}": {**found, **found["review"]}
        for flag, sources in metrics["flags"].items()
        for source, found in sources.items()
        if source != SEED
    }


def _table(rows: Mapping[str, Mapping[str, Any]], columns: Sequence[str]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in ("", *columns))
    lines = ["".join(f"<td>{_cell(row.get(name))}</td>" for name in columns) for row in rows.values()]
    body = "".join(f"<tr><td>{escape(name)}</td>{line}</tr>" for name, line in zip(rows, lines, strict=True))
    return f"<table><tr>{head}</tr>{body}</table>"


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else escape(str(value))


def _image(figure: Figure) -> str:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=80)
    return f'<img alt="" src="data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}">'


def _grid(title: str) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(12, 8), layout="constrained")
    figure.suptitle(title)
    axes = [figure.add_subplot(3, 5, at + 1) for at in range(len(Flag))]
    for flag, one in zip(Flag, axes, strict=True):
        one.set_title(flag.value, fontsize=9)
        one.set_xlim(0, 1)
        one.set_ylim(0, 1.02)
    return figure, axes


def _calibration(labels: np.ndarray, scores: np.ndarray) -> Figure:
    figure, axes = _grid("Said (across) and held (up), per tenth")
    for at, one in enumerate(axes):
        points = reliability(labels[:, at], scores[:, at])
        one.plot([0, 1], [0, 1], color="#bbb", linewidth=1)
        one.plot([said for said, _, _ in points], [held for _, held, _ in points], marker="o", markersize=3)
    return figure


def _curves(labels: np.ndarray, scores: np.ndarray) -> Figure:
    figure, axes = _grid("Recall (across) and precision (up)")
    for at, one in enumerate(axes):
        if labels[:, at].any():
            precision, recall, _ = precision_recall_curve(labels[:, at], scores[:, at])
            one.plot(recall, precision)
    return figure


def _confusion(table: Sequence[Sequence[int]]) -> Figure:
    figure = Figure(figsize=(4, 3.5), layout="constrained")
    axes = figure.add_subplot()
    counts = np.array(table)
    axes.imshow(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1), cmap="Blues", vmin=0, vmax=1)
    names = [mood.value for mood in Sentiment]
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("read")
    axes.set_ylabel("labelled")
    for (row, column), count in np.ndenumerate(counts):
        axes.text(column, row, str(count), ha="center", va="center")
    return figure

"""Charts: what to draw, as PNG for mails and as bar lengths for pages. Pure: numbers and words in, bytes out."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

#: first series strong, the one to compare with pale; they differ in lightness, so also for who sees no colours
COLOURS = ("#0b5a56", "#a9cdc8")
INK, SOFT, LINE, PAPER = "#1f2c2b", "#55635f", "#d9d4c6", "#fffefb"
FONT = "DejaVu Sans"  # comes with matplotlib and has Arabic, which matplotlib 3.11 shapes and orders itself
INCHES = (6.4, 3.0)
DPI = 150
ROOM = 1.18  #: of the tallest bar, for the number above it
GAP = 0.24  #: of a category's width, left free


@dataclass(frozen=True)
class Series:
    label: str
    values: tuple[float, ...]
    texts: tuple[str, ...]  #: the values as people read them


@dataclass(frozen=True)
class Chart:
    name: str
    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    right_to_left: bool = False

    @property
    def top(self) -> float:
        return max((value for series in self.series for value in series.values), default=0) or 1

    def lengths(self, category: int) -> tuple[float, ...]:
        """The bars of one category, in hundredths of the longest of all."""
        return tuple(round(100 * series.values[category] / self.top, 1) for series in self.series)


def draw(chart: Chart) -> bytes:
    """A PNG of grouped bars, each with its number. It carries no metadata."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415  half a second that most do not need
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=INCHES, dpi=DPI, facecolor=PAPER, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(facecolor=PAPER)
    for number in range(len(chart.series)):
        _bars(axes, chart, number)
    _frame(axes, chart)
    picture = BytesIO()
    figure.savefig(picture, format="png", metadata={"Software": None})
    return picture.getvalue()


def _bars(axes: Any, chart: Chart, number: int) -> None:
    series = chart.series[number]
    width = (1 - GAP) / len(chart.series)
    offset = (number - (len(chart.series) - 1) / 2) * width
    places = [place + offset for place in range(len(series.values))]
    bars = axes.bar(places, series.values, width * 0.94, color=COLOURS[number % len(COLOURS)], label=series.label)
    axes.bar_label(bars, series.texts, padding=2, fontsize=8, color=INK, fontfamily=FONT)


def _frame(axes: Any, chart: Chart) -> None:
    side = "right" if chart.right_to_left else "left"
    axes.set_title(chart.title, loc=side, fontsize=11, color=INK, fontfamily=FONT, pad=24)
    axes.set_xticks(range(len(chart.categories)), chart.categories, fontsize=9, color=INK, fontfamily=FONT)
    axes.tick_params(length=0, pad=18)
    for label in axes.get_xticklabels():
        label.set_verticalalignment("baseline")  # Arabic letters reach down to different depths
    axes.set_yticks([])
    axes.set_ylim(0, chart.top * ROOM)
    for name, spine in axes.spines.items():
        spine.set_visible(name == "bottom")
        spine.set_color(LINE)
    if chart.right_to_left:
        axes.invert_xaxis()
    _legend(axes, chart)


def _legend(axes: Any, chart: Chart) -> None:
    rtl = chart.right_to_left
    handles, labels = axes.get_legend_handles_labels()
    order = -1 if rtl else 1
    legend = axes.legend(
        handles[::order],
        labels[::order],
        loc="lower right" if rtl else "lower left",
        bbox_to_anchor=(1 if rtl else 0, 1),
        ncols=len(chart.series),
        frameon=False,
        borderaxespad=0,
        handlelength=1,
        handleheight=1,
        markerfirst=not rtl,
        prop={"family": FONT, "size": 9},
        labelcolor=SOFT,
    )
    legend.set_in_layout(True)

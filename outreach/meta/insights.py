"""Figures from Meta's insights edges (graph-api.md §9): only metrics that v26 knows; missing is never zero."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from outreach.errors import InvalidError
from outreach.meta import metrics, refusals
from outreach.meta.dates import parse_time
from outreach.meta.graph import GraphClient
from outreach.meta.metrics import Additive, Measure, Subject
from outreach.meta.protocol import Metric
from outreach.meta.refusals import GraphError

_NOTHING: Mapping[str, object] = {}
#: Answers that refuse a metric or have nothing for it; anything else is an error of the whole call.
_METRIC_REFUSED = frozenset({refusals.INVALID.code, refusals.NO_DATA.code})


def ask_about(
    graph: GraphClient, node: str, subject: Subject, *, period: str, args: Mapping[str, object] = _NOTHING
) -> tuple[Metric, ...]:
    """Every metric of a subject. `period` is what to call it where Meta does not say or says wrongly."""
    asked = metrics.calls(subject)
    return tuple(found for group in asked for found in ask(graph, node, group, period=period, args=args))


def ask(
    graph: GraphClient, node: str, measures: tuple[Measure, ...], *, period: str, args: Mapping[str, object] = _NOTHING
) -> tuple[Metric, ...]:
    """Metrics in one call. One unsuitable metric fails a whole request, so then each is asked alone.

    `paging.next` is always there, a window of time further: it is never followed.
    """
    names = ",".join(measure.name for measure in measures)
    dimension = {"breakdown": measures[0].breakdown} if measures[0].breakdown else {}
    try:
        page = graph.get_connections(node, "insights", metric=names, **args, **dimension)
    except GraphError as error:
        if error.code not in _METRIC_REFUSED:
            raise
        if len(measures) == 1:
            return (missing(measures[0].label, period),)
    else:
        return read_page(page, measures, period)
    return tuple(found for one in measures for found in ask(graph, node, (one,), period=period, args=args))


def missing(label: str, period: str) -> Metric:
    return Metric(label, period, None, unique=not metrics.is_additive(label))


def count(name: str, value: object) -> Metric:
    """A count that Meta keeps on the node itself."""
    return Metric(name, "lifetime", _number(value), unique=not metrics.is_additive(name))


def window(since: datetime, until: datetime, *, most: int) -> dict[str, int]:
    """`since` and `until` for a call; Meta refuses spans of more than `most` days."""
    if not timedelta(0) < until - since <= timedelta(days=most):
        raise InvalidError("meta.span", days=(until - since).days, most=most)
    return {"since": int(since.timestamp()), "until": int(until.timestamp())}


def read_page(page: object, asked: tuple[Measure, ...], period: str) -> tuple[Metric, ...]:
    """The figures of one answer, and one without a value for every metric that it leaves out."""
    try:
        found = tuple(_read(page, {measure.name: measure for measure in asked}, period))
    except (KeyError, TypeError, ValueError, AttributeError):
        found = None
    if found is None:
        raise refusals.broken(refusals.UNREADABLE, writing=False)
    given = {metric.name for metric in found}
    return (*found, *(missing(measure.label, period) for measure in asked if measure.label not in given))


def _read(page: object, asked: Mapping[str, Measure], period: str) -> Iterator[Metric]:
    data = page.get("data") if isinstance(page, dict) else None
    for item in data if isinstance(data, list) else ():
        if isinstance(item, dict) and (measure := asked.get(str(item.get("name")))) is not None:
            yield from _figures(item, measure, period)


def _figures(item: Mapping[str, Any], measure: Measure, period: str) -> Iterator[Metric]:
    """A figure a moment; parts of one that stand as values of their own (`is_from_ads`) are put together."""
    moments: dict[datetime | None, list[Mapping[str, Any]]] = {}
    for value in _values(item):
        moments.setdefault(_end(value), []).append(value)
    for end, values in moments.items():
        parts = {name: figure for value in values for name, figure in _breakdown(value, measure.breakdown).items()}
        yield Metric(
            measure.label,
            _period(item, period),
            _figure(values, parts, measure),
            measure.additive is Additive.NO,
            end,
            parts,
        )


def _figure(values: list[Mapping[str, Any]], parts: Mapping[str, float], measure: Measure) -> float | None:
    """What Meta gives as a whole; of parts alone the sum, unless they may share people."""
    whole = _number(values[0].get("value")) if len(values) == 1 else None
    if whole is None and parts and measure.additive is Additive.YES:
        return sum(parts.values())
    return whole


def _values(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """A total (with its breakdowns) stands beside or in place of the list of values."""
    if isinstance(item.get("total_value"), dict):
        return [item["total_value"]]
    values = item.get("values")
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def _period(item: Mapping[str, Any], asked: str) -> str:
    """Instagram reports `day` for whatever span a total was asked for; what was asked is the truth."""
    return str(item.get("period", asked)) if "total_value" not in item else asked


def _breakdown(value: Mapping[str, Any], dimension: str | None) -> dict[str, float]:
    """Meta writes parts in three ways: a value of names, results with dimensions, values marked with a dimension."""
    if isinstance(value.get("value"), dict):
        pairs = [(str(name), _number(figure)) for name, figure in value["value"].items()]
    elif dimension is not None and dimension in value:
        pairs = [(str(value[dimension]).lower(), _number(value.get("value")))]
    else:
        pairs = [
            ("/".join(map(str, result.get("dimension_values", ()))), _number(result.get("value")))
            for each in value.get("breakdowns") or ()
            for result in each.get("results") or ()
        ]
    return {name: figure for name, figure in pairs if figure is not None}


def _end(value: Mapping[str, Any]) -> datetime | None:
    """Midnight in California, kept as the UTC moment that it is (07:00 or 08:00)."""
    return parse_time(value["end_time"]) if value.get("end_time") else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

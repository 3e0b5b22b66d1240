"""Figures from Meta's insights edges (graph-api.md §9): only metrics that v26 knows; missing is never zero."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from outreach.errors import InvalidError
from outreach.meta import refusals
from outreach.meta.dates import parse_time
from outreach.meta.graph import GraphClient
from outreach.meta.protocol import Metric
from outreach.meta.refusals import GraphError

#: Metrics that count people although their name does not end in `_unique`; sums of them mean nothing.
_PEOPLE = frozenset({"reach", "accounts_engaged", "page_follows", "followers_count", "follower_count"})
_NOTHING: Mapping[str, object] = {}
#: Answers that refuse a metric or have nothing for it; anything else is an error of the whole call.
_METRIC_REFUSED = frozenset({refusals.INVALID.code, refusals.NO_DATA.code})


def ask(
    graph: GraphClient, node: str, metrics: tuple[str, ...], *, period: str, args: Mapping[str, object] = _NOTHING
) -> tuple[Metric, ...]:
    """Every metric by name; `period` is what to call it where Meta does not say or says wrongly.

    One unsuitable metric fails a whole request, so then each is asked alone. `paging.next` is always there, a window
    of time further: it is never followed.
    """
    try:
        page = graph.get_connections(node, "insights", metric=",".join(metrics), **args)
    except GraphError as error:
        if error.code not in _METRIC_REFUSED:
            raise
        if len(metrics) == 1:
            return (missing(metrics[0], period),)
    else:
        return read_page(page, metrics, period)
    return tuple(found for name in metrics for found in ask(graph, node, (name,), period=period, args=args))


def missing(name: str, period: str) -> Metric:
    return Metric(name, period, None, unique=counts_people(name))


def count(name: str, value: object) -> Metric:
    """A count that Meta keeps on the node itself."""
    return Metric(name, "lifetime", _number(value), unique=counts_people(name))


def counts_people(name: str) -> bool:
    return name.endswith("_unique") or name in _PEOPLE


def window(since: datetime, until: datetime, *, most: int) -> dict[str, int]:
    """`since` and `until` for a call; Meta refuses spans of more than `most` days."""
    if not timedelta(0) < until - since <= timedelta(days=most):
        raise InvalidError("meta.span", days=(until - since).days, most=most)
    return {"since": int(since.timestamp()), "until": int(until.timestamp())}


def read_page(page: object, asked: tuple[str, ...], period: str) -> tuple[Metric, ...]:
    """The figures of one answer, and one without a value for every metric that it leaves out."""
    try:
        found = tuple(_read(page, period))
    except (KeyError, TypeError, ValueError, AttributeError):
        found = None
    if found is None:
        raise refusals.broken(refusals.UNREADABLE, writing=False)
    given = {metric.name for metric in found}
    return (*found, *(missing(name, period) for name in asked if name not in given))


def _read(page: object, period: str) -> Iterator[Metric]:
    data = page.get("data") if isinstance(page, dict) else None
    for item in data if isinstance(data, list) else ():
        if isinstance(item, dict) and isinstance(item.get("name"), str):
            for value in _values(item):
                yield _metric(item, value, period)


def _values(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """A total (with its breakdowns) stands beside or in place of the list of values."""
    if isinstance(item.get("total_value"), dict):
        return [item["total_value"]]
    values = item.get("values")
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def _metric(item: Mapping[str, Any], value: Mapping[str, Any], period: str) -> Metric:
    name = str(item["name"])
    parts = _breakdown(value)
    figure = _number(value.get("value"))
    if figure is None and isinstance(value.get("value"), dict) and not counts_people(name):
        figure = sum(parts.values())
    return Metric(name, _period(item, period), figure, counts_people(name), _end(value), parts)


def _period(item: Mapping[str, Any], asked: str) -> str:
    """Instagram reports `day` for whatever span a total was asked for; what was asked is the truth."""
    return str(item.get("period", asked)) if "total_value" not in item else asked


def _breakdown(value: Mapping[str, Any]) -> dict[str, float]:
    if isinstance(value.get("value"), dict):
        pairs = [(str(name), _number(figure)) for name, figure in value["value"].items()]
    else:
        pairs = [
            ("/".join(map(str, result.get("dimension_values", ()))), _number(result.get("value")))
            for dimension in value.get("breakdowns") or ()
            for result in dimension.get("results") or ()
        ]
    return {name: figure for name, figure in pairs if figure is not None}


def _end(value: Mapping[str, Any]) -> datetime | None:
    """Midnight in California, kept as the UTC moment that it is (07:00 or 08:00)."""
    return parse_time(value["end_time"]) if value.get("end_time") else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

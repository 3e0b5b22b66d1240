"""What a digest says, section by section, in one language: the one source of the mail, its text and the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

from outreach.charts import Chart, Series
from outreach.digests.building import Figures
from outreach.digests.conversation import GROUPS
from outreach.digests.words import Words, words_for
from outreach.states import Sentiment

Row = tuple[str, ...]
NO_BREAK = "\u00a0"
CHECKS_SURE = 0.95  #: of the bound that moderation works out


@dataclass(frozen=True)
class Tile:
    value: str
    label: str
    below: str


@dataclass(frozen=True)
class Table:
    head: Row
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Line:
    text: str
    path: str | None = None  #: a page of the site


@dataclass(frozen=True)
class Section:
    code: str
    title: str
    lines: tuple[Line, ...] = ()
    table: Table | None = None
    charts: tuple[Chart, ...] = ()
    footnotes: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True)
class Report:
    words: Words
    week: str  #: its first day, YYYY-MM-DD
    subject: str
    title: str
    span: str
    opening: tuple[str, ...]
    tiles: tuple[Tile, ...]
    sections: tuple[Section, ...]
    footer: str


@dataclass
class Footnotes:
    """Metrics with their definitions and dates, numbered as they come up."""

    words: Words
    texts: list[str] = field(default_factory=list)

    def mark(self, text: str) -> str:
        if text not in self.texts:
            self.texts.append(text)
        return f"[{self.words.number(self.texts.index(text) + 1)}]"

    def define(self, metric: str, when: str) -> str:
        definition = self.words(f"metric.{metric}")
        return self.mark(self.words("digest.footnote", definition=definition, metric=metric, when=when))


def report(figures: Figures, language: str) -> Report:
    words = words_for(figures, language)
    week = words.week(date.fromisoformat(figures["week"]), date.fromisoformat(figures["until"]))
    return Report(
        words,
        figures["week"],
        words("digest.subject", week=week),
        words("digest.title"),
        words("digest.week", week=week),
        tuple(_opening(figures, words)),
        tuple(_tiles(figures, words)),
        tuple(part(figures, words) for part in PARTS),
        words("digest.footer"),
    )


def _opening(figures: Figures, words: Words) -> Iterator[str]:
    yield words("digest.as_of", day=words.moment(figures["built_at"]))
    if not figures["complete"]:
        yield words("digest.running")


def _tiles(figures: Figures, words: Words) -> Iterator[Tile]:
    published, planned = (sum(row[key] for row in figures["posts"]) for key in ("published", "planned"))
    below = words("digest.tile.published_of", planned=planned)
    yield Tile(words.number(published), words("digest.tile.published"), below)
    talk = figures["conversation"]
    yield _tile(words, "comments", *(words.number(talk[week]["total"]) for week in ("this", "last")))
    yield _tile(words, "negative", *(_share_text(words, talk[week], Sentiment.NEGATIVE) for week in ("this", "last")))
    yield _tile(words, "in_time", *(_in_time(words, figures["answers"][week]) for week in ("this", "last")))


def _tile(words: Words, name: str, this: str, last: str) -> Tile:
    return Tile(this, words(f"digest.tile.{name}"), words("digest.tile.before", value=last))


def _in_time(words: Words, answers: Mapping[str, Any] | None) -> str:
    share = answers["safeguarding"]["in_time"] if answers else None
    return words("digest.not_told") if share is None else words.percent(share)


# -- what went out, and how far -----------------------------------------------------------------------------------


def _posts(figures: Figures, words: Words) -> Section:
    columns = ["planned", "published", "held", "failed", "unknown"]
    if any(row["adopted"] for row in figures["posts"]):
        columns.append("adopted")
    head = (words("digest.channel"), *(words(f"digest.{column}") for column in columns))
    rows = tuple((row["name"], *(words.number(row[column]) for column in columns)) for row in figures["posts"])
    lines = () if rows else (Line(words("digest.no_channels")),)
    return Section("posts", words("digest.posts"), lines, Table(head, rows) if rows else None)


CHANNEL_COLUMNS = {"views": "views", "reach": "people", "reactions": "reactions", "interactions": "interactions"}
POST_COLUMNS = {"views": "views", "reach": "people", "reactions": "reactions"}


def _reach(figures: Figures, words: Words) -> Section:
    notes = Footnotes(words)
    head = (words("digest.channel"), *(words(f"digest.{name}") for name in CHANNEL_COLUMNS.values()))
    rows = tuple(
        (channel["channel"], *(_channel_cell(channel[key], words, notes) for key in CHANNEL_COLUMNS))
        for channel in figures["channels"]
    )
    table = Table(head, rows) if rows else None
    return Section(
        "reach", words("digest.reach"), (), table, (), tuple(notes.texts), words("digest.reach_note") if rows else None
    )


def _channel_cell(figure: Mapping[str, Any], words: Words, notes: Footnotes) -> str:
    return f"{words.told(figure['value'])}{NO_BREAK}{notes.define(figure['metric'], _when(figure, words))}"


def _when(figure: Mapping[str, Any], words: Words) -> str:
    if figure["value"] is None:
        days = figure.get("days")
        return words("digest.days_given", days=days) if days else words("digest.not_given")
    return words("digest.until", day=words.moment(figure["at"]))


def _by_post(figures: Figures, words: Words) -> Section:
    notes = Footnotes(words)
    posts, total = figures["published"]["posts"], figures["published"]["total"]
    marks = {key: _column_marks(posts, key, words, notes) for key in POST_COLUMNS}
    names = [*POST_COLUMNS.values(), "comments"]
    head = (words("digest.post"), words("digest.channel"), *(words(f"digest.{name}") for name in names))
    rows = tuple(_post_row(post, marks, words) for post in posts)
    lines = () if rows else (Line(words("digest.nothing_published")),)
    more = words.count("digest.more_posts", total - len(posts)) if total > len(posts) else None
    return Section(
        "by_post",
        words("digest.by_post"),
        lines,
        Table(head, rows) if rows else None,
        (),
        tuple(notes.texts),
        more,
    )


def _column_marks(posts: Sequence[Mapping[str, Any]], key: str, words: Words, notes: Footnotes) -> dict[str, str]:
    """One footnote for each metric of a column, with the days on which its figures were read."""
    read: dict[str, list[str]] = {}
    for post in posts:
        read.setdefault(post[key]["metric"], []).extend([post[key]["at"]] if post[key]["at"] else [])
    return {metric: notes.define(metric, _read_on(sorted(times), words)) for metric, times in read.items()}


def _read_on(times: Sequence[str], words: Words) -> str:
    if not times:
        return words("digest.not_given")
    first, last = words.moment(times[0]), words.moment(times[-1])
    return words("digest.read_on", day=last) if first == last else words("digest.read_between", first=first, last=last)


def _post_row(post: Mapping[str, Any], marks: Mapping[str, Mapping[str, str]], words: Words) -> Row:
    cells = (f"{words.told(post[key]['value'])}{NO_BREAK}{marks[key][post[key]['metric']]}" for key in POST_COLUMNS)
    return (post["post"] or words("digest.by_hand"), post["channel"], *cells, words.number(post["comments"]))


# -- what people said ---------------------------------------------------------------------------------------------


def _conversation(figures: Figures, words: Words) -> Section:
    this, last = figures["conversation"]["this"], figures["conversation"]["last"]
    head = (words("digest.sentiment"), *_weeks(words), words("digest.change"))
    rows = tuple(
        (
            words(f"sentiment.{each}"),
            *(f"{words.number(week['sentiment'][each])} ({_share_text(words, week, each)})" for week in (this, last)),
            words.change(this["sentiment"][each], last["sentiment"][each]),
        )
        for each in Sentiment
    )
    lines = tuple(Line(text) for text in _conversation_lines(this, last, words))
    return Section(
        "conversation", words("digest.conversation"), lines, Table(head, rows), tuple(_charts(figures, words))
    )


def _weeks(words: Words) -> tuple[str, str]:
    return words("digest.this_week"), words("digest.last_week")


def _conversation_lines(this: Mapping[str, Any], last: Mapping[str, Any], words: Words) -> Iterator[str]:
    total = words.count("digest.comments_of_week", this["total"])
    yield f"{total} {words('digest.total_before', n=last['total'])}"
    if this["total"]:
        yield words("digest.not_scored_share", share=words.percent(this["not_scored"] / this["total"]))
    if this["unread"]:
        yield words("digest.unread", n=this["unread"])
    if this["by_day"] is None:
        yield words("digest.no_days")


def _share(week: Mapping[str, Any], sentiment: str) -> float | None:
    scored = sum(week["sentiment"].values())
    return week["sentiment"][sentiment] / scored if scored else None


def _share_text(words: Words, week: Mapping[str, Any], sentiment: str) -> str:
    share = _share(week, sentiment)
    return words("digest.missing") if share is None else words.percent(share)


def _charts(figures: Figures, words: Words) -> Iterator[Chart]:
    both = [figures["conversation"][week] for week in ("this", "last")]
    rtl = words.direction == "rtl"
    shares = tuple(_share_series(label, week, words) for label, week in zip(_weeks(words), both, strict=True))
    if any(chain.from_iterable(series.values for series in shares)):
        names = tuple(words(f"sentiment.{each}") for each in Sentiment)
        yield Chart("sentiment", words("digest.sentiment_chart"), names, shares, rtl)
    days = tuple(
        Series(label, tuple(week["by_day"]), tuple(words.number(count) for count in week["by_day"]))
        for label, week in zip(_weeks(words), both, strict=True)
        if week["by_day"]
    )
    if figures["conversation"]["this"]["by_day"] and any(chain.from_iterable(series.values for series in days)):
        yield Chart("days", words("digest.days_chart"), _day_names(figures, words), days, rtl)


def _share_series(label: str, week: Mapping[str, Any], words: Words) -> Series:
    shares = tuple(_share(week, each) or 0 for each in Sentiment)
    return Series(label, shares, tuple(_share_text(words, week, each) for each in Sentiment))


def _day_names(figures: Figures, words: Words) -> tuple[str, ...]:
    first = date.fromisoformat(figures["week"])
    return tuple(words.day(date.fromordinal(first.toordinal() + number)) for number in range(7))


# -- people in need -----------------------------------------------------------------------------------------------


def _flagged(figures: Figures, words: Words) -> Section:
    this, last = (figures["conversation"][week]["flagged"] for week in ("this", "last"))
    title = words("digest.flagged")
    if this is None:
        return Section("flagged", title, (Line(words("digest.flagged_later")),))
    rows = [_flagged_row(group, this["groups"][group], last and last["groups"][group], words) for group in GROUPS]
    rows.append(_flagged_row("total", this["total"], last and last["total"], words))
    head = (words("digest.group"), *_weeks(words), words("digest.change"))
    return Section("flagged", title, (), Table(head, tuple(rows)), note=words("digest.flagged_note"))


def _flagged_row(group: str, this: int | str | None, last: int | str | None, words: Words) -> Row:
    told = (words("digest.not_told") if count is None else words.told(count) for count in (this, last))
    return (words(f"digest.group.{group}"), *told, words.change(this, last))


def _answers(figures: Figures, words: Words) -> Section:
    this, last = figures["answers"]["this"], figures["answers"]["last"]
    if this is None:
        return Section("answers", words("digest.answers"), (Line(words("digest.flagged_later")),))
    in_time = words("digest.in_time")
    head = (
        words("digest.group"),
        words("digest.median"),
        words("digest.ninetieth"),
        in_time,
        words("digest.last_week"),
    )
    rows = tuple(
        (
            words(f"digest.group.{group}"),
            _span(found["median"], words),
            _span(found["ninetieth"], words),
            _at_least(found["in_time"], words),
            _at_least(last[group]["in_time"] if last else None, words),
        )
        for group, found in this.items()
    )
    return Section("answers", words("digest.answers"), (), Table(head, rows), note=words("digest.answers_note"))


def _span(minutes: float | None, words: Words) -> str:
    return words("digest.not_told") if minutes is None else words.span(minutes)


def _at_least(share: float | None, words: Words) -> str:
    if share is None:
        return words("digest.not_told")
    return words.percent(share) if share == 1 else words("digest.at_least", share=words.percent(share))


def _queue(figures: Figures, words: Words) -> Section:
    oldest = Line(words(f"digest.oldest.{figures['queue']['oldest'] or 'none'}"), "/review")
    lines = (oldest, Line(_checks(figures.get("checks"), words)), Line(_purged(figures["purged"], words)))
    return Section("queue", words("digest.queue"), lines)


def _checks(found: Mapping[str, Any] | None, words: Words) -> str:
    """Weeks that were stored before this was told have none."""
    if found is None:
        return words("digest.checks_few")
    share, sure = words.percent(found["at_most"]), words.percent(CHECKS_SURE)
    return words("digest.checks", n=found["checked"], weeks=found["weeks"], share=share, sure=sure)


def _purged(count: int | str | None, words: Words) -> str:
    if count is None:
        return words("digest.purged_missing")
    return words("digest.purged_few") if isinstance(count, str) else words("digest.purged", n=count)


def _next(figures: Figures, words: Words) -> Section:
    tasks = figures["tasks"]
    lines = [*_stuck(tasks, words), *_access(tasks, words, figures["built_at"])]
    planned = Line(words.count("digest.next.planned", tasks["planned"]), "/posts")
    return Section("next", words("digest.next"), (*(lines or [Line(words("digest.next.nothing"))]), planned))


def _stuck(tasks: Mapping[str, Any], words: Words) -> Iterator[Line]:
    for name in ("held", "unknown", "failed", "approvals"):
        if tasks[name]:
            yield Line(words.count(f"digest.next.{name}", tasks[name]), "/posts")


def _access(tasks: Mapping[str, Any], words: Words, built_at: str) -> Iterator[Line]:
    for channel in tasks["stopped"]:
        yield Line(words("digest.next.stopped", channel=channel))
    for token in tasks["tokens"]:
        code = "digest.next.token_over" if token["ends"] <= built_at else "digest.next.token"
        yield Line(words(code, channel=token["channel"], day=words.moment(token["ends"])))


PARTS = (_next, _posts, _reach, _by_post, _conversation, _flagged, _answers, _queue)

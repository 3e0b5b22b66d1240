"""Comments from a spreadsheet: which column is what, which row can be taken, and each comment stored once.

What we hold already, or have forgotten, is left as it is: a file is never newer than what Meta says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select

from outreach.comments.adopting import tail
from outreach.comments.ingesting import Ingested, find_known
from outreach.comments.pulling import store
from outreach.comments.reader import Reader
from outreach.comments.tombstones import is_too_old
from outreach.db import Database
from outreach.errors import InvalidError
from outreach.meta import links
from outreach.meta.protocol import RemoteComment
from outreach.spreadsheets import Cell, Odd, Row
from outreach.states import ChannelKind, PublicationStatus
from outreach.tables import PostPhoto, Publication

BATCH = 500
LONGEST = 20_000  #: code points; Facebook takes 8,000
AHEAD = timedelta(days=1)  #: of us, that a clock or a time zone of a file may be
NEEDED = ("text", "time", "post", "comment")
#: what columns are called, by field; compared in small letters, without blanks and signs
NAMES: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "comment", "message", "commenttext", "body", "content", "النص", "نصالتعليق", "التعليق"),
    "time": ("time", "date", "createdtime", "createdat", "timestamp", "datetime", "الوقت", "التاريخ"),
    "post": ("post", "postid", "postlink", "posturl", "postpermalink", "mediaid", "المنشور", "رابطالمنشور"),
    "comment": ("commentid", "id", "commentlink", "commenturl", "permalink", "رقمالتعليق", "رابطالتعليق"),
    "author": ("author", "authorname", "name", "username", "from", "user", "الاسم", "الكاتب", "صاحبالتعليق"),
    "author_id": ("authorid", "userid", "fromid", "رقمالكاتب"),
    "reply_to": ("parentid", "replyto", "parent", "ردعلى"),
}
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+")
_SIGNS = re.compile(r"[\W_]+")
_FORMATS = {
    "iso": (),
    "dmy": ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d.%m.%Y %H:%M"),
    "mdy": ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M %p"),
}


class Bad(StrEnum):
    """Why a row was not taken."""

    FORMULA = "formula"
    NO_TEXT = "no_text"
    TOO_LONG = "too_long"
    TIME = "time"
    FUTURE = "future"
    POST = "post"
    COMMENT = "comment"
    ROUNDED = "rounded"
    TWICE = "twice"
    NOT_SCORED = "not_scored"


@dataclass(frozen=True)
class BadRow:
    number: int
    reason: Bad


@dataclass(frozen=True)
class Taken:
    number: int
    publication: Publication = field(repr=False)
    remote: RemoteComment = field(repr=False)


@dataclass(frozen=True)
class Form:
    """How a file is to be read."""

    columns: Mapping[str, int]  #: by field
    zone: str
    dates: str  #: iso, dmy or mdy: 03/04 is a day in two months


Posts = Mapping[str, Publication]  #: by the end of their id, and by their address


def choose_columns(heading: Sequence[str], given: Mapping[str, str]) -> dict[str, int]:
    """The place of each field: as given, else by its name. Raises InvalidError naming what is missing."""
    plain = [_SIGNS.sub("", name).lower() for name in heading]
    found: dict[str, int] = {}
    for name in NAMES:
        wanted = [_SIGNS.sub("", given[name]).lower()] if given.get(name) else NAMES[name]
        places = [plain.index(each) for each in wanted if each in plain and plain.index(each) not in found.values()]
        if places:
            found[name] = places[0]
        elif name in NEEDED or given.get(name):
            raise InvalidError("import.column", field=name, columns=", ".join(filter(None, heading)))
    return found


def posts_of(database: Database) -> dict[str, Publication]:
    with database.read() as session:
        rows = session.scalars(select(Publication).where(Publication.status == PublicationStatus.PUBLISHED)).all()
        by_id = {row.id: row for row in rows}
        known = {tail(row.remote_id or ""): row for row in rows}
        known |= {links.address(row.permalink): row for row in rows if row.permalink}
        for photo in session.scalars(select(PostPhoto).where(PostPhoto.publication_id.in_(by_id))):
            known[photo.remote_id] = by_id[photo.publication_id]
    return known


def take(rows: Iterable[Row], form: Form, posts: Posts, *, now: datetime) -> Iterator[Taken | BadRow]:
    """Every row but the heading, as a comment or with the reason why it is none."""
    seen: set[str] = set()
    for row in rows:
        taken = _take(row, form, posts, now=now)
        if isinstance(taken, Taken):
            key = f"{taken.publication.channel_id}:{taken.remote.id}"
            yield BadRow(row.number, Bad.TWICE) if key in seen else taken
            seen.add(key)
        else:
            yield BadRow(row.number, taken)


def _take(row: Row, form: Form, posts: Posts, *, now: datetime) -> Taken | Bad:
    cells = {name: row[place] for name, place in form.columns.items()}
    text, at, post = _text(cells["text"]), _time(cells["time"], form), _text(cells["post"])
    publication = posts.get(tail(links.post_id(post) or "")) or posts.get(links.address(post))
    remote_id = _remote_id(_text(cells["comment"]), publication) if publication else None
    bad = _trouble(cells, text, at, now=now)
    if bad or at is None or publication is None:
        return bad or Bad.POST
    if remote_id is None:
        return Bad.COMMENT
    return Taken(row.number, publication, _remote(cells, remote_id, publication, text=text, at=at))


def _trouble(cells: Mapping[str, Cell], text: str, at: datetime | None, *, now: datetime) -> Bad | None:
    """What is wrong with the cells by themselves."""
    rounded = Odd.ROUNDED in (cells["comment"], cells["post"]) or _SCIENTIFIC.fullmatch(_text(cells["comment"]))
    checks = (
        (any(cell in (Odd.FORMULA, Odd.ERROR) for cell in cells.values()), Bad.FORMULA),
        (rounded, Bad.ROUNDED),
        (not text, Bad.NO_TEXT),
        (len(text) > LONGEST, Bad.TOO_LONG),
        (at is None, Bad.TIME),
        (at is not None and at > now + AHEAD, Bad.FUTURE),
    )
    return next((bad for failed, bad in checks if failed), None)


def _remote(
    cells: Mapping[str, Cell], remote_id: str, publication: Publication, *, text: str, at: datetime
) -> RemoteComment:
    author_id = _text(cells.get("author_id")) or None
    link = _text(cells["comment"])
    return RemoteComment(
        remote_id,
        text,
        at,
        parent_id=_remote_id(_text(cells.get("reply_to")), publication),
        author_id=author_id,
        author_name=_text(cells.get("author")) or None,
        permalink=link if link.startswith("https://") else None,
        # By id only: anybody may call herself what the Page is called.
        own=author_id == publication.channel.remote_id,
    )


def _text(cell: Cell) -> str:
    return "" if cell is None or isinstance(cell, Odd) else str(cell).strip()


def _remote_id(link: str, publication: Publication) -> str | None:
    """Facebook's own ids name the post as well; a link or a list may leave that out."""
    found = links.comment_id(link)
    if found is None or "_" in found or publication.channel.kind != ChannelKind.FACEBOOK_PAGE:
        return found
    return f"{tail(publication.remote_id or '')}_{found}"


def _time(cell: Cell, form: Form) -> datetime | None:
    at = cell if isinstance(cell, datetime) else _parsed(_text(cell), form.dates)
    if at is None:
        return None
    try:
        return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(form.zone))).astimezone(UTC)
    except OverflowError:
        return None


def _parsed(text: str, dates: str) -> datetime | None:
    for parse in (datetime.fromisoformat, *(_parser(each) for each in _FORMATS[dates])):
        try:
            return parse(text)
        except ValueError:
            continue
    return None


def _parser(pattern: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, pattern)  # noqa: DTZ007  the caller adds the zone


def keep(reader: Reader, taken: Sequence[Taken], *, dry_run: bool) -> tuple[Counter[str], list[BadRow]]:
    """Store some comments; what they were, and those that must be tried again since nothing could score them."""
    counts: Counter[str] = Counter()
    bad: list[BadRow] = []
    by_post: dict[str, list[Taken]] = {}
    for each in taken:
        by_post.setdefault(each.publication.id, []).append(each)
    for group in by_post.values():
        publication = group[0].publication
        with reader.database.read() as session:
            known = find_known(session, publication.channel_id, [each.remote for each in group])
        new = [each for each in group if each.remote.id not in known]
        counts["known"] += len(group) - len(new)
        old = [each for each in new if is_too_old(reader, each.remote, known)]
        counts["new"] += len(new) - len(old)
        counts["old"] += len(old)
        if new and not dry_run:
            outcomes = store(reader, publication, [each.remote for each in new])
            if Ingested.LEFT in outcomes:
                counts["old"] -= len(old)
                bad += [BadRow(each.number, Bad.NOT_SCORED) for each in old]
            counts["grave"] += outcomes.count(Ingested.GRAVE)
    return counts, bad

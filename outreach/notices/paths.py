"""The paths by which a notice reaches a person: services that they added, in their order, then mail.

A service comes first because who adds one wants to be reached at once; mail is the path that everybody has.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy import select

from outreach.db import Database, readable
from outreach.errors import NotFoundError, NoticeError
from outreach.pushing import Push
from outreach.tables import AuditEvent, User

MAIL = "mail"
REST = 120.0  #: seconds for which a path that failed is tried last: many notices must not wait for it one by one


class Mailer(Protocol):
    def send(self, to: str, subject: str, text: str, html: str | None = None) -> None:
        """Raises MailError."""
        ...


@dataclass(frozen=True)
class Path:
    """`kind` says which in rows and logs; `address` opens it, and stays here."""

    kind: str
    address: str = field(repr=False)


class Courier:
    """Hands a notice over by one path, and remembers which paths have just failed."""

    def __init__(self, mailer: Mailer, push: Push) -> None:
        self._mailer = mailer
        self.push = push
        self._failed: dict[str, float] = {}

    def in_order(self, paths: Sequence[Path]) -> list[Path]:
        """Those that failed within the last minutes go last; the mail server is one path for everybody."""
        return sorted(paths, key=self._rests)

    def hand_over(self, path: Path, subject: str, text: str) -> None:
        """Raises NoticeError."""
        try:
            if path.kind == MAIL:
                self._mailer.send(path.address, subject, text)
            else:
                self.push.send(path.address, subject, text)
        except NoticeError as error:
            if not error.permanent:
                self._failed[_shared(path)] = time.monotonic()
            raise
        self._failed.pop(_shared(path), None)

    def _rests(self, path: Path) -> bool:
        return time.monotonic() - self._failed.get(_shared(path), float("-inf")) < REST


def _shared(path: Path) -> str:
    return MAIL if path.kind == MAIL else path.address


def paths_of(person: User) -> list[Path]:
    """Every path of a person. A damaged list of services leaves the mail."""
    services = [Path(_label(address), address) for address in urls_of(person)]
    email = readable(person, "email")
    return [*services, *([Path(MAIL, email)] if email else [])]


def urls_of(person: User) -> list[str]:
    return (readable(person, "notice_urls") or "").split()


def set_urls(person: User, urls: Sequence[str]) -> None:
    person.notice_urls = "\n".join(urls) or None


def change_urls(
    database: Database, login: str, change: Callable[[list[str]], list[str]], *, user_id: str | None, now: datetime
) -> User:
    """Replace a person's services by what `change` makes of them. Raises NotFoundError."""
    with database.write() as session:
        person = session.scalar(select(User).where(User.login == login))
        if person is None:
            raise NotFoundError("user.not_found", login=login)
        set_urls(person, change(urls_of(person)))
        session.add(AuditEvent(at=now, user_id=user_id, event="user.notice_paths", subject=person.id))
    return person


def _label(address: str) -> str:
    """The kind of service, which is all of an address that a row or a log line may hold."""
    return address.partition(":")[0][:32].lower() or "?"

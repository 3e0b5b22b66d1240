"""What stands in the way of notices: nobody to tell, no path, a path not allowed any more, nothing getting through.

One list for `outreach doctor` and the health page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from outreach import policy
from outreach.db import Database
from outreach.errors import InvalidError
from outreach.notices.paths import MAIL, paths_of
from outreach.notices.sending import reachable
from outreach.pushing import Push
from outreach.states import Permission, Role
from outreach.tables import User

#: Without a path to these a person in danger waits unseen.
VITAL = frozenset({Role.FOCAL_POINT.value, Role.PSEA_FOCAL_POINT.value})
TOLD = (Permission.POSTS_WRITE, Permission.CHANNELS_MANAGE)


@dataclass(frozen=True)
class Trouble:
    """`grave`: something that must be mended; else something to better."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    grave: bool = True


def troubles(database: Database, push: Push) -> Iterator[Trouble]:
    with database.read() as session:
        people = session.scalars(select(User).where(User.disabled_at.is_(None)).order_by(User.login)).all()
    told = [person for person in people if _is_told(person)]
    for person in told:
        if not paths_of(person):
            yield Trouble("doctor.no_path", {"login": person.login}, grave=bool(VITAL & set(person.roles)))
        yield from _refused(person, push)
    if told and not any(path.kind != MAIL for person in told for path in paths_of(person)):
        yield Trouble("doctor.one_path", grave=False)
    if not reachable(database):
        yield Trouble("doctor.unreachable")


def _is_told(person: User) -> bool:
    return bool(VITAL & set(person.roles)) or any(policy.may(person.roles, each) for each in TOLD)


def _refused(person: User, push: Push) -> Iterator[Trouble]:
    for path in paths_of(person):
        try:
            if path.kind != MAIL:
                push.kind_of(path.address)
        except InvalidError:
            yield Trouble("doctor.path_refused", {"login": person.login, "kind": path.kind})

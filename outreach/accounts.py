"""Users, passwords, sign-in with throttling, sessions, and the audit trail of both."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach import policy
from outreach.db import Database, is_keyed, keyed, new_id
from outreach.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from outreach.settings import WebSettings
from outreach.states import Mode, Permission, Role
from outreach.tables import AuditEvent, Installation, LoginFailure, LoginSession, User

MIN_PASSWORD = 12
MAX_PASSWORD = 256  # argon2 reads all of it: a bound against being kept busy
WINDOW = timedelta(minutes=15)
FAILURES_PER_LOGIN = 5
FAILURES_PER_ADDRESS = 20  # several moderators share one office line
SEEN_EVERY = timedelta(seconds=60)
LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
LANGUAGES = ("ar", "en")

_hasher = PasswordHasher()


def create_user(  # noqa: PLR0913  the columns of one row
    database: Database,
    *,
    login: str,
    display_name: str,
    roles: Iterable[str],
    password: str,
    now: datetime,
    language: str = "ar",
    email: str | None = None,
    demo: bool = False,
    by: User | None = None,
) -> User:
    """Raises InvalidError for a bad login, role, language or password, ConflictError for a login that is taken."""
    user = User(
        login=_valid_login(login),
        display_name=display_name.strip() or login,
        roles=_valid_roles(roles),
        password_hash=_hasher.hash(_valid_password(password, login)),
        language=_valid_language(language),
        email=email or None,
        demo=demo,
        created_at=now,
    )
    try:
        with database.write() as session:
            if demo and is_live(session):
                raise DeniedError("user.demo_in_live")
            session.add(user)
            session.flush()
            audit(session, now=now, user=by, event="user.created", subject=user.id, roles=user.roles)
    except IntegrityError:
        raise ConflictError("user.login_taken", login=user.login) from None
    return user


def users(database: Database) -> list[User]:
    with database.read() as session:
        return list(session.scalars(select(User).order_by(User.login)))


def find_user(database: Database, login: str) -> User:
    with database.read() as session:
        return _by_login(session, login)


def set_roles(database: Database, login: str, roles: Iterable[str], *, now: datetime, by: User | None = None) -> User:
    """Their sessions end, so that no open page keeps what was taken away."""
    with database.write() as session:
        user = _by_login(session, login)
        user.roles = _valid_roles(roles)
        _end_sessions(session, user.id, now=now)
        audit(session, now=now, user=by, event="user.roles", subject=user.id, roles=user.roles)
        return user


def disable_user(database: Database, login: str, *, now: datetime, by: User | None = None) -> User:
    with database.write() as session:
        user = _by_login(session, login)
        user.disabled_at = user.disabled_at or now
        _end_sessions(session, user.id, now=now)
        audit(session, now=now, user=by, event="user.disabled", subject=user.id)
        return user


def enable_user(database: Database, login: str, *, now: datetime, by: User | None = None) -> User:
    with database.write() as session:
        user = _by_login(session, login)
        user.disabled_at = None
        audit(session, now=now, user=by, event="user.enabled", subject=user.id)
        return user


def set_password(database: Database, login: str, password: str, *, now: datetime, by: User | None = None) -> None:
    hashed = _hasher.hash(_valid_password(password, login))
    with database.write() as session:
        user = _by_login(session, login)
        user.password_hash = hashed
        _end_sessions(session, user.id, now=now)
        audit(session, now=now, user=by, event="user.password", subject=user.id)


def set_language(database: Database, user: User, language: str) -> None:
    with database.write() as session:
        session.get_one(User, user.id).language = _valid_language(language)


# -- sign-in ------------------------------------------------------------------------------------------------------


def sign_in(database: Database, *, login: str, password: str, address: str, now: datetime) -> str:
    """A new session's token. Raises DeniedError: `login.throttled`, or `login.failed` whatever was wrong."""
    login = login.strip().lower()
    with database.read() as session:
        _refuse_guessing(session, login=login, address=address, now=now)
        user = session.scalar(select(User).where(User.login == login))
        allowed = user is not None and user.disabled_at is None and not (user.demo and is_live(session))
    # An unknown login costs the same hash as a known one, so that time does not tell which logins exist.
    right = _matches(user.password_hash if user else _nobody(), password)
    if user is None or not allowed or not right:
        _record_failure(database, login=login, address=address, now=now)
        raise DeniedError("login.failed")
    return _open_session(database, user, now=now)


def session_user(database: Database, token: str, *, now: datetime, settings: WebSettings) -> User | None:
    """Who a session token stands for; None when it is unknown, ended, idle or over."""
    with database.read() as session:
        row = session.scalar(select(LoginSession).where(LoginSession.token_hash == _hash(token)))
        if row is None or row.ended_at is not None or not _is_fresh(row, now=now, settings=settings):
            return None
        if row.user.disabled_at is not None or (row.user.demo and is_live(session)):
            return None
        user, seen_at, session_id = row.user, row.seen_at, row.id
    if now - seen_at >= SEEN_EVERY:
        with database.write() as session:
            session.execute(update(LoginSession).where(LoginSession.id == session_id).values(seen_at=now))
    return user


def sign_out(database: Database, token: str, *, now: datetime) -> None:
    with database.write() as session:
        row = session.scalar(select(LoginSession).where(LoginSession.token_hash == _hash(token)))
        if row is not None and row.ended_at is None:
            row.ended_at = now
            audit(session, now=now, user=row.user, event="login.ended", subject=row.user_id)


def end_all_sessions(database: Database, user_id: str, *, now: datetime, by: User | None = None) -> None:
    with database.write() as session:
        _end_sessions(session, user_id, now=now)
        audit(session, now=now, user=by, event="login.all_ended", subject=user_id)


def require(user: User, permission: Permission) -> None:
    """Raises DeniedError unless one of the user's roles grants it."""
    if not policy.may(user.roles, permission):
        raise DeniedError("denied", permission=str(permission))


def audit(
    session: Session, *, now: datetime, user: User | None, event: str, subject: str | None = None, **details: object
) -> None:
    """Write down who did what. `details` are codes and ids, never words of a comment."""
    session.add(AuditEvent(at=now, user_id=user.id if user else None, event=event, subject=subject, details=details))


def is_live(session: Session) -> bool:
    return session.scalar(select(Installation.mode)) == Mode.LIVE


def _open_session(database: Database, user: User, *, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    with database.write() as session:
        session.add(LoginSession(token_hash=_hash(token), user_id=user.id, created_at=now, seen_at=now))
        session.execute(delete(LoginFailure).where(is_keyed(LoginFailure.subject_key, f"login:{user.login}")))
        audit(session, now=now, user=user, event="login.started", subject=user.id)
    return token


def _refuse_guessing(session: Session, *, login: str, address: str, now: datetime) -> None:
    for subject, most in ((f"login:{login}", FAILURES_PER_LOGIN), (f"address:{address}", FAILURES_PER_ADDRESS)):
        failures = session.scalar(
            select(func.count())
            .select_from(LoginFailure)
            .where(is_keyed(LoginFailure.subject_key, subject), LoginFailure.at > now - WINDOW)
        )
        if (failures or 0) >= most:
            raise DeniedError("login.throttled", minutes=int(WINDOW.total_seconds() // 60))


def _record_failure(database: Database, *, login: str, address: str, now: datetime) -> None:
    with database.write() as session:
        for subject in (f"login:{login}", f"address:{address}"):
            session.add(LoginFailure(id=new_id(), subject_key=keyed(LoginFailure.subject_key, subject), at=now))


def _end_sessions(session: Session, user_id: str, *, now: datetime) -> None:
    session.execute(
        update(LoginSession)
        .where(LoginSession.user_id == user_id, LoginSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def _is_fresh(row: LoginSession, *, now: datetime, settings: WebSettings) -> bool:
    idle = now - row.seen_at <= timedelta(minutes=settings.idle_minutes)
    return idle and now - row.created_at <= timedelta(hours=settings.session_hours)


def _by_login(session: Session, login: str) -> User:
    user = session.scalar(select(User).where(User.login == login.strip().lower()))
    if user is None:
        raise NotFoundError("user.not_found", login=login)
    return user


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password[: MAX_PASSWORD + 1])
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe(32))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _valid_login(login: str) -> str:
    login = login.strip().lower()
    if not LOGIN.fullmatch(login):
        raise InvalidError("user.bad_login")
    return login


def _valid_roles(roles: Iterable[str]) -> list[str]:
    chosen = list(dict.fromkeys(str(role) for role in roles))
    unknown = [role for role in chosen if role not in set(Role)]
    if unknown or not chosen:
        raise InvalidError("user.bad_roles", allowed=", ".join(Role))
    return chosen


def _valid_language(language: str) -> str:
    if language not in LANGUAGES:
        raise InvalidError("user.bad_language", allowed=", ".join(LANGUAGES))
    return language


def _valid_password(password: str, login: str) -> str:
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise InvalidError("user.password_length", least=MIN_PASSWORD, most=MAX_PASSWORD)
    if password.strip().lower() == login.strip().lower() or len(set(password)) < 4:  # noqa: PLR2004  "aaaaaaaaaaaa"
        raise InvalidError("user.password_simple")
    return password

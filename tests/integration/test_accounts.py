"""Users, sign-in and sessions, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from outreach import accounts, retention
from outreach.db import Database
from outreach.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from outreach.settings import Settings, WebSettings
from outreach.states import Mode, Permission, Role
from outreach.tables import AuditEvent, Installation, LoginFailure, LoginSession, User
from tests.factories import NOW

PASSWORD = "نخلة وشط العرب 12"
WEB = WebSettings()


@pytest.fixture
def user(database: Database) -> User:
    return accounts.create_user(
        database, login="zainab", display_name="Zainab", roles=["moderator"], password=PASSWORD, now=NOW
    )


def _sign_in(database, login="zainab", password=PASSWORD, *, address="10.0.0.1", now=NOW):
    return accounts.sign_in(database, login=login, password=password, address=address, now=now)


def _who(database, token, now=NOW):
    return accounts.session_user(database, token, now=now, settings=WEB)


def test_a_user_signs_in_and_is_recognised(database, user):
    token = _sign_in(database, login=" Zainab ")
    assert _who(database, token).id == user.id
    assert _who(database, "another") is None


def test_neither_password_nor_token_stands_in_the_database(database, user):
    token = _sign_in(database)
    with database.read() as session:
        rows = [str(row) for table in ("users", "login_sessions", "login_failures", "audit_events")
                for row in session.execute(text(f"SELECT * FROM {table}"))]  # fmt: skip
        assert session.scalars(select(User)).one().password_hash.startswith("$argon2id$")
    assert rows
    assert not any(PASSWORD in row or token in row for row in rows)


@pytest.mark.parametrize("login", ["zainab", "nobody"])
def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(database, user, login):
    with pytest.raises(DeniedError) as refused:
        _sign_in(database, login=login, password="wrong password 1")
    assert (refused.value.code, refused.value.params) == ("login.failed", {})


def test_an_unknown_login_costs_a_hash_as_well(database, user, monkeypatch):
    checked = []
    real = accounts._matches
    monkeypatch.setattr(accounts, "_matches", lambda hashed, word: checked.append(hashed) or real(hashed, word))
    with pytest.raises(DeniedError):
        _sign_in(database, login="nobody")
    assert checked[0].startswith("$argon2id$")


def test_guessing_at_one_login_is_slowed_down_from_any_address(database, user):
    for number in range(accounts.FAILURES_PER_LOGIN):
        with pytest.raises(DeniedError, match=r"login\.failed"):
            _sign_in(database, password="wrong password 1", address=f"10.0.0.{number}")
    with pytest.raises(DeniedError, match=r"login\.throttled"):
        _sign_in(database, address="10.9.9.9")
    assert _sign_in(database, now=NOW + accounts.WINDOW + timedelta(seconds=1))


def test_guessing_from_one_address_is_slowed_down_for_any_login(database, user, monkeypatch):
    monkeypatch.setattr(accounts, "FAILURES_PER_ADDRESS", 3)
    for number in range(3):
        with pytest.raises(DeniedError, match=r"login\.failed"):
            _sign_in(database, login=f"nobody{number}")
    with pytest.raises(DeniedError, match=r"login\.throttled"):
        _sign_in(database)
    assert _sign_in(database, address="10.0.0.2")


def test_failures_are_kept_keyed_and_forgotten_after_a_day(database, user):
    with pytest.raises(DeniedError):
        _sign_in(database, password="wrong password 1")
    with database.read() as session:
        assert all(row.subject_key.startswith("h1:") for row in session.scalars(select(LoginFailure)))
    assert retention.purge_due(database, now=NOW + timedelta(hours=25), settings=Settings()).logins == 2


def test_a_session_ends_when_idle_when_over_and_when_signed_out(database, user):
    token = _sign_in(database)
    assert _who(database, token, NOW + timedelta(minutes=WEB.idle_minutes + 1)) is None
    at = NOW
    while at - NOW < timedelta(hours=WEB.session_hours):
        assert _who(database, token, at)
        at += timedelta(minutes=20)
    assert _who(database, token, at + timedelta(minutes=1)) is None
    second = _sign_in(database)
    accounts.sign_out(database, second, now=NOW)
    assert _who(database, second) is None


@pytest.mark.parametrize("change", ["password", "roles", "disable", "all"])
def test_sessions_end_with_a_new_password_other_roles_or_a_disabled_user(database, user, change):
    token = _sign_in(database)
    if change == "password":
        accounts.set_password(database, "zainab", "another good sentence", now=NOW)
    elif change == "roles":
        accounts.set_roles(database, "zainab", ["lead"], now=NOW)
    elif change == "disable":
        accounts.disable_user(database, "zainab", now=NOW)
    else:
        accounts.end_all_sessions(database, user.id, now=NOW)
    assert _who(database, token) is None
    with database.read() as session:
        assert session.scalars(select(LoginSession)).one().ended_at == NOW


def test_a_disabled_user_cannot_sign_in_until_enabled(database, user):
    accounts.disable_user(database, "zainab", now=NOW)
    with pytest.raises(DeniedError, match=r"login\.failed"):
        _sign_in(database)
    accounts.enable_user(database, "zainab", now=NOW)
    assert _sign_in(database)


def test_a_live_installation_refuses_demo_users(database):
    options = {"login": "demo", "display_name": "Demo", "roles": ["lead"], "password": PASSWORD, "now": NOW}
    accounts.create_user(database, demo=True, **options)
    token = _sign_in(database, login="demo")
    with database.write() as session:
        session.add(Installation(mode=Mode.LIVE, keys="k", created_at=NOW))
    assert _who(database, token) is None
    with pytest.raises(DeniedError, match=r"login\.failed"):
        _sign_in(database, login="demo")
    with pytest.raises(DeniedError, match=r"user\.demo_in_live"):
        accounts.create_user(database, demo=True, **{**options, "login": "demo2"})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"password": "short"}, "user.password_length"),
        ({"password": "a" * 300}, "user.password_length"),
        ({"password": "aaaaaaaaaaaaaa"}, "user.password_simple"),
        ({"login": "maryam.basra1", "password": "Maryam.Basra1"}, "user.password_simple"),
        ({"login": "Zainab Ali"}, "user.bad_login"),
        ({"roles": []}, "user.bad_roles"),
        ({"roles": ["root"]}, "user.bad_roles"),
        ({"language": "fr"}, "user.bad_language"),
    ],
)
def test_what_cannot_be_a_user_is_refused(database, changes, code):
    options = {"login": "maryam", "display_name": "Maryam", "roles": ["lead"], "password": PASSWORD, "now": NOW}
    with pytest.raises(InvalidError) as refused:
        accounts.create_user(database, **{**options, **changes})
    assert refused.value.code == code
    assert accounts.users(database) == []


def test_a_login_is_given_once(database, user):
    with pytest.raises(ConflictError, match=r"user\.login_taken"):
        accounts.create_user(database, login="ZAINAB", display_name="Z", roles=["lead"], password=PASSWORD, now=NOW)
    with pytest.raises(NotFoundError):
        accounts.find_user(database, "nobody")


def test_roles_grant_permissions_and_nothing_more(database, user):
    accounts.require(user, Permission.REVIEW_DECIDE)
    with pytest.raises(DeniedError):
        accounts.require(user, Permission.PSEA_READ)
    changed = accounts.set_roles(database, "zainab", [Role.PSEA_FOCAL_POINT], now=NOW, by=user)
    accounts.require(changed, Permission.PSEA_READ)


def test_what_was_done_to_users_is_written_down_without_secrets(database, user):
    _sign_in(database)
    accounts.set_password(database, "zainab", "another good sentence", now=NOW, by=user)
    accounts.set_roles(database, "zainab", ["lead"], now=NOW)
    with database.read() as session:
        events = list(session.scalars(select(AuditEvent)))
    assert sorted(event.event for event in events) == ["login.started", "user.created", "user.password", "user.roles"]
    assert all("sentence" not in str(event.details) for event in events)

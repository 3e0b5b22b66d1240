"""The column types and the migration history, on both databases."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from outreach.db import Database, install_keyring, is_keyed, move, sealed_columns
from outreach.errors import VaultError
from outreach.migrations import config, current, downgrade, head, migrate
from outreach.migrations.check import differences
from outreach.states import PublicationStatus
from outreach.tables import Comment, Publication, User
from outreach.vault import Keyring
from tests.factories import make_comment, make_publication, make_user

CANARY = "كناري السر 4711"


def test_the_files_of_the_history_are_named_by_their_revision() -> None:
    assert ScriptDirectory.from_config(config()).get_heads() == [head()]


def test_head_makes_the_very_tables(database: Database) -> None:
    assert current(database) == head()
    assert differences(database) == []


def test_every_migration_goes_down_and_up(database: Database) -> None:
    downgrade(database, "base")
    with database.engine.connect() as connection:
        names = set(database.engine.dialect.get_table_names(connection))
    assert names <= {"alembic_version"}
    migrate(database)
    assert differences(database) == []


def test_sealed_text_reads_back_and_never_stands_in_clear(database: Database) -> None:
    with database.write() as session:
        comment = make_comment(session, text=CANARY)
    with database.read() as session:
        assert session.get_one(Comment, comment.id).text == CANARY
        raw = session.execute(text("SELECT * FROM comments")).mappings().one()
    assert not any(CANARY in str(value) for value in raw.values())


def test_a_sealed_value_moved_to_another_row_does_not_open(database: Database) -> None:
    with database.write() as session:
        first, second = make_comment(session, text=CANARY), make_comment(session)
        session.execute(update(Comment).where(Comment.id == second.id).values(text_sealed=first.text_sealed))
        session.expire_all()
        with pytest.raises(VaultError):
            _ = session.get_one(Comment, second.id).text


def test_sealed_lengths_do_not_tell_the_length_of_a_comment(database: Database) -> None:
    with database.write() as session:
        lengths = {len(make_comment(session, text="ا" * n).text_sealed or "") for n in range(1, 60)}
    assert len(lengths) == 1


def test_a_keyed_hash_is_found_again_after_the_key_was_rotated(database: Database, keyring: Keyring) -> None:
    with database.write() as session:
        make_comment(session, remote_id="77_1")
        install_keyring(keyring.with_new_hmac_key())
        assert session.scalars(select(Comment).where(is_keyed(Comment.remote_key, "77_1"))).one()


def test_a_clear_id_is_refused_by_a_keyed_column(database: Database) -> None:
    with pytest.raises(StatementError), database.write() as session:
        make_comment(session, remote_key="77_1")


def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    baghdad = datetime(2026, 11, 26, 18, 30, tzinfo=timezone(timedelta(hours=3)))
    with database.write() as session:
        publication = make_publication(session, due_at=baghdad)
    with database.read() as session:
        due = session.get_one(Publication, publication.id).due_at
    assert due == baghdad
    assert due.tzinfo is UTC


def test_a_naive_time_is_refused(database: Database) -> None:
    with pytest.raises(StatementError), database.write() as session:
        make_publication(session, due_at=datetime(2026, 11, 26, 18, 30))


def test_only_the_first_of_two_moves_wins(database: Database) -> None:
    with database.write() as session:
        publication = make_publication(session)
    with database.read() as one, database.read() as two:
        mine, theirs = one.get_one(Publication, publication.id), two.get_one(Publication, publication.id)
    with database.write() as session:
        assert move(session, session.merge(mine, load=False), to=PublicationStatus.PREPARING)
    with database.write() as session:
        assert not move(session, session.merge(theirs, load=False), to=PublicationStatus.PREPARING)


def test_an_sql_error_does_not_print_values(database: Database) -> None:
    with pytest.raises(IntegrityError) as caught, database.write() as session:
        make_user(session, login=CANARY)
        make_user(session, login=CANARY)
    assert CANARY not in re.sub(r"DETAIL:.*", "", str(caught.value))


def test_every_sealed_column_is_known_to_rotation() -> None:
    names = {(table.__tablename__, column.column) for table, column in sealed_columns()}
    declared = {
        (table.name, column.name)
        for table in Comment.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_sealed")
    }
    assert names == declared
    assert (User.__tablename__, "email_sealed") in names

"""Pausing, media, coverage, reading in depth"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A grant without a publication serves the image that proves that Meta can fetch from us.
    with op.batch_alter_table("media_grants") as batch_op:
        batch_op.alter_column("publication_id", existing_type=sa.String(length=32), nullable=True)
    with op.batch_alter_table("installations") as batch_op:
        batch_op.add_column(
            sa.Column("host", sa.String(length=32), nullable=True, comment="fingerprint of machine and folder")
        )
        batch_op.add_column(sa.Column("epoch", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "seen_at", sa.DateTime(timezone=True), nullable=True, comment="when the epoch was last counted up"
            )
        )
    _make_pauses()
    _make_withdrawals()
    _read_in_depth()
    op.add_column(
        "channels",
        sa.Column(
            "heard_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="last webhook about it, to the hour",
        ),
    )
    op.add_column("users", sa.Column("notice_urls_sealed", sa.Text(), nullable=True))
    _create_coverage()
    _create_alert_attempts()
    _entrust()
    _respect_people()


def downgrade() -> None:
    _forget_respect()
    _stop_entrusting()
    for table in ("alert_attempts", "live_confirmations", "trials", "capability_checks"):
        op.drop_table(table)
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_column("notice_urls_sealed")
    with op.batch_alter_table("channels") as batch_op:
        batch_op.drop_column("heard_at")
    _forget_depth()
    op.drop_table("withdrawals")
    op.drop_table("pauses")
    with op.batch_alter_table("installations") as batch_op:
        for column in ("seen_at", "epoch", "host"):
            batch_op.drop_column(column)
    op.execute("DELETE FROM media_grants WHERE publication_id IS NULL")
    with op.batch_alter_table("media_grants") as batch_op:
        batch_op.alter_column("publication_id", existing_type=sa.String(length=32), nullable=False)


def _make_pauses() -> None:
    op.create_table(
        "pauses",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=True, comment="what was found, where no person asked for it"),
        sa.Column("why_sealed", sa.Text(), nullable=True),
        sa.Column("by_id", sa.String(length=32), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True, comment="restored: all that we know is older"),
        sa.Column("read_back", sa.JSON(), nullable=False, comment="restored: by channel id, what was found"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"]),
        sa.ForeignKeyConstraint(["ended_by_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_pauses_channel_id", "pauses", ["channel_id"])
    op.create_index("ix_pauses_ended_at", "pauses", ["ended_at"])


def _make_withdrawals() -> None:
    op.create_table(
        "withdrawals",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("publication_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("by_id", sa.String(length=32), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.String(length=64), nullable=True),
        sa.Column("error_params", sa.JSON(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["publication_id"], ["publications.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_withdrawals_publication_id", "withdrawals", ["publication_id"])
    op.create_index("ix_withdrawals_status", "withdrawals", ["status"])


_TIME = sa.DateTime(timezone=True)
_READING: dict[str, list[sa.Column[Any]]] = {
    "channels": [sa.Column("looked_at", _TIME, nullable=True, comment="last look at its newest posts")],
    "publications": [
        sa.Column("remote_count", sa.Integer(), nullable=True, comment="its comments, as Meta counted them last"),
        sa.Column("counted_at", _TIME, nullable=True),
        sa.Column("count_gap", sa.Integer(), nullable=True, comment="Meta's count over ours at the last complete read"),
        sa.Column("position_sealed", sa.Text(), nullable=True),
    ],
    "comments": [
        sa.Column("photo", sa.Integer(), nullable=True, comment="of several: the single photo that it stands under")
    ],
    "actions": [
        sa.Column("recipient_key", sa.String(length=72), nullable=True, comment="whom a private reply went to"),
        sa.Column("answered_hour", _TIME, nullable=True, comment="when that person wrote back"),
    ],
}


def _read_in_depth() -> None:
    # Added in place: made anew by a batch, tables without row numbers would get them.
    for table, columns in _READING.items():
        for column in columns:
            op.add_column(table, sa.Column(column.name, column.type, nullable=True, comment=column.comment))
    op.create_table(
        "post_photos",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("publication_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="its place in the post, from 1"),
        sa.Column("remote_id", sa.String(length=64), nullable=False, comment="Meta's id; public"),
        sa.ForeignKeyConstraint(["publication_id"], ["publications.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("publication_id", "remote_id"),
    )
    op.create_index("ix_post_photos_publication_id", "post_photos", ["publication_id"])
    op.create_index("ix_post_photos_remote_id", "post_photos", ["remote_id"])
    op.create_table(
        "backfills",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("listed_at", _TIME, nullable=True, comment="all its posts are known"),
        sa.Column("finished_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_backfills_channel_id", "backfills", ["channel_id"])
    op.create_table(
        "call_counts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("hour", _TIME, nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Float(), nullable=True, comment="of the fullest limit that Meta told of"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("channel_id", "hour"),
    )


def _forget_depth() -> None:
    for table in ("call_counts", "backfills", "post_photos"):
        op.drop_table(table)
    for table, columns in _READING.items():
        for column in columns:
            op.drop_column(table, column.name)


def _create_coverage() -> None:
    op.create_table(
        "capability_checks",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("capability", sa.String(length=32), nullable=False),
        sa.Column("proof", sa.String(length=16), nullable=False, comment="proven, refused or unproven"),
        sa.Column("code", sa.String(length=64), nullable=False, comment="a message code: what Meta said, and the fix"),
        sa.Column("params", sa.JSON(), nullable=False, comment="codes, ids, counts and dates only"),
        sa.Column("people_sealed", sa.Text(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("channel_id", "capability"),
    )
    op.create_index("ix_capability_checks_channel_id", "capability_checks", ["channel_id"])
    op.create_table(
        "trials",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="rehearsal or test_post"),
        sa.Column("parts", sa.JSON(), nullable=False, comment="Meta's ids, by step"),
        sa.Column("remote_id", sa.String(length=64), nullable=True),
        sa.Column("permalink", sa.String(length=500), nullable=True),
        sa.Column("error_code", sa.String(length=64), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment="nothing of it is left at Meta"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_trials_channel_id", "trials", ["channel_id"])
    op.create_index("ix_trials_user_id", "trials", ["user_id"])
    op.create_table(
        "live_confirmations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=True),
        sa.Column("seen_by_sealed", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_live_confirmations_channel_id", "live_confirmations", ["channel_id"])
    op.create_index("ix_live_confirmations_user_id", "live_confirmations", ["user_id"])


def _create_alert_attempts() -> None:
    op.create_table(
        "alert_attempts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("alert_id", sa.String(length=32), nullable=False),
        sa.Column(
            "path", sa.String(length=32), nullable=False, comment="mail, or a service by its kind: ntfys, tgram, …"
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("error_code", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_alert_attempts_alert_id", "alert_attempts", ["alert_id"])


_Added = tuple[
    str, str, sa.types.TypeEngine[Any], Any, str
]  #: table, column, type, default of rows that stand, comment
_ENTRUSTING: tuple[_Added, ...] = (
    ("channels", "entrusts", sa.Boolean(), sa.false(), "posts are handed to Meta's own scheduler"),
    ("publications", "altered", sa.JSON(), "{}", "what a person changed in Meta's Planner, by field"),
    ("publications", "distinct_from", sa.JSON(), "[]", "ids of posts that a person said are others than this"),
    ("publish_attempts", "settled", sa.Boolean(), sa.false(), "what it made is in use or a leftover"),
)


def _entrust() -> None:
    for table, name, kind, default, comment in _ENTRUSTING:
        op.add_column(table, sa.Column(name, kind, server_default=default, nullable=False, comment=comment))
    op.create_index("ix_publish_attempts_settled", "publish_attempts", ["settled"])
    op.create_table(
        "leftovers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("publication_id", sa.String(length=32), nullable=False),
        sa.Column("remote_id", sa.String(length=64), nullable=False, comment="Meta's id"),
        sa.Column("step", sa.String(length=32), nullable=False, comment="of the attempt that made it"),
        sa.Column("armed", sa.Boolean(), nullable=False, comment="Meta publishes it at its time"),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"]),
        sa.ForeignKeyConstraint(["publication_id"], ["publications.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("channel_id", "remote_id"),
    )
    op.create_index("ix_leftovers_publication_id", "leftovers", ["publication_id"])
    op.create_index("ix_leftovers_status", "leftovers", ["status"])


def _stop_entrusting() -> None:
    op.drop_table("leftovers")
    op.drop_index("ix_publish_attempts_settled", "publish_attempts")
    for table, name, _kind, _default, _comment in _ENTRUSTING:
        op.drop_column(table, name)


_RESPECT = {
    "comments": [
        sa.Column("gone_hour", _TIME, comment="when that was proven, whole hour; none for one that we deleted")
    ],
    "cases": [
        sa.Column("gone_seen_at", _TIME, comment="when a focal point took note that the comment is gone"),
        sa.Column("unlocked_at", _TIME, comment="when she let replies and actions on it be made all the same"),
    ],
}


def _respect_people() -> None:
    for table, columns in _RESPECT.items():
        for column in columns:
            op.add_column(table, sa.Column(column.name, column.type, nullable=True, comment=column.comment))
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("by_id", sa.String(length=32), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False, comment="rows by table"),
        sa.Column(
            "reason",
            sa.String(length=32),
            nullable=True,
            comment="why an open Case did not keep it from being done",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_erasures_by_id", "erasures", ["by_id"])
    op.create_table(
        "deletion_requests",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("received_hour", _TIME, nullable=False),
        sa.Column(
            "author_keys",
            sa.JSON(),
            nullable=False,
            comment="keyed hashes of who asked, while anything of hers is held",
        ),
        sa.PrimaryKeyConstraint("id"),
    )


def _forget_respect() -> None:
    op.drop_table("deletion_requests")
    op.drop_table("erasures")
    for table, columns in _RESPECT.items():
        for column in columns:
            op.drop_column(table, column.name)

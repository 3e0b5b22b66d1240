"""Pausing, media, coverage, reading in depth"""

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


def downgrade() -> None:
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

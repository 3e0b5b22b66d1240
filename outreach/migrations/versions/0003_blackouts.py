"""Blackouts of a campaign, so that a post is not moved into one by hand either"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "campaigns",
        sa.Column(
            "blackouts",
            sa.JSON(),
            nullable=False,
            server_default="[]",
            comment="when nothing is published: from, to (UTC, excluded), reason; as the file has them",
        ),
    )


def downgrade() -> None:
    op.drop_column("campaigns", "blackouts")

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


def downgrade() -> None:
    op.execute("DELETE FROM media_grants WHERE publication_id IS NULL")
    with op.batch_alter_table("media_grants") as batch_op:
        batch_op.alter_column("publication_id", existing_type=sa.String(length=32), nullable=False)

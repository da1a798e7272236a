"""Lessons from people: whose it is, so that they see it and can have it erased."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("lessons", sa.Column("person", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_lessons_person", "lessons", ["person"])


def downgrade() -> None:
    op.drop_index("ix_lessons_person", "lessons")
    op.drop_column("lessons", "person")

"""${message}."""

import sqlalchemy as sa
from alembic import op

from services.maintenance.records.tables import UtcTime

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = depends_on = None


def upgrade() -> None:
    """Changes the tables."""
    ${upgrades if upgrades else "pass"}

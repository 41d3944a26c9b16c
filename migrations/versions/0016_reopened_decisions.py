"""reopened decisions: names and awards of one tender more than once"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLES = {"award": "supplier_id", "unsealing": "label"}


def _fence(table: str) -> list[tuple[str, str]]:
    """The triggers of 0015, which SQLite forgets with the table that a batch replaces."""
    says = f"{table} is insert-only: what stands there is never changed"
    make = "CREATE TRIGGER {0}_refuses_{1} BEFORE {2} ON {0} FOR EACH ROW BEGIN SELECT RAISE(ABORT, '{3}'); END"
    return [(act, make.format(table, act, act.upper(), says)) for act in ("update", "delete")]


def _set(table: str, columns: list[str], *, add: bool) -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table(table, schema=None) as batch_op:
        if add:
            batch_op.add_column(sa.Column("number", sa.Integer(), server_default="1", nullable=False))
        batch_op.drop_constraint(f"uq_{table}_lot_id", type_="unique")
        batch_op.create_unique_constraint(f"uq_{table}_lot_id", columns)
        if not add:
            batch_op.drop_column("number")
    if is_sqlite:
        for _, make in _fence(table):
            op.execute(make)


def upgrade() -> None:
    for table, column in TABLES.items():
        _set(table, ["lot_id", column, "number"], add=True)


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, column in TABLES.items():
        # Of a decision that was reopened the older revision knows the last award alone.
        if is_sqlite:
            for act, _ in _fence(table):
                op.execute(f"DROP TRIGGER {table}_refuses_{act}")
        else:
            op.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        held = sa.table(table, sa.column("tender_id"), sa.column("number"))
        other = held.alias("other")
        last = sa.select(sa.func.max(other.c.number)).where(other.c.tender_id == held.c.tender_id).scalar_subquery()
        op.execute(sa.delete(held).where(held.c.number < last))
        if not is_sqlite:
            op.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        _set(table, ["lot_id", column], add=False)

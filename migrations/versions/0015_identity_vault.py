"""the identity vault, and rights in the database"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


# The fence of 0001 around what is written once: columns that may not change (none named: no column), and whether rows
# may go. What may change: a bid is voided once; a package's bytes are supplied again by its bidder (SEALING.md section
# 6).
_BID = (
    *("lot_id", "seq", "n", "bid_id", "tag", "amount", "received_at", "verdict", "code", "detail", "answered_at"),
    *("body_hash", "entry_hash", "receipt", "is_seeded", "is_auto"),
)
_PACKAGE = (
    *("lot_id", "tag", "rev", "round_id", "is_withdrawal", "package", "prev", "received_at", "entry_hash", "receipt"),
)
_WHOLE = (
    *("opening", "opened_price", "opened_technical", "unsealing", "award", "amendment", "report", "room_act"),
    "savings_figure",
)
FENCED = {"bid": _BID, "package": _PACKAGE, **dict.fromkeys(_WHOLE, ())}
MAY_GO = ("package",)
# Columns that are written once: from nothing to a value.
ONCE = {"bid": "voided_at", "sealed_round": "manifest"}


def _says(table: str) -> str:
    return f"{table} is insert-only: what stands there is never changed"


def _triggers(dialect: str) -> list[tuple[str, str, str]]:
    """(name, table, statement) of every trigger."""
    made = []
    for table, columns in FENCED.items():
        of = f" OF {', '.join(columns)}" if columns else ""
        made.append((f"{table}_refuses_update", table, f"BEFORE UPDATE{of} ON {table} FOR EACH ROW"))
        if table not in MAY_GO:
            made.append((f"{table}_refuses_delete", table, f"BEFORE DELETE ON {table} FOR EACH ROW"))
        if dialect == "postgresql":
            made.append((f"{table}_refuses_truncate", table, f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"))
    for table, column in ONCE.items():
        is_changed = f"OLD.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column}"
        name, when = f"{table}_refuses_another_{column}", f"BEFORE UPDATE OF {column} ON {table} FOR EACH ROW"
        made.append((name, table, f"{when} WHEN ({is_changed})"))
    return made


def _make_passes(account: str, supplier: str, length: int) -> None:
    op.drop_table("practice_pass")
    op.create_table(
        "practice_pass",
        sa.Column(account, sa.String(length=length), nullable=False),
        sa.Column(supplier, sa.String(length=length), nullable=False),
        sa.Column("passed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(account, name=op.f("pk_practice_pass")),
    )
    with op.batch_alter_table("practice_pass", schema=None) as batch_op:
        batch_op.create_index(batch_op.f(f"ix_practice_pass_{supplier}"), [supplier], unique=False)


def upgrade() -> None:
    op.create_table(
        "sign_in_trace",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("who_key", sa.String(length=64), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_trace")),
    )
    with op.batch_alter_table("sign_in_trace", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_trace_who", ["who_key"], unique=False)
        batch_op.create_index("ix_sign_in_trace_hour", ["hour"], unique=False)
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("began_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("seen_sealed", sa.LargeBinary(), nullable=True))
    # Passes of the practice room were kept by account and supplier, and cannot be hashed here without the key: whoever
    # has one passes the drills again.
    _make_passes("account_key", "supplier_key", 64)
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
            f"'{_says('%')}', TG_TABLE_NAME; END $$"
        )
    for name, table, when in _triggers(dialect):
        act = "EXECUTE FUNCTION refuse_rewriting()"
        if dialect == "sqlite":
            act = f"BEGIN SELECT RAISE(ABORT, '{_says(table)}'); END"
        op.execute(f"CREATE TRIGGER {name} {when} {act}")


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for name, table, _ in _triggers(dialect):
        op.execute(f"DROP TRIGGER {name}" + ("" if dialect == "sqlite" else f" ON {table}"))
    if dialect == "postgresql":
        op.execute("DROP FUNCTION refuse_rewriting()")
    _make_passes("account_id", "supplier_id", 32)
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_column("seen_sealed")
        batch_op.drop_column("began_sealed")
    op.drop_table("sign_in_trace")

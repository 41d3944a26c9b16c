"""negotiations and contracts"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ONCE = ("negotiation_turn", "contract_signature")
ID = sa.String(length=32)


def _fence(dialect: str, table: str) -> None:
    """What was said and signed is written once, as in 0015."""
    for act in ("update", "delete", *(["truncate"] if dialect == "postgresql" else [])):
        when = f"BEFORE {act.upper()} ON {table} FOR EACH {'STATEMENT' if act == 'truncate' else 'ROW'}"
        does = "EXECUTE FUNCTION refuse_rewriting()"
        if dialect == "sqlite":
            does = f"BEGIN SELECT RAISE(ABORT, '{table} is insert-only: what stands there is never changed'); END"
        op.execute(f"CREATE TRIGGER {table}_refuses_{act} {when} {does}")


def _table(name: str, unique: list[str], *columns: sa.Column) -> None:
    op.create_table(
        name,
        sa.Column("id", ID, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint(*unique, name=op.f(f"uq_{name}_{unique[0]}")),
    )


def upgrade() -> None:
    _table(
        "negotiation",
        ["tender_id", "supplier_id", "number"],
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("supplier_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("limits", sa.Text(), nullable=True),
        sa.Column("limited_by", ID, nullable=True),
        sa.Column("limited_at", sa.BigInteger(), nullable=True),
        sa.Column("opened_by", ID, nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
    )
    _table(
        "negotiation_turn",
        ["negotiation_id", "number"],
        sa.Column("negotiation_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("issues", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", ID, nullable=True),
    )
    _table(
        "contract",
        ["tender_id", "supplier_id", "number", "version"],
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("supplier_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("drafted_by", ID, nullable=False),
        sa.Column("drafted_at", sa.BigInteger(), nullable=False),
        sa.Column("proposal_id", ID, nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
    )
    _table(
        "contract_signature",
        ["contract_id", "side"],
        sa.Column("contract_id", ID, nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("signatory", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    for table in ONCE:
        _fence(op.get_bind().dialect.name, table)


def downgrade() -> None:
    for table in ("contract_signature", "contract", "negotiation_turn", "negotiation"):
        op.drop_table(table)

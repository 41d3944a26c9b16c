"""the journal refuses entries out of order"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# attacks.md G02: a part of the fence, as in 0001; the links between entries are the alarm.
IS_OUT_OF_ORDER = "NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM entry WHERE chain = NEW.chain)"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER entry_refuses_disorder BEFORE INSERT ON entry WHEN {IS_OUT_OF_ORDER} "
            "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_disorder() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {IS_OUT_OF_ORDER} THEN RAISE EXCEPTION 'the journal is append-only'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER entry_refuses_disorder BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION refuse_disorder()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER entry_refuses_disorder")
        return
    op.execute("DROP TRIGGER entry_refuses_disorder ON entry")
    op.execute("DROP FUNCTION refuse_disorder()")

"""What the application's role may do on PostgreSQL (JOURNAL.md section 1, attacks.md G01): the owner makes the tables,
the service writes into them, and what is written once it cannot change. The triggers of the migrations refuse the same
to everybody; on SQLite, which has no roles, they stand alone.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

# Nothing in these rows is ever changed, and no row goes.
INSERT_ONLY: Final = (
    "entry", "checkpoint", "opening", "opened_price", "opened_technical", "unsealing", "award", "amendment", "report",
    "room_act", "savings_figure", "payment_record", "negotiation_turn", "contract_signature",
    "contract_ending", "final_offer", "final_price",
    "project_remark", "project_attachment", "project_message",
    "delivery", "performance_reply", "signal_look", "cosignature", "checkpoint_stamp",
)  # fmt: skip
# Of these only so much: a void, and the bytes of a package that its bidder supplies again (SEALING.md section 6).
CHANGED_IN_PART: Final = {"bid": ("voided_at",), "package": ("header", "price_ct", "upload_id")}
# A package whose row was altered is cleared before it is put back.
CLEARED: Final = ("package",)
VERSIONS: Final = "alembic_version"


def grants_of(table: str) -> str:
    """The rights of the application on a table, as GRANT names them; never TRUNCATE, never the right to change its
    shape."""
    if table == VERSIONS:
        return "SELECT"
    if table in INSERT_ONLY:
        return "SELECT, INSERT"
    if table in CHANGED_IN_PART:
        rights = f"SELECT, INSERT, UPDATE ({', '.join(CHANGED_IN_PART[table])})"
        return f"{rights}, DELETE" if table in CLEARED else rights
    return "SELECT, INSERT, UPDATE, DELETE"


def grant_application(connection: Connection, application_url: str, tables: Iterable[str]) -> None:
    """Give the application's role its rights on these tables and no others, in the owner's transaction; makes the role
    where there is none yet."""
    address = make_url(application_url)
    quote = connection.dialect.identifier_preparer.quote
    role = quote(address.username or "")
    is_there = connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": address.username})
    if is_there is None:
        # DDL takes no parameters: the server quotes the password itself.
        made = connection.scalar(
            text("SELECT format('CREATE ROLE %I LOGIN PASSWORD %L', CAST(:name AS text), CAST(:password AS text))"),
            {"name": address.username, "password": address.password or ""},
        )
        connection.exec_driver_sql(str(made))
    connection.exec_driver_sql("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {role}")
    connection.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
    for table in tables:
        connection.exec_driver_sql(f"GRANT {grants_of(table)} ON {quote(table)} TO {role}")

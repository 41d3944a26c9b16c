"""An opening record as a table anybody reads: who released when, what was left out and why, who said what is not so.

Two parts in one sheet of comma-separated values: a row a seat, then a row a package. It says nothing that the signed
record does not say; `bidroom verify` makes it again from the record and compares.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from app.domain.bundling import guard_cell

MEMBER_HEAD: Final = ("seat", "title", "released_at", "left_out", "reason", "said_falsely", "bundle_sha256")
PACKAGE_HEAD: Final = ("package", "result", "amount", "rev", "released_by", "ct_sha256", "body_sha256")


def record_table(document: Mapping[str, Any]) -> bytes:
    """The sheet of a record. Precondition: the record is in its form."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    members = document.get("members")
    if members is not None:
        writer.writerow(MEMBER_HEAD)
        for member in members:
            writer.writerows(_member_rows(member))
        writer.writerow(())
    writer.writerow(PACKAGE_HEAD)
    writer.writerows(_package_row(row, members or ()) for row in document["results"])
    return text.getvalue().encode()


def _member_rows(member: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """One row, or one for each package that the seat left out."""
    head, false = (str(member["seat"]), member["title"], member["received_at"]), set(member["false"])
    for left in member["omitted"] or ({"package": "", "reason": ""},):
        yield *head, left["package"], left["reason"], "yes" if left["package"] in false else "", member["bundle"]


def _package_row(row: Mapping[str, Any], members: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    left_out = {member["seat"]: {each["package"] for each in member["omitted"]} for member in members}
    is_due = row["result"] != "returned_unopened"
    by = [str(seat) for seat, packages in left_out.items() if is_due and row["package"] not in packages]
    cells = (row["package"], row["result"], row["amount"], str(row["rev"]), " ".join(by))
    return tuple(guard_cell(cell or "") for cell in (*cells, row["ct_sha256"], row["body_sha256"]))

"""Recommendation reports as rows. Decides nothing, never commits; a report that was made is never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.award.tables import report
from app.domain.recommending import Stage, report_digest, verify_code


@dataclass(frozen=True, slots=True)
class Report:
    """A report as stored: the document that both PDFs are drawn from, and its digest as journaled."""

    id: str
    tender_id: str
    number: int
    stage: Stage
    digest: str
    code: str
    document: Mapping[str, Any]
    made_at: datetime
    made_by: str

    @property
    def is_intact(self) -> bool:
        """Whether the stored document still has the digest that was journaled."""
        return report_digest(self.document) == self.digest


def _report(row: Any) -> Report:
    values = {name: getattr(row, name) for name in Report.__slots__}
    return Report(**{**values, "stage": Stage(row.stage)})


async def insert_report(
    tx: AsyncConnection, report_id: str, tender_id: str, *, document: Mapping[str, Any], at: datetime, by: str
) -> Report:
    """Store a document as the tender's next report."""
    digest = report_digest(document)
    number, stage, code = document["number"], Stage(document["stage"]), verify_code(digest)
    made = Report(report_id, tender_id, number, stage, digest, code, document, at, by)
    values = {name: getattr(made, name) for name in Report.__slots__}
    await tx.execute(insert(report).values({**values, "stage": stage.value}))
    return made


async def list_reports(tx: AsyncConnection, tender_id: str) -> list[Report]:
    """The reports of a tender, the newest first."""
    query = select(report).where(report.c.tender_id == tender_id).order_by(report.c.number.desc())
    return [_report(row) for row in await tx.execute(query)]


async def find_report(tx: AsyncConnection, tender_id: str, number: int) -> Report | None:
    """One report of a tender."""
    query = select(report).where(report.c.tender_id == tender_id, report.c.number == number)
    row = (await tx.execute(query)).first()
    return None if row is None else _report(row)


async def list_by_code(tx: AsyncConnection, code: str) -> list[Report]:
    """The reports with this code: one, as far as 80 bits go."""
    query = select(report).where(report.c.code == code).order_by(report.c.made_at)
    return [_report(row) for row in await tx.execute(query)]

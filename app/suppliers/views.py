"""From what the services give to the shapes of the wire. Staff shapes never touch the sealed contact."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.approvals.store import Proposal
from app.domain.assessing import VERSION, Computed, Part, gains, mark_of, parts_from_json
from app.domain.certification import Aspect, Certificate, Marks, published
from app.domain.registering import Contact
from app.suppliers import schemas
from app.suppliers.dossier_store import Certification, Evidence, Suspension
from app.suppliers.import_rows import CellFault
from app.suppliers.importing import Progress
from app.suppliers.listing import Listed, Page
from app.suppliers.reading import Dossier


def page_view(page: Page) -> schemas.SupplierPage:
    """A page of the list."""
    return schemas.SupplierPage(total=page.total, items=[_row_view(one) for one in page.items], next=page.next)


def staff_dossier_view(dossier: Dossier) -> schemas.StaffDossierView:
    """The dossier for the buyer's side and the auditor."""
    certifications = [_certification_view(dossier, row, is_own=False) for row in dossier.certifications]
    pending = [pending_view(one) for one in dossier.pending]
    return schemas.StaffDossierView(**_dossier(dossier, certifications, is_own=False), pending=pending)


def own_dossier_view(dossier: Dossier, contact: Contact) -> schemas.OwnDossierView:
    """The supplier's own dossier: what is in force or was, never a note or a proposal of the assessors."""
    approved = [row for row in dossier.certifications if row.state == "approved"]
    certifications = [_certification_view(dossier, row, is_own=True) for row in approved]
    return schemas.OwnDossierView(
        **_dossier(dossier, certifications, is_own=True),
        contact=schemas.ContactView(name=contact.name, email=contact.email, phone=contact.phone),
        missing_evidence=dossier.missing_evidence,
    )


def evidence_view(row: Evidence) -> schemas.EvidenceView:
    """An evidence file without its storage id."""
    return schemas.EvidenceView.model_validate(
        {
            "id": row.id,
            "aspect": row.aspect,
            "title": row.title,
            "media_type": row.media_type,
            "sha256": row.sha256,
            "size": row.size,
            "uploaded_at": row.uploaded_at,
            "by_supplier": row.by_supplier,
            "valid_until": row.valid_until,
        }
    )


def import_view(progress: Progress) -> schemas.ImportView:
    """How far an import is, and its faulty cells once it is done."""
    row, report = progress.row, progress.report
    return schemas.ImportView.model_validate(
        {
            "id": row.id,
            "state": row.state,
            "total": row.total,
            "done": row.done,
            "created": row.created,
            "bad_rows": 0 if report is None else len(report.bad_rows),
            "ignored_columns": [] if report is None else list(report.ignored),
            "rows": [] if report is None else [_fault_view(fault) for fault in report.faults],
        }
    )


def _row_view(one: Listed) -> schemas.SupplierRow:
    certificate: Certificate | None = one.certificate
    return schemas.SupplierRow.model_validate(
        {
            "id": one.id,
            "name_zh": one.name_zh,
            "name_en": one.name_en,
            "credit_code": one.credit_code,
            "city": one.city,
            "categories": list(one.categories),
            "standing": one.standing,
            "grade": None if certificate is None else certificate.grade,
            "score": None if certificate is None else published(certificate.score),
            "valid_until": None if certificate is None else certificate.valid_until,
            "has_proposal": one.has_proposal,
        }
    )


def _dossier(dossier: Dossier, certifications: list[schemas.CertificationView], *, is_own: bool) -> dict[str, Any]:
    held, current = dossier.supplier, dossier.current
    return {
        "id": held.id,
        "version": held.version,
        "state": held.state,
        "name_zh": held.name_zh,
        "name_en": held.name_en,
        "credit_code": held.credit_code,
        "city": held.city,
        "categories": list(held.categories),
        "certified_categories": list(dossier.certified_categories),
        "registered_at": held.registered_at,
        "standing": dossier.standing,
        "current": None if current is None else _certification_view(dossier, current, is_own=is_own),
        "certifications": certifications,
        "evidence": [evidence_view(row) for row in dossier.evidence],
        "suspensions": [_suspension_view(row) for row in dossier.suspensions],
    }


def _certification_view(dossier: Dossier, row: Certification, *, is_own: bool) -> schemas.CertificationView:
    return schemas.CertificationView.model_validate(
        {
            "id": row.id,
            "state": dossier.state_of(row),
            "marks": _marks_view(row.marks),
            "weights": _marks_view(row.weights),
            "minimums": _marks_view(row.minimums),
            "score": published(row.score),
            "grade": row.grade,
            "categories": list(row.categories),
            "proposed_at": row.proposed_at,
            "valid_from": row.valid_from,
            "valid_until": row.valid_until,
            "proposal_id": None if is_own else row.proposal_id,
            "note": None if is_own else row.note,
            "assessment": None if row.assessment is None else _kept_assessment(row.assessment, is_own=is_own),
        }
    )


def assessment_view(computed: Computed) -> schemas.AssessmentView:
    """What the sub-criteria give now, for the assessor."""
    return _assessment(VERSION, computed.parts, computed.marks, {})


def _kept_assessment(stored: Mapping[str, Any], *, is_own: bool) -> schemas.AssessmentView:
    """How the marks of a certification came about; the reasons of direct marks are the buyer's, like its notes."""
    parts = parts_from_json(stored)
    direct = {Aspect(name): "" if is_own else reason for name, reason in stored["direct"].items()}
    return _assessment(stored["version"], parts, {aspect: mark_of(parts, aspect) for aspect in Aspect}, direct)


def _assessment(
    version: str, parts: Sequence[Part], marks: Mapping[Aspect, Decimal | None], direct: Mapping[Aspect, str]
) -> schemas.AssessmentView:
    return schemas.AssessmentView(
        version=version,
        parts=[
            schemas.SubCriterionView(
                aspect=one.aspect,
                sub=one.sub,
                weight=one.weight,
                source=one.source,
                figure=one.figure,
                points=one.points,
            )
            for one in parts
        ],
        computed=dict(marks),
        direct=dict(direct),
        gains=[
            schemas.GainView(aspect=one.aspect, sub=one.sub, points=one.points, gain=one.gain) for one in gains(parts)
        ],
    )


def _marks_view(marks: Marks) -> dict[str, Any]:
    return {aspect.value: figure.normalize() for aspect, figure in marks.by_aspect()}


def _suspension_view(row: Suspension) -> schemas.SuspensionView:
    return schemas.SuspensionView(
        id=row.id,
        reason=row.reason,
        started_at=row.started_at,
        lifted_at=row.lifted_at,
        lifted_reason=row.lifted_reason,
    )


def pending_view(proposal: Proposal) -> schemas.PendingView:
    """What waits for a second person."""
    return schemas.PendingView(
        id=proposal.id,
        kind=proposal.kind.value,
        proposed_at=proposal.proposed_at,
        expires_at=proposal.expires_at,
    )


def _fault_view(fault: CellFault) -> schemas.FaultyCell:
    return schemas.FaultyCell(
        row=fault.row,
        cell=fault.cell,
        column=fault.column.value,
        code=fault.code,
        text=fault.text,
        detail=fault.detail,
    )

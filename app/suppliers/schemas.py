"""Shapes of suppliers on the wire. No staff shape holds contact data: VISIBILITY.md d06 has no cell for them."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.domain.assessing import Source, Sub
from app.domain.certification import Aspect, Grade, StandingState
from app.domain.registering import FieldFault
from app.infra.web import DecimalText, InstantText, StrictModel

SupplierState = Literal["active", "suspended"]
CertificationState = Literal["proposed", "approved", "refused", "void"]
Typed = Annotated[str, StringConstraints(max_length=500)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=1000)]
# ASCII digits alone: `\d` would take Arabic ones, which Decimal reads as well.
MarkText = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,3}(\.[0-9]{1,4})?$", strict=True)]
Version = Annotated[int, Field(ge=1, strict=True)]


class CategoryView(StrictModel):
    """A purchasing category."""

    code: str
    name_zh: str
    name_en: str


class ContactForm(StrictModel):
    """The representative. Written by staff, read back only by the supplier itself."""

    name: Typed = ""
    email: Typed
    phone: Typed = ""


class RegisterSupplier(StrictModel):
    """A new supplier; its representative gets a mail with a one-time link, in the language given."""

    name_zh: Typed
    name_en: Typed = ""
    credit_code: Typed
    city: Typed = ""
    categories: Annotated[list[Typed], Field(max_length=20)]
    contact: ContactForm
    locale: Literal["zh", "en"] = "zh"


class ChangeSupplier(StrictModel):
    """A change of master data, made on the version the editor saw; fields left out stay, the credit code always."""

    version: Version
    name_zh: Typed | None = None
    name_en: Typed | None = None
    city: Typed | None = None
    categories: Annotated[list[Typed], Field(max_length=20)] | None = None
    contact: ContactForm | None = None


class Registered(StrictModel):
    """The id of the new supplier."""

    id: str


class SupplierRow(StrictModel):
    """A supplier in the list; `standing` leaves the category aside."""

    id: str
    name_zh: str
    name_en: str
    credit_code: str
    city: str
    categories: list[str]
    standing: StandingState
    grade: Grade | None
    score: DecimalText | None
    valid_until: InstantText | None
    has_proposal: bool


class SupplierPage(StrictModel):
    """A page of the list; `next` is the cursor of the page after it."""

    total: int
    items: list[SupplierRow]
    next: str | None


class MarksView(StrictModel):
    """One figure for each aspect."""

    quality: DecimalText
    delivery: DecimalText
    credit: DecimalText


class SubCriterionView(StrictModel):
    """A sub-criterion with its weight within the aspect, its figure and where that comes from, and its points."""

    aspect: Aspect
    sub: Sub
    weight: DecimalText
    source: Source
    figure: str | None
    points: DecimalText | None


class GainView(StrictModel):
    """By how much the mark of the aspect would rise with all points of the sub-criterion."""

    aspect: Aspect
    sub: Sub
    points: DecimalText
    gain: DecimalText


class AssessmentView(StrictModel):
    """How the marks came about; ``direct``: those given directly, with the reason where the reader may see it."""

    version: str
    parts: list[SubCriterionView]
    computed: dict[Aspect, DecimalText | None]
    direct: dict[Aspect, str]
    gains: list[GainView]


class PreviewAssessment(StrictModel):
    """What the assessor typed so far; without it the figures of the certification in force."""

    figures: dict[Sub, Annotated[str, StringConstraints(max_length=20)]] | None = None


class AssessForm(StrictModel):
    """Typed figures, and the reason of each mark that is given directly."""

    figures: dict[Sub, Annotated[str, StringConstraints(max_length=20)]] = Field(default_factory=dict)
    reasons: dict[Aspect, Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]] = Field(
        default_factory=dict
    )


class CertificationView(StrictModel):
    """One certification of the history, with everything needed to recompute its score."""

    id: str
    state: CertificationState
    marks: MarksView
    weights: MarksView
    minimums: MarksView
    score: DecimalText
    grade: Grade
    categories: list[str]
    proposed_at: InstantText
    valid_from: InstantText | None
    valid_until: InstantText
    proposal_id: str | None
    note: str | None
    assessment: AssessmentView | None


class EvidenceView(StrictModel):
    """An evidence file; the content has a route of its own."""

    id: str
    aspect: Aspect
    title: str
    media_type: str
    sha256: str
    size: int
    uploaded_at: InstantText
    by_supplier: bool
    valid_until: InstantText | None


class SuspensionView(StrictModel):
    """A suspension, lifted or not."""

    id: str
    reason: str
    started_at: InstantText
    lifted_at: InstantText | None
    lifted_reason: str | None


class PendingView(StrictModel):
    """A proposal about this supplier that waits for a second person."""

    id: str
    kind: str
    proposed_at: InstantText
    expires_at: InstantText


class DossierView(StrictModel):
    """The certification dossier (VISIBILITY.md d05)."""

    id: str
    version: int
    state: SupplierState
    name_zh: str
    name_en: str
    credit_code: str
    city: str
    categories: list[str]
    certified_categories: list[str]
    registered_at: InstantText
    standing: StandingState
    current: CertificationView | None
    certifications: list[CertificationView]
    evidence: list[EvidenceView]
    suspensions: list[SuspensionView]


class StaffDossierView(DossierView):
    """The dossier as the buyer's side sees it: with what waits for approval."""

    pending: list[PendingView]


class ContactView(StrictModel):
    """The supplier's own contact data."""

    name: str
    email: str
    phone: str


class OwnDossierView(DossierView):
    """The supplier's own dossier: approved certifications without notes, and its own contact data."""

    contact: ContactView
    missing_evidence: list[Aspect]


class WeightsForm(StrictModel):
    """Shares of the aspects, e.g. 0.5, 0.3, 0.2."""

    quality: MarkText
    delivery: MarkText
    credit: MarkText


class ProposeCertification(StrictModel):
    """Marks of 0 to 100 with at most two decimals; weights as shares that sum to 1.

    With ``assessed`` a mark left out is computed, and one given has its reason there; without it all three are given,
    and the note is their reason."""

    quality: MarkText | None = None
    delivery: MarkText | None = None
    credit: MarkText | None = None
    assessed: AssessForm | None = None
    valid_until: InstantText
    weights: WeightsForm | None = None
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""


class Proposed(StrictModel):
    """The proposal that now waits for a second person."""

    proposal_id: str


class CertificationProposed(Proposed):
    """What was proposed, computed by the service."""

    certification_id: str
    score: DecimalText
    grade: Grade


class GiveReason(StrictModel):
    """Why; the supplier reads it."""

    reason: Reason


class FaultyCell(StrictModel):
    """A cell that could not be imported: where, what was typed, what is wrong; `detail` holds own numbers and rules."""

    row: int
    cell: str
    column: str
    code: FieldFault
    text: str
    detail: dict[str, str]


class ImportView(StrictModel):
    """An import: `done` of `total` rows are looked at, the good ones are registered, every bad cell is named."""

    id: str
    state: Literal["running", "done"]
    total: int
    done: int
    created: int
    bad_rows: int
    ignored_columns: list[str]
    rows: list[FaultyCell]

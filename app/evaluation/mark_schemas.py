"""Shapes of panel, sheet and consensus on the wire: T-aliases, own marks, figures of several marks; never a peer's."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field as Limits
from pydantic import StringConstraints

from app.domain.empanelling import MemberState
from app.evaluation.rule_schemas import TechnicalView
from app.infra.web import DecimalText, InstantText, StrictModel

HexId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Alias = Annotated[str, StringConstraints(pattern=r"^T[0-9]{1,4}$")]
CriterionId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,32}$")]
Comment = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
# 3.7; what is beyond 0 to 5 or finer than one decimal is refused by the rule, not by the form.
ValueText = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,3}(\.[0-9]{1,4})?$")]
Version = Annotated[int, Limits(ge=0, le=1_000_000)]


class CallPanel(StrictModel):
    """The whole panel, in order: the first who is not recused is the chair."""

    accounts: Annotated[list[HexId], Limits(max_length=100)]


class Declare(StrictModel):
    """The declaration of conflict. A conflict recuses at once."""

    has_conflict: bool
    text: Comment = ""


class PersonChoice(StrictModel):
    """Somebody who may be called to the panel."""

    account_id: str
    name: str


class DeclarationView(StrictModel):
    """A declaration as made (VISIBILITY.md d10: the own, and for approver and auditor)."""

    has_conflict: bool
    text: str
    declared_at: InstantText


class MemberView(StrictModel):
    """One evaluator in the order of naming; without the seat, which the marks are recorded under."""

    account_id: str
    name: str
    is_chair: bool
    state: Literal["invited", "ready", "submitted", "recused"]
    declaration: DeclarationView | None


class PanelView(StrictModel):
    """The panel of a tender."""

    tender_id: str
    can_invite: bool
    members: list[MemberView]
    # For the purchaser while the panel may be changed.
    candidates: list[PersonChoice]
    is_open: bool
    locked_at: InstantText | None


class EvaluationItem(StrictModel):
    """One line of "my evaluations" (SCREENS.md EV-01)."""

    tender_id: str
    reference: str
    title_zh: str
    title_en: str
    state: MemberState
    # When the live round opens, where one follows: by then the scores must be locked.
    due_at: InstantText | None
    done: int
    total: int
    is_chair: bool
    # The ranking is put to the panel: it is to be confirmed, and there may be a report (VISIBILITY.md d41, d43).
    is_told: bool


class EvaluationList(StrictModel):
    """The evaluations a person was called to, the newest first."""

    items: list[EvaluationItem]


class Progress(StrictModel):
    """How many cells have a mark."""

    done: int
    total: int


class AnswerView(StrictModel):
    """What a supplier answered one criterion with."""

    criterion: str
    value: str
    text: str


class MarkView(StrictModel):
    """The own mark of one cell; `version` 0 is not stored yet."""

    mark: int | None
    comment: str
    version: int


class SavedMarkView(MarkView):
    """What was saved, and how far the sheet has come."""

    progress: Progress


class OfferView(StrictModel):
    """One offer under its alias with the own marks by criterion."""

    alias: str
    answers: list[AnswerView]
    marks: dict[str, MarkView]


class SheetLot(StrictModel):
    """The offers of one lot in the reader's own random order."""

    lot_id: str
    number: int
    title_zh: str
    title_en: str
    offers: list[OfferView]


class SheetView(StrictModel):
    """The own sheet (SCREENS.md EV-02); no lots before the declaration and the technical opening."""

    tender_id: str
    reference: str
    title_zh: str
    title_en: str
    is_chair: bool
    state: MemberState
    due_at: InstantText | None
    submitted_at: InstantText | None
    progress: Progress
    rules: TechnicalView
    lots: list[SheetLot]


class SaveMark(StrictModel):
    """One cell of the own sheet; `version` is the one last seen."""

    lot_id: HexId
    alias: Alias
    criterion: CriterionId
    mark: Annotated[int, Limits(strict=True)] | None
    comment: Comment = ""
    version: Version


class ValueChangeView(StrictModel):
    """One change of an agreed value, as journaled; by nobody's name."""

    at: InstantText
    before: DecimalText
    value: DecimalText
    reason: str


class LeaningView(StrictModel):
    """By how many levels the reader marks above or below the panel's medians, and how many evaluators lean by a level
    or more, the reader among them (domain/leaning.py)."""

    own: DecimalText
    is_leaning: bool
    evaluators: int


class CellView(StrictModel):
    """One cell of the consensus: figures of several marks, and the reader's own.

    `lowest`, `median`, `highest` and `outliers` are null below three marks, where they would be a peer's (VISIBILITY.md
    d39). `version` 0: nothing was agreed on, the value is the one by rule. `changes` has every value there was.
    """

    criterion: str
    count: int
    lowest: int | None
    median: DecimalText | None
    highest: int | None
    # How many marks lie two levels or more from the median.
    outliers: int | None
    own: int | None
    # The own mark is two levels or more from the median.
    is_outlier: bool
    rule: DecimalText
    value: DecimalText
    reason: str
    version: int
    changes: list[ValueChangeView]


class AgreedOffer(StrictModel):
    """One offer of the consensus with the points its values give."""

    alias: str
    points: DecimalText
    passes: bool
    # Beyond the leaning over all offers; null below three sheets, as with the marks.
    leaning: LeaningView | None
    criteria: list[CellView]


class AgreedLot(StrictModel):
    """The offers of one lot, by alias."""

    lot_id: str
    number: int
    title_zh: str
    title_en: str
    offers: list[AgreedOffer]


class UnlockView(StrictModel):
    """Whether the chair may ask for the unlocking, and what waits for the approver."""

    can_propose: bool
    waits_until: InstantText | None


class ConsensusView(StrictModel):
    """The consensus room (SCREENS.md EV-05); `waiting` with counts alone until all sheets that count are in."""

    tender_id: str
    reference: str
    title_zh: str
    title_en: str
    state: Literal["waiting", "open", "locked"]
    is_chair: bool
    submitted: int
    seats: int
    digest: str | None
    locked_at: InstantText | None
    unlock: UnlockView
    rules: TechnicalView
    leaning: LeaningView | None
    lots: list[AgreedLot]


class AgreeValue(StrictModel):
    """The agreed value of one cell."""

    lot_id: HexId
    alias: Alias
    criterion: CriterionId
    value: ValueText
    reason: Comment = ""
    version: Version

    @property
    def decimal(self) -> Decimal:
        """The value as a number."""
        return Decimal(self.value)


class UnlockScores(StrictModel):
    """Why the scores shall be unlocked."""

    reason: Comment


class LockScores(StrictModel):
    """The digest as the consensus shows it."""

    digest: Digest

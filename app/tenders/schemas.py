"""Shapes of tenders on the wire: what comes in; the draft's own shapes are in `draft_forms.py`."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from app.domain.amending import Amendment, LotTexts
from app.domain.columns import Column
from app.domain.drafting import Template
from app.domain.money import NumberStyle
from app.infra.web import StrictModel
from app.tenders.draft_forms import DraftForm
from app.tenders.participations import LONGEST_REASON
from app.tenders.typed_texts import IdText, Typed, TypedLong, Version

# No line breaks and no invisible characters; as long as an answer may be before its padding would show.
OneLine = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=LONGEST_REASON, pattern=r"^[^\x00-\x1f\x7f]*$")
]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=1000)]


class SaveTender(DraftForm):
    """The whole draft as it shall be, written on the version the editor saw; 409 CHANGED_SINCE names what changed."""

    version: Version


class CreateTender(StrictModel):
    """A new draft, from a template or as a copy of an earlier tender (one of both)."""

    template: Template | None = None
    copy_of: IdText | None = None
    title_zh: Typed = ""
    title_en: Typed = ""
    category: Typed = ""
    time_zone: Typed = "Asia/Shanghai"
    project_id: IdText | None = None

    @model_validator(mode="after")
    def _from_one_thing(self) -> "CreateTender":
        if (self.template is None) is (self.copy_of is None):
            raise ValueError("a template or a tender to copy, one of both")
        return self


class ParseLines(StrictModel):
    """Text from a clipboard. `columns` is the editor's own choice from the left; null ignores a column."""

    text: Annotated[str, StringConstraints(max_length=900_000)]
    target: Literal["lines", "lots"] = "lines"
    style: NumberStyle = NumberStyle.UNSTATED
    columns: Annotated[list[Column | None], Field(max_length=60)] | None = None


class LinkTender(StrictModel):
    """The project a draft buys for, null for none."""

    version: Version
    project_id: IdText | None


class SubmitTender(StrictModel):
    """Submit the draft in the version the editor saw."""

    version: Version


class GiveReason(StrictModel):
    """Why; the approver reads it, after a cancellation the suppliers too."""

    reason: Reason


class LotTextsForm(StrictModel):
    """New texts of one lot: titles, and descriptions by the number of the line."""

    id: IdText
    title_zh: Typed | None = None
    title_en: Typed | None = None
    descriptions: dict[int, Typed] = Field(default_factory=dict, max_length=2000)


class AmendTender(StrictModel):
    """What shall change after publication. Texts left out stay; times are local and only ever later.

    `opens_at` is the opening of the live round.
    """

    summary_zh: TypedLong
    summary_en: TypedLong
    title_zh: Typed | None = None
    title_en: Typed | None = None
    tender_summary_zh: TypedLong | None = None
    tender_summary_en: TypedLong | None = None
    terms_zh: TypedLong | None = None
    terms_en: TypedLong | None = None
    lots: list[LotTextsForm] = Field(default_factory=list, max_length=100)
    response_due: Typed | None = None
    opens_at: Typed | None = None
    sealed_opens_at: Typed | None = None
    sealed_closes_at: Typed | None = None

    def to_amendment(self) -> Amendment:
        """Give the domain's amendment: what was left out is left out."""
        named = {
            "title_zh": self.title_zh,
            "title_en": self.title_en,
            "summary_zh": self.tender_summary_zh,
            "summary_en": self.tender_summary_en,
            "terms_zh": self.terms_zh,
            "terms_en": self.terms_en,
        }
        return Amendment(
            summary_zh=self.summary_zh.strip(),
            summary_en=self.summary_en.strip(),
            texts={name: value for name, value in named.items() if value is not None},
            lots=tuple(_lot_texts(lot) for lot in self.lots),
            response_due=self.response_due,
            opens_at=self.opens_at,
            sealed_opens_at=self.sealed_opens_at,
            sealed_closes_at=self.sealed_closes_at,
        )


def _lot_texts(lot: LotTextsForm) -> LotTexts:
    titles = {"title_zh": lot.title_zh, "title_en": lot.title_en}
    return LotTexts(lot.id, {name: value for name, value in titles.items() if value is not None}, lot.descriptions)


class AnswerInvitation(StrictModel):
    """A supplier's answer to the terms of the version it read."""

    response: Literal["accept", "decline"]
    version: Version
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")] = (
        ""
    )

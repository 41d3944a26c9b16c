"""The wire of the auditor's screens."""

from typing import Annotated

from pydantic import StringConstraints

from app.domain.past_tenders import PastFault
from app.domain.screening import ScreenMethod
from app.domain.screening_cases import LONGEST_NOTE, LookState
from app.domain.screening_rates import Origin
from app.infra.web import InstantText, StrictModel

NoteText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_NOTE)]


class AlarmView(StrictModel):
    """How many of how many gave a lead where nothing is known to be wrong."""

    leads: int
    of: int


class ScreenMethodView(StrictModel):
    """A method in words, and what it looked at; `real` and `honest`: how often it is met anyhow, where known."""

    method: ScreenMethod
    zh: str
    en: str
    formula: str
    source: str
    about_zh: str
    about_en: str
    innocent_zh: list[str]
    innocent_en: list[str]
    looked_at: int
    too_few: int
    found: int
    real: AlarmView | None
    honest: AlarmView | None


class BaseRateView(StrictModel):
    """The share of comparable ones that show as much: of our own history, or, at most, of the calibration."""

    share: float | None
    of: int
    origin: Origin


class LeadView(StrictModel):
    """One reason to look."""

    key: str
    method: ScreenMethod
    tender: str | None
    reference: str | None
    lot: int | None
    bidders: list[str]
    figure: str
    n: int
    base: BaseRateView
    chance: float | None
    is_rare: bool
    state: LookState | None


class BoardView(StrictModel):
    """The board: the leads that fit, of how many, and every method with what it looked at."""

    leads: list[LeadView]
    fitting: int
    tenders: int
    lots: int
    methods: list[ScreenMethodView]


class PastCell(StrictModel):
    """A cell of a file that was not taken; its row was left out."""

    cell: str
    text: str
    code: PastFault


class PastLead(StrictModel):
    """A lead of a file of past tenders, with its evidence: bidders are called as the file calls them."""

    method: ScreenMethod
    reference: str | None
    lot: int | None
    bidders: list[str]
    figure: str
    n: int
    base: BaseRateView
    chance: float | None
    columns: list[str]
    rows: list[list[str]]


class PastBoard(StrictModel):
    """What the screens show of a file: leads, methods, and every bad cell. Nothing of it is stored."""

    tenders: int
    lots: int
    rows: int
    idle: int
    cells: list[PastCell]
    bad: int
    leads: list[PastLead]
    fitting: int
    methods: list[ScreenMethodView]


class LookView(StrictModel):
    """What an auditor made of a lead."""

    n: int
    state: LookState
    note: str
    by: str
    is_mine: bool
    at: InstantText


class LeadPage(StrictModel):
    """One lead with its evidence and its looks."""

    lead: LeadView
    method: ScreenMethodView
    columns: list[str]
    rows: list[list[str]]
    looks: list[LookView]


class LookBody(StrictModel):
    """What is said of a lead."""

    state: LookState
    note: NoteText = ""

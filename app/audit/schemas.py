"""The wire of the audit room."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from app.domain.checkpointing import Reason
from app.domain.kinds import Kind
from app.domain.visibility import Phase
from app.infra.web import InstantText, ShortText, StrictModel

IdText = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
# A purpose in three letters tells nobody why the evidence left the house.
PurposeText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=500)]
RecipientText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]


class TimelineEntry(StrictModel):
    """One act as the auditor may see it. Numbers are null while they would count acts that may not be seen yet."""

    at: InstantText
    kind: Kind
    chain: str | None
    seq: int | None
    hash: str | None
    tender: str | None
    round: str | None
    lot: str | None
    alias: str | None
    actor_role: str
    actor_ref: str | None
    # Of staff; a supplier's representative stays sealed.
    actor_name: str | None
    data: dict[str, Any]
    is_sealed: bool
    is_refused: bool


class Band(StrictModel):
    """A stretch of time to be drawn behind the entries. Open-ended while ``until`` is null."""

    kind: Literal["phase", "pause", "overtime"]
    phase: Phase | None
    lot: str | None
    since: InstantText
    until: InstantText | None


class Timeline(StrictModel):
    """A page of the timeline, newest first, with the bands of its tender."""

    entries: list[TimelineEntry]
    next_cursor: str | None
    bands: list[Band]
    # True where suppliers' acts of a running tender are left out for now.
    is_partial: bool


class CheckpointView(StrictModel):
    """A signed checkpoint: its size and root, without the heads of single chains."""

    n: int
    at: InstantText
    reason: Reason
    chains: int
    entries: int
    root: str
    prev: str
    key_id: str
    digest: str
    signature: str
    # The outside witnesses that cosigned it, by name.
    cosigned_by: list[str]
    # When a time-stamping authority saw it, by its own clock.
    stamped_at: InstantText | None


class CheckpointPage(StrictModel):
    """Checkpoints, newest first."""

    checkpoints: list[CheckpointView]
    next_before: int | None


class RotationView(StrictModel):
    """A statement by which one key of the journal handed over to the next, signed by both (domain/key_history.py)."""

    v: Literal[1]
    kind: Literal["key.rotated"]
    number: int
    old_key: str
    new_key: str
    from_checkpoint: int
    last_checkpoint: str
    at: int
    reason: str
    old_sig: str
    new_sig: str


class EarlierKey(StrictModel):
    """A key that was ended: what it signed until then stands."""

    public_key: str
    key_id: str
    fingerprint: str
    words: str
    ended_at: InstantText
    last_checkpoint: int
    reason: str


class KeyView(StrictModel):
    """The journal's public key; compare the fingerprint with one that came another way.

    ``rotations``: the statements, oldest first, for programs; ``earlier``: the ended keys, newest first, for people.
    """

    algorithm: Literal["Ed25519"]
    public_key: str
    key_id: str
    fingerprint: str
    words: str
    rotations: list[RotationView]
    earlier: list[EarlierKey]


FormName = Literal["bundle", "jsonl", "csv", "xlsx", "ocds"]
PresetName = Literal["privileged_reads", "after_close", "rule_changes", "voids"]


class ExportRequest(StrictModel):
    """What to export, why, and for whom (SCREENS.md AU-04).

    ``bundle`` is the evidence for `bidroom verify`; ``ocds`` a release package (OCDS 1.1) of published tenders; the
    other forms are the bid histories of lots that have closed, in a period where one is named (from its first instant,
    before its last).
    """

    tender_ids: list[IdText] = Field(default_factory=list, max_length=200)
    all: bool = False
    form: FormName = "bundle"
    since: InstantText | None = Field(default=None, alias="from")
    until: InstantText | None = Field(default=None, alias="to")
    purpose: PurposeText
    recipient: RecipientText

    @model_validator(mode="after")
    def _one_scope(self) -> "ExportRequest":
        if self.all == bool(self.tender_ids):
            raise ValueError("name tenders, or all")
        if self.form in ("bundle", "ocds") and (self.since or self.until):
            raise ValueError("a bundle holds whole chains, a release whole tenders: a period is for histories")
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise ValueError("the period ends before it begins")
        return self


class ExportMade(StrictModel):
    """The job that writes the bundle."""

    id: str


class ExportView(StrictModel):
    """An export and how far it has come."""

    id: str
    state: Literal["queued", "running", "ready", "failed"]
    all: bool
    tender_ids: list[str]
    form: FormName
    since: InstantText | None = Field(serialization_alias="from")
    until: InstantText | None = Field(serialization_alias="to")
    purpose: str
    recipient: str
    requested_by: str
    requested_at: InstantText
    done: int
    total: int
    file_name: str
    size: int | None
    sha256: str | None
    ready_at: InstantText | None
    code: str | None


class TenderChoice(StrictModel):
    """A tender that can be named in a filter or an export."""

    id: str
    reference: str
    title_zh: str
    title_en: str
    phase: Phase


class ActorChoice(StrictModel):
    """A person of the buyer's staff that can be named in a filter."""

    ref: str
    name: str


class LotChoice(StrictModel):
    """A lot of a tender with the C-aliases of its bidders, once it has closed."""

    id: str
    number: int
    aliases: list[str]


class Filters(StrictModel):
    """What the timeline can be filtered by."""

    tenders: list[TenderChoice]
    lots: list[LotChoice]
    actors: list[ActorChoice]
    kinds: list[Kind]


class QueryFilters(StrictModel):
    """The filters of a search, by the names the timeline takes."""

    tender: IdText | None = None
    lot: IdText | None = None
    kind: list[Kind] = Field(default_factory=list, max_length=100)
    actor: IdText | None = None
    alias: ShortText | None = None
    after: InstantText | None = None
    before: InstantText | None = None
    preset: PresetName | None = None


class QueryRequest(StrictModel):
    """A search to be kept under a name."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    filters: QueryFilters
    is_shared: bool = False


class QueryMade(StrictModel):
    """The search that was kept."""

    id: str


class SavedQuery(StrictModel):
    """A kept search: one's own, or another auditor's who shares it."""

    id: str
    name: str
    filters: QueryFilters
    is_shared: bool
    is_own: bool
    owner: str
    saved_at: InstantText

"""Drafts: beginning one from a template or an earlier tender, and writing it, two people at once included."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from app.demand.stages import decide_buying
from app.domain.drafting import (
    Draft,
    Template,
    changed_fields,
    draft_from_json,
    normalised,
)
from app.domain.kinds import Kind
from app.domain.procedures import Procedure
from app.domain.refusals import Code, Refusal
from app.domain.templates import copy_of, from_template
from app.domain.tendering import Continuation, TenderState, decide_edit
from app.domain.timetable import load_zone
from app.domain.visibility import Phase, Role
from app.identity.seats import find_clash, take_seat
from app.journal.store import NewEntry, append, list_entries
from app.tenders import store
from app.tenders.draft_forms import form_of
from app.tenders.entering import enter, refuse
from app.tenders.projecting import prefill

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from sqlalchemy.ext.asyncio import AsyncConnection

    from app.identity.access import Actor
    from app.infra.world import World
    from app.tenders.store import Tender

DEFAULT_ZONE = "Asia/Shanghai"
# Crockford's letters: no I, L, O, U to misread on the telephone.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class BeginTender:
    """Begin a draft from a template, or as a copy of an earlier tender."""

    template: Template | None
    copy_of: str | None
    title_zh: str = ""
    title_en: str = ""
    category: str = ""
    time_zone: str = DEFAULT_ZONE
    # An approved project that the draft is prefilled from.
    project_id: str | None = None


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """Write the whole draft, on the version the editor saw."""

    version: int
    draft: Draft


def default_draft(world: World, template: Template, zone: ZoneInfo) -> Draft:
    """Give the draft a template would begin with now."""
    return from_template(template, now=world.clock.now(), zone=zone, lot_ids=(world.ids.new(), world.ids.new()))


async def create_tender(world: World, actor: Actor, command: BeginTender) -> Tender | Refusal:
    """Begin a draft. Refuses an unknown time zone, and a project that is not approved or is stopped
    (NOT_ALLOWED_HERE); the copied tender must exist."""
    zone = load_zone(command.time_zone)
    if zone is None:
        return await _refuse_to_begin(world, actor, Refusal(Code.INCOMPLETE, {"time_zone": "UNKNOWN_ZONE"}))
    tender_id = world.ids.new()
    async with world.db.transaction() as tx:
        refusal = await decide_buying(tx, command.project_id)
        if refusal is not None:
            return await _enter_refusal(world, tx, actor, refusal)
        draft, template = await _beginning(world, tx, command, zone)
        draft = await prefill(tx, draft, command.project_id)
        draft = _with_criterion_ids(world, draft, {})
        reference = f"T-{world.clock.now().astimezone(zone).year}-{_random_letters(world)}"
        now = world.clock.now()
        await store.insert_tender(
            tx,
            {
                **_columns(draft),
                "id": tender_id,
                "reference": reference,
                "state": TenderState.DRAFT.value,
                "phase": Phase.DRAFT.value,
                "version": 1,
                "template": template,
                "is_extended": False,
                "is_reminded": False,
                "continuation": Continuation.NOT_NEEDED.value,
                "created_by": actor.account_id,
                "created_at": now,
                "edited_at": now,
                "terms_version": 0,
                "project_id": command.project_id,
                "round_id": world.ids.new(),
                "sealed_round_id": _sealed_round_id(world, draft, None),
            },
        )
        await take_seat(tx, actor.account_id, tender_id, Role.PURCHASER)
        data = {"reference": reference, "template": template, "copy_of": command.copy_of}
        data |= {} if command.project_id is None else {"project": command.project_id}
        await enter(world, tx, tender_id, Kind.TENDER_CREATED, data, **actor.entry_fields(Role.PURCHASER))
        return await store.load_tender(tx, tender_id)


async def save_tender(world: World, actor: Actor, tender_id: str, command: SaveDraft) -> Tender | Refusal:
    """Write the whole draft. Refuses FROZEN after publication, CHANGED_SINCE (somebody was faster), EXCLUSIVE_ROLES."""
    async with world.db.transaction() as tx:
        tender = await store.lock_tender(tx, tender_id)
        clash = await find_clash(tx, actor.account_id, tender_id, Role.PURCHASER)
        refusal = clash or decide_edit(tender.state) or await changed_since(tx, tender, command.version)
        if refusal is not None:
            return await refuse(world, tx, actor, Role.PURCHASER, tender_id=tender_id, act="edit", refusal=refusal)
        before = draft_from_json(tender.draft)
        draft = _with_lot_ids(world, normalised(command.draft), before)
        draft = _with_criterion_ids(world, draft, before.evaluation or {})
        # As its editors read it: a member that came with a later version was changed by nobody.
        changed = changed_fields(form_of(dict(tender.draft)).to_draft().to_json(), draft.to_json())
        if not changed:
            return tender
        version = tender.version + 1
        reserved = _sealed_round_id(world, draft, tender.sealed_round_id)
        edited = {"version": version, "edited_at": world.clock.now(), "sealed_round_id": reserved}
        await store.set_tender(tx, tender_id, **_columns(draft), **edited)
        await take_seat(tx, actor.account_id, tender_id, Role.PURCHASER)
        data = {"version": version, "changed": changed}
        await enter(world, tx, tender_id, Kind.TENDER_EDITED, data, **actor.entry_fields(Role.PURCHASER))
        return await store.load_tender(tx, tender_id)


async def changed_since(tx: AsyncConnection, tender: Tender, seen: int) -> Refusal | None:
    """Refuse to act on a draft that was written since, naming the fields others have changed (SCREENS.md 1.2)."""
    if seen == tender.version:
        return None
    changed: set[str] = set()
    after = 0
    while page := await list_entries(tx, chain=tender.chain, after_seq=after):
        after = page[-1].seq
        edits = (entry.data for entry in page if entry.kind is Kind.TENDER_EDITED)
        changed |= {path for edit in edits if edit["version"] > seen for path in edit["changed"]}
    detail = {
        "version": str(tender.version),
        "changed": ",".join(sorted(changed)[:50]),
        "by_role": Role.PURCHASER.value,
    }
    return Refusal(Code.CHANGED_SINCE, detail)


async def _refuse_to_begin(world: World, actor: Actor, refusal: Refusal) -> Refusal:
    """Journal the refusal on the system's chain: there is no tender yet that could have one."""
    async with world.db.transaction() as tx:
        return await _enter_refusal(world, tx, actor, refusal)


async def _enter_refusal(world: World, tx: AsyncConnection, actor: Actor, refusal: Refusal) -> Refusal:
    data = {"act": "create", "code": refusal.code.value, "detail": dict(refusal.detail)}
    await append(world, tx, NewEntry("system", Kind.TENDER_REFUSED, data, **actor.entry_fields(Role.PURCHASER)))
    return refusal


async def _beginning(world: World, tx: AsyncConnection, command: BeginTender, zone: ZoneInfo) -> tuple[Draft, str]:
    if command.copy_of is not None:
        earlier = await store.load_tender(tx, command.copy_of)
        old = draft_from_json(earlier.draft)
        ids = tuple(world.ids.new() for _ in old.lots)
        own_zone = load_zone(old.time_zone) or zone
        draft, template = copy_of(old, now=world.clock.now(), zone=own_zone, lot_ids=ids), earlier.template
    else:
        chosen = command.template or Template.QUICK
        draft, template = default_draft(world, chosen, zone), chosen.value
    named = replace(
        draft,
        title_zh=command.title_zh or draft.title_zh,
        title_en=command.title_en or draft.title_en,
        category=command.category or draft.category,
    )
    return named, template


def _with_lot_ids(world: World, draft: Draft, before: Draft) -> Draft:
    """Give new lots an id of their own. An id from elsewhere, or used twice, is replaced: ids are given here only."""
    free = {lot.id for lot in before.lots}
    lots = []
    for lot in draft.lots:
        lots.append(lot if lot.id in free else replace(lot, id=world.ids.new()))
        free.discard(lot.id)
    return replace(draft, lots=tuple(lots))


def _with_criterion_ids(world: World, draft: Draft, before: Mapping[str, Any]) -> Draft:
    """Give new criteria an id of their own, as `_with_lot_ids` does for lots."""
    evaluation = draft.evaluation or {}
    technical = evaluation.get("technical")
    if technical is None:
        return draft
    free = {one["id"] for one in (before.get("technical") or {}).get("criteria", ())}
    criteria = []
    for one in technical["criteria"]:
        criteria.append(one if one["id"] in free else {**one, "id": world.ids.new()})
        free.discard(one["id"])
    return replace(draft, evaluation={**evaluation, "technical": {**technical, "criteria": criteria}})


def _sealed_round_id(world: World, draft: Draft, reserved: str | None) -> str | None:
    """Reserve the id of a sealed round when the draft first asks for one; going back to live takes nothing away."""
    return reserved or (world.ids.new() if Procedure(draft.procedure).has_sealed else None)


def _columns(draft: Draft) -> dict[str, Any]:
    """Give the columns that repeat parts of the draft for lists; texts are cut there, never in the draft itself."""
    return {
        "title_zh": draft.title_zh.strip()[:200],
        "title_en": draft.title_en.strip()[:200],
        "summary_zh": draft.summary_zh,
        "summary_en": draft.summary_en,
        "category": draft.category[:40],
        "currency": draft.currency[:3],
        "tax_basis": draft.tax_basis,
        "time_zone": draft.time_zone[:60],
        "min_bidders": draft.min_bidders,
        "unseal_scope": draft.unseal_scope,
        "announce_winner": draft.announce_winner,
        "award_rule": draft.award_rule,
        "procedure": draft.procedure,
        "purchaser_note": draft.purchaser_note,
        "draft": draft.to_json(),
    }


def _random_letters(world: World) -> str:
    """Random, so that a reference tells neither how many tenders there are nor when one was begun."""
    number = int(world.ids.new(), 16)
    return "".join(_LETTERS[number >> shift & 31] for shift in range(0, 30, 5))

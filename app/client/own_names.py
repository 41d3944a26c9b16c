"""What of an offer is looked through for the own name before it is sealed, and how a find is told (AN-04).

What was typed per criterion, names of files, and the files that are plain text; the browser looks into others, too.
"""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any, Final

from app.client.sealer import Offer
from app.domain.sealing.own_names import NameHit, OwnNames, ScannedText, scan_for_names

# Of larger text files the beginning is looked through; other formats by their name alone.
_MOST_SCANNED: Final = 2_000_000
_PLAIN: Final = frozenset((".csv", ".txt", ".md"))


def own_names_of(dossier: Mapping[str, Any]) -> OwnNames:
    """What gives a supplier away, of its own dossier (GET /api/my/supplier)."""
    contact = dossier["contact"]
    return OwnNames(
        [dossier["name_zh"], dossier["name_en"], contact["name"]],
        credit_code=dossier["credit_code"],
        domain=contact["email"].partition("@")[2],
        phone=contact["phone"],
        mail=contact["email"],
    )


def find_names(facts: Mapping[str, Any], offer: Offer, own: OwnNames) -> list[str]:
    """A line for each find in what evaluators mark blind: where it stands, what it is, what was found."""
    criteria = _criteria_of(facts)
    texts = _texts_of(criteria, offer)
    # One by one: a place in a file is told by its line.
    return [_told(hit, one.text, criteria) for one in texts for hit in scan_for_names([one], own)]


def _criteria_of(facts: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    technical = (facts.get("evaluation") or {}).get("technical") or {}
    return {each["id"]: each for each in technical.get("criteria", [])}


def _texts_of(criteria: Mapping[str, Mapping[str, Any]], offer: Offer) -> Sequence[ScannedText]:
    texts = []
    for criterion, value, text in offer.answers or ():
        # A choice is the tender's own word.
        is_typed = criteria.get(criterion, {}).get("answer") != "choice"
        texts += [ScannedText(criterion, each) for each in ((value, text) if is_typed else (text,))]
    for name, kind, content in offer.files:
        texts.append(ScannedText(name, name))
        if kind.startswith("text/") or PurePath(name).suffix.lower() in _PLAIN:
            texts.append(ScannedText(name, content[:_MOST_SCANNED].decode("utf-8", "replace")))
    return texts


def _told(hit: NameHit, text: str, criteria: Mapping[str, Mapping[str, Any]]) -> str:
    known = criteria.get(hit.where)
    place = hit.where if known is None else f"{hit.where} ({known['title_en'] or known['title_zh']})"
    before = text[: hit.start].split("\n")
    return f"{place}, line {len(before)}, character {len(before[-1]) + 1}: {hit.kind.replace('_', ' ')} “{hit.found}”"

"""The lots of a ranked tender as contests by label, to try changes on. Reads only; tags stay inside."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.cutting import rules_of
from app.domain.whatif import Contest
from app.evaluation import store as evaluation_store
from app.evaluation.inquiry_store import counting, list_inquiries
from app.evaluation.offers import TagScores, evaluation_in, list_offers, load_scores
from app.evaluation.sheet import LotSheet, load_sheets
from app.infra.world import World
from app.tenders.store import Tender


@dataclass(frozen=True, slots=True)
class LotContest:
    """One lot's official ranking and the contest it came from."""

    sheet: LotSheet
    contest: Contest


async def load_contests(world: World, tx: AsyncConnection, tender: Tender) -> list[LotContest]:
    """The lots of a tender that was ranked by an evaluation, in order of their numbers; else none."""
    rules = evaluation_in(tender)
    if rules is None:
        return []
    scores = await load_scores(world, tx, tender.id)
    inquiries = await list_inquiries(world, tx, tender.id)
    found = []
    for sheet in await load_sheets(world, tx, tender):
        labels = {tag: label for label, tag in evaluation_store.open_map(world, sheet.ranking).items()}
        everyone = await list_offers(world, tx, tender, sheet.lot, scores.get(sheet.lot.id))
        offers, others = counting(everyone, inquiries, sheet.lot.id)
        named = [replace(each, key=labels[each.key]) for each in offers if each.key in labels]
        values, official = _values(labels, scores.get(sheet.lot.id)), sheet.ranking.official
        cut = rules_of(official.rows, rules.shortlist, official.shortlist or ())
        tried = replace(rules, shortlist=cut)
        found.append(LotContest(sheet, Contest(tried, named, sheet.lot.ceiling_price, values, others)))
    return found


def _values(labels: Mapping[str, str], scores: TagScores | None) -> dict[str, Mapping[str, Decimal]]:
    """{label: its agreed values by criterion}."""
    if scores is None:
        return {}
    found = {label: scores.of_tag(tag) for tag, label in labels.items()}
    return {label: score.values for label, score in found.items() if score is not None}

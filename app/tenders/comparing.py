"""How a tender compares offers, shown apart from the rest: of a draft as soon as this much can be read, else as frozen.

Serves SCREENS.md PL-04: sentence and worked example, leverage, the weight of every criterion in the whole, the hash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.domain.drafting import draft_from_json
from app.domain.entries import digest_of
from app.domain.evaluation_sentences import evaluation_sentences
from app.domain.fault_list import FaultList
from app.domain.formats import LotTerms, format_of
from app.domain.formats.basis_sentences import ranking_sentences
from app.domain.formats.examples import rule_examples
from app.domain.freezing import live_rules_of
from app.domain.leverage import leverage_of
from app.domain.live_rules import Basis
from app.domain.preflight_sealed import read_basis, read_evaluation, read_first_lot, read_live
from app.domain.procedures import Procedure
from app.domain.scoring.kinds import FormulaCode
from app.domain.scoring.live_basis import ranking_rules
from app.domain.scoring.parameters import BENCHMARK, OWN, PARAMETERS, TRIMMING, write_value
from app.domain.scoring.price_points import round_fraction
from app.domain.scoring.rules import evaluation_from_json
from app.domain.wording import example_of
from app.tenders import reading
from app.tenders.draft_views import (
    ComparisonView,
    CriterionShareView,
    FaultView,
    FormulasView,
    LevelWorthView,
    LeverageView,
    ParameterView,
    SentencesView,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from app.domain.live_rules import LiveRules
    from app.domain.scoring.parameters import Parameter
    from app.domain.scoring.rules import EvaluationRules
    from app.identity.access import Actor
    from app.infra.world import World

# Products of weights with up to four decimals each, shown to two.
_SHARE_DIGITS = 2


async def compare(world: World, actor: Actor, tender_id: str) -> ComparisonView:
    """Show how offers are compared; all but the faults is empty while they stand, or where nothing is sealed."""
    tender, _ = await reading.load_document(world, actor, tender_id)
    if tender.frozen is not None:
        seen = _view(tender.frozen.get("evaluation"), live_rules_of(tender.frozen), is_frozen=True)
        return seen.model_copy(update={"examples": _examples(*example_of(tender.frozen))})
    draft, found = draft_from_json(tender.draft), FaultList()
    has_sealed = draft.procedure in set(Procedure) and Procedure(draft.procedure).has_sealed
    evaluation = read_evaluation(draft, found) if has_sealed else None
    faults = [FaultView(field=fault.field, code=fault.code, detail=dict(fault.detail)) for fault in found.items]
    examples = _examples(read_live(draft), read_first_lot(draft), len(draft.lots))
    seen = _view(evaluation, read_basis(draft), is_frozen=False)
    return seen.model_copy(update={"faults": faults, "examples": examples})


def _examples(live: LiveRules | None, terms: LotTerms | None, lots: int) -> SentencesView | None:
    if live is None or terms is None:
        return None
    said = {lang: rule_examples(live, terms, format_of(live), lang, lots=lots) for lang in ("zh", "en")}
    return SentencesView(zh=said["zh"], en=said["en"])


def _view(evaluation: Mapping[str, Any] | None, live: LiveRules | None, *, is_frozen: bool) -> ComparisonView:
    basis = None if live is None or live.basis is Basis.PRICE else _basis_view(live)
    if evaluation is None:
        return ComparisonView(
            faults=[], sentences=None, leverage=None, shares=[], evaluation=None, digest=None, basis=basis
        )
    rules = evaluation_from_json(evaluation)
    said = ranking_rules(live, rules) or rules
    shares = {} if rules.technical is None else rules.technical.effective_weights()
    return ComparisonView(
        faults=[],
        sentences=SentencesView(zh=evaluation_sentences(said, "zh"), en=evaluation_sentences(said, "en")),
        leverage=leverage_view(rules),
        shares=[
            CriterionShareView(criterion=one, percent=f"{round_fraction(share, _SHARE_DIGITS):f}")
            for one, share in shares.items()
        ],
        evaluation=dict(evaluation),
        digest=digest_of(evaluation) if is_frozen else None,
        basis=basis,
    )


def _basis_view(live: LiveRules) -> SentencesView:
    return SentencesView(zh=ranking_sentences(live, "zh"), en=ranking_sentences(live, "en"))


def leverage_view(rules: EvaluationRules) -> LeverageView:
    """Show what is worth how much."""
    found = leverage_of(rules)
    levels = [LevelWorthView(criterion=criterion, points=f"{points:f}") for criterion, points in found.levels]
    return LeverageView(percent=None if found.percent is None else f"{found.percent:f}", levels=levels)


def formulas() -> FormulasView:
    """List every price formula with all its parameters, from the table that reads them (scoring/parameters.py)."""
    return FormulasView(
        formulas={code.value: _parameters(PARAMETERS[code]) for code in FormulaCode},
        benchmark=_parameters([BENCHMARK])[0],
        benchmarks={benchmark.value: _parameters(own) for benchmark, own in OWN.items()},
        trimming=_parameters(TRIMMING),
    )


def _parameters(listed: Iterable[Parameter]) -> list[ParameterView]:
    return [
        ParameterView(
            name=each.name,
            kind=each.kind,
            low=each.low,
            high=each.high,
            default=write_value(each.default),
            choices=[choice.value for choice in each.choices],
        )
        for each in listed
    ]

"""Rules to try in a dry run: those of the round with some of them changed (SCREENS.md PL-06).

Whether they can stand together is asked of `formats.check_rules`, as at publication.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from app.domain.formats import LiveRules
from app.domain.live_rules import FeedbackMode, Measure, SoftClose, StepBasis, TieRule, Trigger


@dataclass(frozen=True, slots=True)
class Variation:
    """What shall be otherwise; None stays as it was. A window of nothing takes the soft close away."""

    feedback: FeedbackMode | None = None
    ties: TieRule | None = None
    has_gate: bool | None = None
    step_measure: Measure | None = None
    step_size: Decimal | None = None
    step_basis: StepBasis | None = None
    window: timedelta | None = None
    trigger: Trigger | None = None
    max_extensions: int | None = None


# Where the round had no soft close: as the templates have it, but for the window.
_TOP = 3
_DEFAULT = SoftClose(timedelta(minutes=3), timedelta(minutes=45), 10)


def varied(rules: LiveRules, change: Variation) -> LiveRules:
    """The rules with the changes."""
    step = replace(
        rules.step,
        measure=change.step_measure or rules.step.measure,
        size=rules.step.size if change.step_size is None else change.step_size,
        basis=change.step_basis or rules.step.basis,
        # Smaller steps below a price belong to the step they were made for.
        below=rules.step.below if change.step_size is None and change.step_measure is None else (),
    )
    return replace(
        rules,
        feedback=change.feedback or rules.feedback,
        ties=change.ties or rules.ties,
        has_gate=rules.has_gate if change.has_gate is None else change.has_gate,
        step=step,
        soft_close=_soft(rules.soft_close, change),
    )


def _soft(soft: SoftClose | None, change: Variation) -> SoftClose | None:
    if change.window is not None and change.window <= timedelta(0):
        return None
    if soft is None and change.window is None:
        return None
    base = soft or _DEFAULT
    trigger = change.trigger or base.trigger
    return replace(
        base,
        window=base.window if change.window is None else change.window,
        trigger=trigger,
        top=(base.top or _TOP) if trigger is Trigger.TOP_CHANGE else None,
        max_extensions=base.max_extensions if change.max_extensions is None else change.max_extensions,
    )

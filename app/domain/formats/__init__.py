"""The live formats by name. A new format is a new file and one line here; nothing else asks which format it is.

Serves LIVE.md section 1, format. The names of this package are the rules' own: `LiveRules` and what belongs to it.
"""

from types import MappingProxyType
from typing import Final

from app.domain import live_rules_check
from app.domain.formats import dutch, japanese, open_descending, turn_based
from app.domain.formats.play import Accepted, Feedback, FloorState, LiveFormat, Offer, Quote
from app.domain.live_rules import LiveRules, LotTerms, LotTimes, RuleFault, lot_times
from app.domain.live_rules_json import BadRulesError, hash_of_rules, rules_from_json, rules_to_json

FORMATS: Final = MappingProxyType[str, LiveFormat](
    {
        "open_descending": open_descending,
        "turn_based": turn_based,
        "japanese": japanese,
        "dutch": dutch,
    }
)

__all__ = [
    "FORMATS",
    "Accepted",
    "BadRulesError",
    "Feedback",
    "FloorState",
    "LiveFormat",
    "LiveRules",
    "LotTerms",
    "LotTimes",
    "Offer",
    "Quote",
    "RuleFault",
    "check_rules",
    "format_of",
    "hash_of_rules",
    "lot_times",
    "rules_from_json",
    "rules_to_json",
]


def format_of(rules: LiveRules) -> LiveFormat:
    """The format these rules are played in. Precondition: `rules.format` is registered, as `check_rules` tells."""
    return FORMATS[rules.format]


def check_rules(rules: LiveRules) -> list[RuleFault]:
    """What keeps these rules from publication; empty when they can be played. LIVE.md section 1."""
    if rules.format not in FORMATS:
        return [RuleFault("format", "OUT_OF_RANGE")]
    return [*live_rules_check.check_rules(rules), *format_of(rules).rule_faults(rules)]

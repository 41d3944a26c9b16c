"""Every fault that a draft or an amendment can have is a sentence in both languages."""

import json
import re

import pytest

from tests.tidy.tracked import ROOT, chosen, text_of

# Where the faults of a tender's terms are found.
PLACES = (
    *(
        f"app/domain/{name}.py"
        for name in ("preflight", "preflight_sealed", "fault_list", "forewarning", "amending", "grading", "holidays")
    ),
    *(f"app/domain/{name}.py" for name in ("live_rules", "sealed_rules", "timetable", "scoring/**")),
)
FAULT = re.compile(r'"([A-Z]+(?:_[A-Z0-9]+)+)"')
# A name that a module hands on, in its __all__.
CONSTANT = re.compile(r"^([A-Z_0-9]+)\b", re.MULTILINE)
# No page can send these.
OTHERS = {"UNKNOWN_LOT", "UNKNOWN_LINE"}
# The one fault among the warnings: it never comes before the approver.
STOPS = {"TOO_FEW_BIDDERS"}
# What the answer to a score sheet says of a field and of a formula: no faults.
SAID = {"ONE_BID", "ALL_EQUAL", "SOME_NOT_RANKED", "NO_RANKED_OFFER", "LEAVING_TURNS_TOTALS", "LEAVING_TURNS_RANKS"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_fault_has_its_sentence(lang: str) -> None:
    words = json.loads((ROOT / f"frontend/src/i18n/{lang}/tenders.json").read_text(encoding="utf-8"))
    told = words["faults"]
    texts = [text_of(path) for path in chosen(*PLACES)]
    constants = {name for text in texts for name in CONSTANT.findall(text)}
    found = {code for text in texts for code in FAULT.findall(text)} - constants - OTHERS - SAID
    assert len(found) > 20
    assert sorted(found - told.keys()) == []
    assert words["simulation"].keys() > SAID


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_warning_has_its_sentence_before_the_approver(lang: str) -> None:
    words = json.loads((ROOT / f"frontend/src/i18n/{lang}/approvals.json").read_text(encoding="utf-8"))
    texts = [text_of(path) for path in chosen("app/domain/forewarning.py")]
    found = {code for text in texts for code in FAULT.findall(text)} - STOPS
    assert len(found) > 20
    assert sorted(found - words["warnings"].keys()) == []

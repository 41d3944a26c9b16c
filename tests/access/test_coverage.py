"""Every datum of the matrix is looked for, or it is said why no canary can sing for it and what looks instead.

Read with `rules.py` and `sealed_rules.py`: the kinds of canaries of the two stories. A datum that gets its pages later
(WAITING) must leave the list with them: the test fails once a route of that datum exists.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.domain.visibility import MATRIX, Datum, Phase, Role
from tests.access.rules import CARRIES
from tests.access.sealed_rules import CARRIES_MORE

HERE = Path(__file__).parent
# The kinds of canaries that stand for a datum.
SUNG: Mapping[Datum, tuple[str, ...]] = {
    Datum.NOTICE: ("notice",),
    Datum.DRAFTS: ("note",),
    Datum.RESERVE_PRICE: ("reserve",),
    Datum.INVITED_NAMES: ("name",),
    Datum.SUPPLIER_CONTACTS: ("contact",),
    Datum.STAFF_NAMES: ("staff",),
    Datum.TRUSTEES: ("staff",),
    Datum.KEY_POLICY: ("policy",),
    Datum.CONFLICT_DECLARATIONS: ("declared",),
    Datum.RECEIVE_TIMES: ("received", "received_ms"),
    Datum.REFUSED_ATTEMPTS: ("refused", "late"),
    Datum.LOGIN_TRACES: ("trace",),
    Datum.T_ALIASES: ("t_alias",),
    Datum.C_ALIASES: ("label",),
    Datum.ALIAS_JOIN: ("t_alias", "label"),
    Datum.LINK_IN_SCOPE: ("name", "label"),
    Datum.LINK_OF_OTHERS: ("name", "label"),
    Datum.OWN_PACKAGE: ("package",),
    Datum.CLOSE_MANIFEST: ("package",),
    Datum.OWN_OFFER: ("start", "tech", "file"),
    Datum.TECHNICAL_CONTENT: ("tech",),
    Datum.ORIGINAL_FILES: ("file",),
    Datum.OPENED_PRICES: ("start",),
    Datum.FAILED_PRICES: ("failed",),
    Datum.SUPERSEDED_CONTENT: ("old",),
    Datum.TRUSTEE_SHARES: ("shut_secret",),
    Datum.OPENING_SECRETS: ("tech_secret", "price_secret"),
    Datum.OWN_BIDS: ("opening", "final"),
    Datum.LIVE_BIDS: ("opening", "final"),
    Datum.LIVE_HISTORY: ("opening", "final", "refused"),
    Datum.MARKS: ("comment",),
    Datum.TECHNICAL_TOTALS: ("agreed",),
    Datum.RANKING: ("label",),
    Datum.OWN_SCORE: ("agreed",),
    Datum.RECOMMENDATION: ("reason",),
    Datum.RESULT_NOTICE: ("name",),
    Datum.QUESTION_AS_ASKED: ("held",),
    Datum.REDACTED_QUESTION: ("relayed", "drafted"),
    Datum.ANSWERS: ("asked", "answer"),
    Datum.STAFF_ENTRIES: ("staff",),
    Datum.SUPPLIER_ENTRIES: ("account", "tag"),
    Datum.CREDENTIALS: ("password",),
    Datum.TAGS: ("tag",),
    Datum.BASELINE: ("baseline",),
    Datum.DOSSIER: ("survey",),
    Datum.BUDGET: ("budget", "plan"),
    Datum.DELIVERIES: ("order", "review"),
    Datum.NEGOTIATION: ("talk", "clause", "mandate"),
}
# A small number, a word of a few, a moment or a key has no unique text: what looks for it instead.
UNSUNG: Mapping[Datum, str] = {
    Datum.RESPONSES: "test_record.py: as many rows and bytes whoever joined; test_stillness.py: no page moves",
    Datum.JOINED_COUNT: "test_stillness.py: no page of the buyer's moves when somebody joins",
    Datum.PACKAGE_COUNT: "test_sealed_matrix.py: no page moves when a package comes or goes",
    Datum.PRESENCE: "test_stillness.py: no page moves when somebody leaves and comes back",
    Datum.SERVER_KEYS: "test_record.py: the keys lie outside the database; nothing answers with one",
    Datum.BEST_PRICE: "tests/live_rounds/test_frames.py: in a frame only where the rules announce it",
    Datum.OWN_RANK: "tests/live_rounds/test_frames.py: only one's own",
    Datum.SUPPLIER_ENTRIES_OPENED: "test_matrix.py: `account` beside nothing of the bidding",
    Datum.CHECKPOINTS: "tests/audit: the auditor's alone",
    Datum.SIGNALS: "tests/audit and tests/live_rounds: the auditor's alone",
    Datum.CLOCK: "everybody who reads the notice has the clock",
    Datum.ASKER: "test_matrix.py: no name beside a question; tests/attacks: no row joins the two",
    Datum.STAGE: "tests/demand: by role, and a requester its own alone",
    Datum.SAVINGS: "tests/award/test_savings.py: made from `final` and `baseline`, which are sung",
}
# Not built yet: the word that a route of it would have.
WAITING: Mapping[Datum, str] = {
    Datum.COMPLAINTS: "complaint|objection",
}


def test_every_datum_of_the_matrix_is_spoken_for() -> None:
    assert set(SUNG) | set(UNSUNG) | set(WAITING) == set(Datum)
    assert len(SUNG) + len(UNSUNG) + len(WAITING) == len(Datum)


@pytest.mark.parametrize("datum", SUNG, ids=str)
def test_a_kind_that_stands_for_a_datum_is_let_loose(datum: Datum) -> None:
    stories = ("theatre.py", "story.py", "sealed_story.py", "process_story.py")
    sources = "".join((HERE / name).read_text() for name in stories)
    for kind in SUNG[datum]:
        assert re.search(rf'"{kind}"', sources), kind


def test_what_waits_has_no_route_yet() -> None:
    routes = " ".join([*CARRIES, *CARRIES_MORE])
    assert [datum for datum, word in WAITING.items() if re.search(word, routes)] == []


@pytest.mark.parametrize("phase", Phase)
def test_nobody_signed_in_sees_anything(phase: Phase) -> None:
    """VISIBILITY.md note 1."""
    assert {datum for datum in Datum if MATRIX[Role.PUBLIC, phase, datum]} == set()

"""Who may see what, when: the one function of DESIGN.md decision 5, used by API, socket, export and mail.

The table is `visibility_matrix.txt` beside this file, a copy of VISIBILITY.md section 6. What is not listed is denied.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any


class Role(StrEnum):
    """A hat (ACCESS.md section 2). An account with the role `desk` wears one of its two seats in a tender."""

    ADMIN = "admin"
    PURCHASER = "purchaser"
    EVALUATOR = "evaluator"
    APPROVER = "approver"
    TRUSTEE = "trustee"
    SUPPLIER = "supplier"
    AUDITOR = "auditor"
    DESK_RELAY = "desk_relay"
    DESK_HELP = "desk_help"
    SERVICE = "service"
    DATABASE = "database"
    PUBLIC = "public"
    REQUESTER = "requester"


# The staff who read a ranking and what follows from it; from which phase on, the matrix says (d41).
RANKING_READERS = (Role.PURCHASER, Role.APPROVER, Role.AUDITOR, Role.EVALUATOR)


class Phase(StrEnum):
    """The phases of VISIBILITY.md in their order; a tender skips those it does not use."""

    DRAFT = "D"
    QUESTIONS = "Q"
    SEALED = "S"
    CLOSED_UNOPENED = "K"
    TECHNICAL_OPENED = "T"
    LIVE = "L"
    PRICES = "P"
    DECISION = "V"
    UNSEALED = "W"
    FILED = "Z"


class Mode(StrEnum):
    """How much of a datum is shown (VISIBILITY.md section 6, Modes)."""

    FULL = "f"
    OWN = "o"
    BY_ALIAS = "h"
    AGGREGATE = "a"
    REDACTED = "r"
    CIPHERTEXT = "c"
    IN_CASE = "k"
    UNSEALED_ONLY = "w"
    SECOND_PERSON = "2"


class Datum(StrEnum):
    """The 63 data of VISIBILITY.md section 6."""

    NOTICE = "d01"
    DRAFTS = "d02"
    RESERVE_PRICE = "d03"
    INVITED_NAMES = "d04"
    DOSSIER = "d05"
    SUPPLIER_CONTACTS = "d06"
    STAFF_NAMES = "d07"
    TRUSTEES = "d08"
    KEY_POLICY = "d09"
    CONFLICT_DECLARATIONS = "d10"
    RESPONSES = "d11"
    JOINED_COUNT = "d12"
    PACKAGE_COUNT = "d13"
    RECEIVE_TIMES = "d14"
    REFUSED_ATTEMPTS = "d15"
    PRESENCE = "d16"
    LOGIN_TRACES = "d17"
    T_ALIASES = "d18"
    C_ALIASES = "d19"
    ALIAS_JOIN = "d20"
    LINK_IN_SCOPE = "d21"
    LINK_OF_OTHERS = "d22"
    OWN_PACKAGE = "d23"
    CLOSE_MANIFEST = "d24"
    OWN_OFFER = "d25"
    TECHNICAL_CONTENT = "d26"
    ORIGINAL_FILES = "d27"
    OPENED_PRICES = "d28"
    FAILED_PRICES = "d29"
    SUPERSEDED_CONTENT = "d30"
    TRUSTEE_SHARES = "d31"
    OPENING_SECRETS = "d32"
    SERVER_KEYS = "d33"
    OWN_BIDS = "d34"
    BEST_PRICE = "d35"
    OWN_RANK = "d36"
    LIVE_BIDS = "d37"
    LIVE_HISTORY = "d38"
    MARKS = "d39"
    TECHNICAL_TOTALS = "d40"
    RANKING = "d41"
    OWN_SCORE = "d42"
    RECOMMENDATION = "d43"
    RESULT_NOTICE = "d44"
    QUESTION_AS_ASKED = "d45"
    ASKER = "d46"
    REDACTED_QUESTION = "d47"
    ANSWERS = "d48"
    STAFF_ENTRIES = "d49"
    SUPPLIER_ENTRIES = "d50"
    SUPPLIER_ENTRIES_OPENED = "d51"
    CHECKPOINTS = "d52"
    SIGNALS = "d53"
    COMPLAINTS = "d54"
    CREDENTIALS = "d55"
    CLOCK = "d56"
    TAGS = "d57"
    BASELINE = "d58"
    BUDGET = "d59"
    SAVINGS = "d60"
    NEGOTIATION = "d61"
    DELIVERIES = "d62"
    STAGE = "d63"


# The column heads of the table are the abbreviations of VISIBILITY.md.
_ROLE_OF_COLUMN = {
    "ADM": Role.ADMIN,
    "PUR": Role.PURCHASER,
    "EVA": Role.EVALUATOR,
    "APP": Role.APPROVER,
    "TRU": Role.TRUSTEE,
    "SUP": Role.SUPPLIER,
    "AUD": Role.AUDITOR,
    "RED": Role.DESK_RELAY,
    "HLP": Role.DESK_HELP,
    "SCO": Role.SERVICE,
    "DBR": Role.DATABASE,
    "PUB": Role.PUBLIC,
    "REQ": Role.REQUESTER,
}

Cell = tuple[Role, Phase, Datum]


def _read_matrix(text: str) -> Mapping[Cell, Mode | None]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    columns = [_ROLE_OF_COLUMN[head] for head in lines[0].split()[1:]]
    cells: dict[Cell, Mode | None] = {}
    for line in lines[1:]:
        name, *rows = line.split()
        for role, row in zip(columns, rows, strict=True):
            for phase, letter in zip(Phase, row, strict=True):
                cells[role, phase, Datum(name)] = None if letter == "." else Mode(letter)
    return MappingProxyType(cells)


# Constant data, read once when the module is loaded; nothing below touches the disk.
MATRIX = _read_matrix(Path(__file__).with_name("visibility_matrix.txt").read_text(encoding="utf-8"))


def mode(role: Role, phase: Phase, datum: Datum) -> Mode | None:
    """The cell of VISIBILITY.md section 6 for one hat in one phase; None is a denial."""
    return MATRIX[role, phase, datum]


def modes(hats: Iterable[Role], visited: Sequence[Phase], datum: Datum) -> frozenset[Mode]:
    """Every mode in which a person with these hats may see a datum of a tender that has visited these phases.

    Two hats see the union (VISIBILITY.md note 6), and what a role has seen it keeps seeing: a later phase takes nothing
    away (DESIGN.md section 3). For something made in the middle of a tender pass the phases from its making on.
    """
    phases = tuple(visited)
    found = (MATRIX[hat, phase, datum] for hat in hats for phase in phases)
    return frozenset(cell for cell in found if cell is not None)


_NOT_IN_THE_CLEAR = frozenset({Mode.CIPHERTEXT, Mode.IN_CASE, Mode.SECOND_PERSON})


def may_see(hats: Iterable[Role], visited: Sequence[Phase], datum: Datum) -> bool:
    """Whether a person may see the datum in the clear without asking anybody: ciphertext, a support case and a read
    under a second person (modes c, k, 2) do not count."""
    return bool(modes(hats, visited, datum) - _NOT_IN_THE_CLEAR)


def phases_since(visited: Sequence[Phase], made_in: Phase) -> tuple[Phase, ...]:
    """The visited phases from the one a thing was made in, in the tender's own order; what was made later than a phase
    was never seen in it, so that phase's right does not reach it."""
    order = list(Phase)
    return tuple(phase for phase in visited if order.index(phase) >= order.index(made_in))


# From these hats nobody of the buyer's side may join a supplier to an amount before the unsealing.
BUYER_SIDE = frozenset({Role.PURCHASER, Role.EVALUATOR, Role.APPROVER, Role.TRUSTEE, Role.REQUESTER, Role.ADMIN})

# The data that join an identity to an alias, a tag or a presence; amounts are shown by alias, so one is enough.
IDENTITY_LINKS = frozenset({Datum.RESPONSES, Datum.PRESENCE, Datum.LINK_IN_SCOPE, Datum.LINK_OF_OTHERS, Datum.ASKER})


def who_meets_how_much(hats: Iterable[Role], visited: Sequence[Phase]) -> bool:
    """Whether a person with these hats would see both an identity link and an amount (VISIBILITY.md note 6): never true
    on the buyer's side before the unsealing."""
    worn = tuple(hats)
    amounts = (Datum.OPENED_PRICES, Datum.LIVE_BIDS, Datum.LIVE_HISTORY, Datum.RANKING)
    aggregate = frozenset({Mode.AGGREGATE})
    linked = any(modes(worn, visited, datum) - _NOT_IN_THE_CLEAR - aggregate for datum in IDENTITY_LINKS)
    return linked and any(may_see(worn, visited, datum) for datum in amounts)


class BuyerView(StrEnum):
    """The rule `buyer_view` of a live round (LIVE.md section 1)."""

    ALIASES = "aliases"
    BEST_ONLY = "best_only"
    NONE = "none"


# VISIBILITY.md section 1: of two bidders each knows who the other is.
ANONYMITY_FROM = 3
# SCREENS.md AN-03: below four active bidders a series by alias would name its bidder to anyone who knows the field.
ALIASES_FROM = 4
# SCREENS.md AN-03: with fewer than five the best price tells a bidder too much about one rival.
BEST_PRICE_FROM = 5


def live_mode(hats: Iterable[Role], rule: BuyerView, active_bidders: int) -> Mode | None:
    """What the buyer's side sees of a lot that runs: VISIBILITY.md note 4 over the matrix cell of d37 in phase L."""
    if not modes(hats, (Phase.LIVE,), Datum.LIVE_BIDS) or rule is BuyerView.NONE:
        return None
    if rule is BuyerView.ALIASES and active_bidders >= ALIASES_FROM:
        return Mode.BY_ALIAS
    return Mode.AGGREGATE


def is_best_price_announced(*, feedback_shows_best: bool, active_bidders: int) -> bool:
    """Suppliers learn the best price only where the rules say so and five or more bid (LIVE.md section 1, feedback)."""
    return feedback_shows_best and active_bidders >= BEST_PRICE_FROM


def is_anonymity_nominal(eligible_bidders: int) -> bool:
    """Fewer than three eligible bidders: the screen says that anonymity is nominal (VISIBILITY.md section 1)."""
    return eligible_bidders < ANONYMITY_FROM


# The phases of a tender whose only rounds are live; a sealed round adds S and K, and T where it has a technical part.
LIVE_PATH = (
    Phase.DRAFT,
    Phase.QUESTIONS,
    Phase.LIVE,
    Phase.PRICES,
    Phase.DECISION,
    Phase.UNSEALED,
    Phase.FILED,
)


def path_of(document: Mapping[str, Any] | None) -> tuple[Phase, ...]:
    """Give the phases a tender visits, by its published document; what it skips must give nobody a right."""
    kinds = {one["kind"]: one["rules"] for one in (document or {}).get("rounds", ())}
    if "sealed" not in kinds:
        return LIVE_PATH
    skipped = set()
    if "live" not in kinds:
        skipped.add(Phase.LIVE)
    if not kinds["sealed"]["has_technical"]:
        skipped.add(Phase.TECHNICAL_OPENED)
    return tuple(phase for phase in Phase if phase not in skipped)


# What belongs to no tender (sign-ins, certifications) is read as if its round were closed: nothing about it runs.
OUTSIDE_TENDERS = (Phase.CLOSED_UNOPENED,)


def visited(phase: Phase, path: Sequence[Phase] = LIVE_PATH) -> tuple[Phase, ...]:
    """The phases a tender on this path has been through, up to and with the one it is in."""
    order = list(Phase)
    return (*(step for step in path if order.index(step) < order.index(phase)), phase)

"""The second factor and the step-up: who needs one, which acts ask for a fresh proof, what a code is worth once.

Serves ACCESS.md section 1. A session with a password alone can do nothing but enrol or prove the second factor.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role

# Approver, committee member, auditor, administrator (ACCESS.md section 1); everybody else may have one.
REQUIRED: Final = frozenset({Role.APPROVER, Role.TRUSTEE, Role.AUDITOR, Role.ADMIN})
FRESH: Final = timedelta(minutes=5)
# A code is good for its own half minute and its two neighbours: clocks of telephones go astray (RFC 6238 section 5.2).
STEP_SECONDS: Final = 30
DRIFT_STEPS: Final = 1
MOST_FACTORS: Final = 10
RECOVERY_CODES: Final = 10


class FactorKind(StrEnum):
    """What proves a person beside the password."""

    TOTP = "totp"
    PASSKEY = "passkey"


class Stage(StrEnum):
    """How far a session has come: it can do everything, or has to prove a second factor, or to enrol one first."""

    FULL = "full"
    PROVE = "prove"
    ENROL = "enrol"


class SteppedAct(StrEnum):
    """The acts that ask for a proof not older than five minutes (ACCESS.md section 1)."""

    PUBLISH = "publish"
    EXTEND = "extend"
    RESUME = "resume"
    OPEN = "open"
    LOCK_SCORES = "lock_scores"
    APPROVE = "approve"
    UNSEAL = "unseal"
    REOPEN = "reopen"
    CANCEL = "cancel"
    SIGN = "sign"
    EXPORT = "export"
    ROLES = "roles"
    # Whoever may change what proves a person may become that person.
    FACTORS = "factors"


def needs_second_factor(roles: Collection[Role]) -> bool:
    """Whether somebody with these roles cannot do without."""
    return not REQUIRED.isdisjoint(roles)


def stage_of(roles: Collection[Role], *, has_factor: bool, is_proven: bool) -> Stage:
    """What a session may do: whoever has a second factor proves it, also where none is asked for."""
    if is_proven:
        return Stage.FULL
    if has_factor:
        return Stage.PROVE
    return Stage.ENROL if needs_second_factor(roles) else Stage.FULL


def decide_step_up(
    proven_at: datetime | None, at: datetime, act: SteppedAct, fresh: timedelta = FRESH
) -> Refusal | None:
    """None while the last proof is fresh: up to and with five minutes. Refuses STEP_UP_NEEDED."""
    if proven_at is not None and at - proven_at <= min(fresh, FRESH):
        return None
    return Refusal(Code.STEP_UP_NEEDED, {"act": act.value})


def step_at(at: datetime) -> int:
    """The number of the half minute an instant lies in."""
    return int(at.timestamp()) // STEP_SECONDS


def steps_worth_trying(at: datetime, last: int | None) -> list[int]:
    """The half minutes whose code would be taken now: the present one and its neighbours, later than the last one taken
    (RFC 6238 section 5.2: a code is good once)."""
    now = step_at(at)
    around = range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1)
    return [step for step in around if last is None or step > last]


def decide_removal(roles: Collection[Role], *, left: int) -> Refusal | None:
    """Whether a factor may go, with so many left afterwards. Refuses LAST_SECOND_FACTOR where one is asked for."""
    if left == 0 and needs_second_factor(roles):
        return Refusal(Code.LAST_SECOND_FACTOR)
    return None


def decide_addition(*, present: int) -> Refusal | None:
    """Whether one more may come. Refuses QUOTA_REACHED."""
    return Refusal(Code.QUOTA_REACHED, {"most": str(MOST_FACTORS)}) if present >= MOST_FACTORS else None

"""Roles that exclude each other within one tender, and grants of roles (ACCESS.md section 2).

An account may hold two of them; in one tender it wears the hat it wore first. Nobody grants a role to himself, and what
an administrator grants takes effect once an auditor has agreed (ACCESS.md section 3, attacks.md Z05).
"""

from collections.abc import Collection, Mapping
from typing import Final

from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role

_DESK: Final = frozenset({Role.DESK_HELP, Role.DESK_RELAY})
_ALL: Final = frozenset(Role)
# What staff may hold; a supplier's account begins with the supplier's registration.
STAFF_ROLES: Final = frozenset(
    {Role.PURCHASER, Role.APPROVER, Role.AUDITOR, Role.EVALUATOR, Role.REQUESTER, Role.ADMIN} | _DESK
)
# Purchaser, approver, auditor; evaluator and approver; the desk and anything; the administrator sits in no tender.
_EXCLUDES: Final[Mapping[Role, frozenset[Role]]] = {
    Role.PURCHASER: frozenset({Role.APPROVER, Role.AUDITOR}) | _DESK,
    Role.APPROVER: frozenset({Role.PURCHASER, Role.AUDITOR, Role.EVALUATOR}) | _DESK,
    Role.AUDITOR: frozenset({Role.PURCHASER, Role.APPROVER}) | _DESK,
    Role.EVALUATOR: frozenset({Role.APPROVER}) | _DESK,
    # Its two seats exclude each other too: whoever has heard a supplier's case relays nothing there.
    Role.DESK_HELP: _ALL - {Role.DESK_HELP},
    Role.DESK_RELAY: _ALL - {Role.DESK_RELAY},
}
# Roles that no directory of another house may hand out (ACCESS.md section 1, sign-in through it).
PRIVILEGED: Final = frozenset({Role.PURCHASER, Role.APPROVER, Role.AUDITOR, Role.ADMIN, Role.TRUSTEE}) | _DESK


def _excludes(one: Role, other: Role) -> bool:
    return other in _EXCLUDES.get(one, frozenset()) or one in _EXCLUDES.get(other, frozenset())


def clashing(roles: Collection[Role]) -> frozenset[Role]:
    """Those of the roles that exclude another one of them within a tender."""
    return frozenset(role for role in roles if any(_excludes(role, other) for other in roles if other is not role))


def may_sit(held: Collection[Role], role: Role) -> Refusal | None:
    """Whether somebody who already wears ``held`` in a tender may take this seat too. Refuses EXCLUSIVE_ROLES."""
    if role is Role.ADMIN:
        return Refusal(Code.EXCLUSIVE_ROLES, {"role": role.value})
    in_the_way = sorted(each.value for each in held if each is not role and _excludes(each, role))
    return Refusal(Code.EXCLUSIVE_ROLES, {"role": role.value, "held": ", ".join(in_the_way)}) if in_the_way else None


def decide_grant(*, by: str, to: str, roles: Collection[Role]) -> Refusal | None:
    """Whether an administrator may ask for these roles: not for himself (SAME_PERSON), nothing that staff cannot hold,
    nobody from the neutral desk with a second role (OUT_OF_RANGE)."""
    if by == to:
        return Refusal(Code.SAME_PERSON)
    is_mixed = not _DESK.isdisjoint(roles) and len(set(roles)) > 1
    if is_mixed or not STAFF_ROLES.issuperset(roles):
        return Refusal(Code.OUT_OF_RANGE, {"field": "roles"})
    return None


def needs_auditor(auditors: Collection[str], *, by: str, to: str) -> bool:
    """Whether a grant waits for an auditor: as soon as there is an active one who neither asks nor is asked for.

    A fresh deployment has none: until then the administrator's grants stand at once, and say so in the journal.
    """
    return not set(auditors) <= {by, to}

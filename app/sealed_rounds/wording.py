"""Whose custody a round is in, in words (SEALING.md section 1: never overstated)."""

from app.domain.sealing.policy import CUSTODY_LABELS
from app.sealed_rounds.store import SealedRound


def custody_words(held: SealedRound) -> tuple[str, str]:
    """The words of a round's custody in Chinese and in English, with k and n where a committee opens."""
    labels, committee = CUSTODY_LABELS[held.rules.custody.value], held.rules.committee
    if committee is None:
        return labels["zh"], labels["en"]
    k, n = committee.k, len(committee.seats)
    return labels["zh"].format(k=k, n=n), labels["en"].format(k=k, n=n)

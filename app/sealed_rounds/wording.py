"""Whose custody a round is in, in words (SEALING.md section 1: never overstated)."""

from typing import Final

from app.domain.sealing.policy import CUSTODY_LABELS
from app.sealed_rounds.store import SealedRound

_DEMO: Final = {"zh": "（演示：所有密钥都在本机）", "en": " (Demo: all keys on this machine.)"}


def custody_words(held: SealedRound, *, is_demo: bool) -> tuple[str, str]:
    """The words of a round's custody in Chinese and in English, with k and n where a committee opens; in the demo its
    members protect nothing from one another."""
    labels, committee = CUSTODY_LABELS[held.rules.custody.value], held.rules.committee
    if committee is None:
        return labels["zh"], labels["en"]
    k, n = committee.k, len(committee.seats)
    zh, en = (labels[language].format(k=k, n=n) + (_DEMO[language] if is_demo else "") for language in ("zh", "en"))
    return zh, en

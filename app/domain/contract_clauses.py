"""The clauses of a contract in both languages, from the house's template, the offer and the negotiated terms.

A clause that negotiated terms change carries the template's words beside its own: both sides see what differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.domain.payment_terms import STANDARD, Issues
from app.domain.scoring.typed import plain

if TYPE_CHECKING:
    from decimal import Decimal

TEMPLATE_VERSION = 1


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause; `standard` is what the template says where this says something else."""

    key: str
    source: str
    zh: str
    en: str
    standard_zh: str | None = None
    standard_en: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        names = ("key", "source", "zh", "en", "standard_zh", "standard_en")
        return {name: getattr(self, name) for name in names}


def _price(total: str, currency: str, tax_basis: str) -> tuple[str, str]:
    tax_zh, tax_en = ("不含税", "excluding tax") if tax_basis == "excluded" else ("含税", "including tax")
    return (
        f"合同价款总额为 {currency} {total}（{tax_zh}），以供应商的最终报价为准，任何一方不得变更。",
        f"The contract price is {currency} {total} ({tax_en}), as in the supplier's final offer, and stays as it is.",
    )


def _payment(issues: Issues) -> tuple[str, str]:
    main = plain(100 - issues.prepayment - issues.retention)
    ahead, kept = plain(issues.prepayment), plain(issues.retention)
    zh, en = [], []
    if issues.prepayment:
        zh.append(f"合同签订后支付预付款，为合同价款的 {ahead}%")
        en.append(f"{ahead} % is prepaid when the contract is signed")
    by_zh, by_en = "以转账方式", "by transfer"
    if issues.draft_days:
        by_zh = f"以 {issues.draft_days} 天期银行承兑汇票"
        by_en = f"by bank acceptance draft of {issues.draft_days} days"
    if issues.prepayment + issues.retention < 100:
        zh.append(f"交货后 {issues.credit_days} 天{by_zh}支付合同价款的 {main}%")
        en.append(f"{main} % is paid {by_en} {issues.credit_days} days after delivery")
    if issues.retention:
        zh.append(f"质保金为合同价款的 {kept}%，于交货后 {issues.retention_days} 天支付")
        en.append(f"{kept} % is retained and paid {issues.retention_days} days after delivery")
    return "；".join(zh) + "。", "; ".join(en) + "."


def _delivery(issues: Issues) -> tuple[str, str]:
    return (
        f"供应商应于合同签订后 {issues.delivery_days} 天内交货。",
        f"The supplier delivers within {issues.delivery_days} days after the contract is signed.",
    )


def _warranty(issues: Issues) -> tuple[str, str]:
    return (
        f"质量保证期为交货后 {issues.warranty_months} 个月。",
        f"The warranty runs for {issues.warranty_months} months from delivery.",
    )


_FIXED = (
    (
        "documents",
        "采购文件、供应商的响应文件和谈判纪要为本合同的组成部分；不一致时，以本合同文本为准。",
        "The published tender, the supplier's offer and the minutes are part of this contract; where "
        "they differ, this text counts.",
    ),
    (
        "changes",
        "本合同的变更须经双方书面同意。",
        "Changes of this contract need the written consent of both sides.",
    ),
    (
        "law",
        "本合同适用中华人民共和国法律。协商不成的争议，由采购人所在地人民法院管辖。",
        "The law of the People's Republic of China applies. Disputes that are not settled go to the people's court "
        "at the buyer's seat.",
    ),
)


def make_clauses(
    total: Decimal,
    currency: str,
    tax_basis: str,
    issues: Issues | None,
    special: tuple[str, str] = ("", ""),
    *,
    awarded: Decimal | None = None,
) -> list[Clause]:
    """All clauses in order; `issues` are the negotiated terms, None where the template's count. `special`: what the
    purchaser adds, in both languages. `awarded`: the total of the decision, where a final offer is below it."""
    agreed = issues or STANDARD
    price = _price(f"{total:,f}", currency, tax_basis)
    found = [Clause("price", "offer", *price)]
    if awarded is not None and awarded != total:
        found = [Clause("price", "final_offer", *price, *_price(f"{awarded:,f}", currency, tax_basis))]
    for key, words in (("payment", _payment), ("delivery", _delivery), ("warranty", _warranty)):
        own, usual = words(agreed), words(STANDARD)
        if own == usual:
            found.append(Clause(key, "template", *own))
        else:
            found.append(Clause(key, "negotiated", *own, *usual))
    found += [Clause(key, "template", zh, en) for key, zh, en in _FIXED]
    return [*found, *([Clause("special", "added", *special)] if any(special) else [])]

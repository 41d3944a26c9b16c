"""What the chains of a project, of a supplier and of the house make their tables hold (part of `folding.py`).

Not folded: planned days (a move of a stage sets them by the calendar of that day), messages, remarks and attachments of
a project (the rows carry what the entries have as digest or reason, but no state), drafts of answers (no entry tells
them), and what lies sealed in the vault.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.audit.row_facts import Difference, Digest, Kept, OneOf, RowFacts, Rows
from app.domain.grouping import GroupHat
from app.domain.kinds import Kind
from app.domain.process import begin

_PROJECT: Final = (
    Kept(
        "project", "a project", "id", ("reference", "need", "plan", "experts"), lambda row: str(row.id),
        json=frozenset({"need", "plan"}),
    ),
    Kept(
        "project_stage", "a stage", "project_id", ("stage", "state", "owner_id"), lambda row: str(row.stage),
    ),
    Kept(
        "project_member", "a member of the group", "project_id", ("account_id", "hat", "has_conflict", "statement"),
        lambda row: str(row.account_id),
    ),
)  # fmt: skip
_SUPPLIER: Final = (
    Kept(
        "supplier_application", "an application", "id",
        ("state", "name_zh", "name_en", "credit_code", "city", "categories", "reason", "into_id"),
        lambda row: str(row.id), json=frozenset({"categories"}),
    ),
    Kept(
        "purchase_order", "an order", "supplier_id",
        ("id", "number", "category", "item", "unit", "promises", "state", "contract_id"), lambda row: str(row.id),
        json=frozenset({"promises"}),
    ),
    Kept(
        "delivery", "a delivery", "order_id",
        ("number", "revision", "delivered_on", "accepted", "rejected", "service", "note"),
        lambda row: f"{row.order_id}:{row.number}:{row.revision}", parent="purchase_order",
        amounts=frozenset({"accepted", "rejected"}),
    ),
    Kept(
        "performance_review", "a performance review", "supplier_id",
        ("id", "category", "period", "revision", "state", "formula", "orders", "figures"), lambda row: str(row.id),
        json=frozenset({"formula", "orders", "figures"}),
    ),
    Kept(
        "performance_reply", "a reply to a review", "review_id", ("text",), lambda row: str(row.review_id),
        parent="performance_review",
    ),
    Kept(
        "questionnaire_reply", "answers to a questionnaire", "supplier_id",
        ("id", "questionnaire_id", "state", "answers"), lambda row: str(row.id), json=frozenset({"answers"}),
        # A draft is nobody's but the supplier's; an applicant's answers are told with its application, without an id.
        ignored=lambda row: row.state == "draft", also=lambda row: f"applied:{row.questionnaire_id}",
    ),
)  # fmt: skip
_HOUSE: Final = (
    Kept(
        "questionnaire", "a questionnaire", "id", ("category", "version", "questions", "valid_days"),
        lambda row: str(row.id), is_whole=True, json=frozenset({"questions"}),
    ),
)  # fmt: skip


@dataclass(slots=True)
class ProjectFacts:
    """Course, group, request and plan of one project."""

    project: str
    _rows: RowFacts = field(init=False)

    def __post_init__(self) -> None:
        self._rows = RowFacts(self.project, {kept.name: kept for kept in _PROJECT})

    def take(self, members: Mapping[str, Any], _entry_hash: str) -> None:
        """An entry of the project's chain."""
        kind, seq, data, rows = members["kind"], members["seq"], members["data"], self._rows
        match kind:
            case Kind.PROJECT_REQUESTED:
                rows.tell("project", self.project, seq, reference=data["reference"], need=Digest(data["digest"]))
                for stage, state in begin().items():
                    rows.tell("project_stage", str(int(stage)), seq, state=state.value, owner_id=None)
            case Kind.PROJECT_EDITED if "digest" in data:
                rows.tell("project", self.project, seq, need=Digest(data["digest"]))
            case Kind.PROJECT_PLANNED:
                plan = {name: value for name, value in data.items() if name != "version"}
                rows.tell("project", self.project, seq, plan=plan)
            case Kind.BUDGET_RAISED:
                told = (rows.told("project", self.project) or {}).get("plan") or {}
                rows.tell("project", self.project, seq, plan={**told, "budget": data["to"]})
            case Kind.STAGE_MOVED:
                for number, state in data["to"].items():
                    rows.tell("project_stage", number, seq, state=state)
            case Kind.STAGE_OWNER_SET:
                rows.tell("project_stage", str(data["stage"]), seq, owner_id=data["to"] or None)
            case _:
                self._seat(kind, seq, members)

    def _seat(self, kind: str, seq: int, members: Mapping[str, Any]) -> None:
        data, rows = members["data"], self._rows
        empty = {"has_conflict": None, "statement": ""}
        match kind:
            case Kind.GROUP_CHANGED:
                for who in rows.keys("project_member"):
                    hat = (rows.told("project_member", who) or {}).get("hat")
                    if hat != GroupHat.EXPERT and data["group"].get(who) != hat:
                        rows.forget("project_member", who)
                for who, hat in data["group"].items():
                    if rows.told("project_member", who) is None:
                        rows.tell("project_member", who, seq, hat=hat, **empty)
            case Kind.EXPERTS_DRAWN:
                rows.tell("project", self.project, seq, experts=data["experts"])
                for who in data["drawn"]:
                    rows.tell("project_member", who, seq, hat=GroupHat.EXPERT.value, **empty)
            case Kind.GROUP_DECLARED:
                said = {"has_conflict": data["has_conflict"], "statement": data["statement"]}
                rows.tell("project_member", str(members.get("actor_ref")), seq, **said)
            case _:
                pass

    def differences(self, rows: Rows) -> Iterator[Difference]:
        """Where the tables say otherwise."""
        yield from self._rows.differences(rows)


@dataclass(slots=True)
class SupplierFacts:
    """Application, orders, deliveries, reviews and answers of one supplier."""

    supplier: str
    _rows: RowFacts = field(init=False)

    def __post_init__(self) -> None:
        self._rows = RowFacts(self.supplier, {kept.name: kept for kept in _SUPPLIER})

    def take(self, members: Mapping[str, Any], _entry_hash: str) -> None:
        """An entry of the supplier's chain."""
        kind, seq, data = members["kind"], members["seq"], members["data"]
        if kind.startswith("application."):
            self._apply(kind, seq, data)
        elif kind.startswith(("order.", "delivery.")):
            self._order(kind, seq, data)
        elif kind.startswith("performance."):
            self._review(kind, seq, data)
        elif kind == Kind.QUESTIONNAIRE_ANSWERED:
            said = {"questionnaire_id": data["questionnaire"], "answers": data["answers"], "state": "submitted"}
            self._rows.tell("questionnaire_reply", data["reply"], seq, **said)

    def _apply(self, kind: str, seq: int, data: Mapping[str, Any]) -> None:
        def tell(**values: Any) -> None:
            self._rows.tell("supplier_application", self.supplier, seq, **values)

        match kind:
            case Kind.APPLICATION_RECEIVED:
                names = ("name_zh", "name_en", "credit_code", "city", "categories")
                tell(state="applied", reason=None, into_id=None, **{name: data[name] for name in names})
                for asked, answers in data.get("answers", {}).items():
                    said = {"questionnaire_id": asked, "answers": answers, "state": "submitted"}
                    self._rows.tell("questionnaire_reply", f"applied:{asked}", seq, **said)
            case Kind.APPLICATION_ADMITTED:
                tell(state="admitted")
            case Kind.APPLICATION_MERGED if "into" in data:
                tell(state="merged", into_id=data["into"])
            case Kind.APPLICATION_REFUSED:
                tell(state="refused", reason=data["reason"])
            case _:
                pass

    def _order(self, kind: str, seq: int, data: Mapping[str, Any]) -> None:
        match kind:
            case Kind.ORDER_ENTERED:
                said = {name: data[name] for name in ("number", "category", "item", "unit", "promises")}
                said["contract_id"] = data.get("contract")
                self._rows.tell("purchase_order", data["order"], seq, state="open", **said)
            case Kind.ORDER_CANCELLED:
                self._rows.tell("purchase_order", data["order"], seq, state="cancelled")
            case Kind.DELIVERY_RECORDED:
                names = ("number", "revision", "accepted", "rejected", "service", "note")
                said = {"delivered_on": data["on"], **{name: data[name] for name in names}}
                self._rows.tell("delivery", f"{data['order']}:{data['number']}:{data['revision']}", seq, **said)
            case _:
                pass

    def _review(self, kind: str, seq: int, data: Mapping[str, Any]) -> None:
        match kind:
            case Kind.PERFORMANCE_REVIEWED:
                said = {name: data[name] for name in ("category", "period", "revision", "formula", "figures")}
                # One that an appeal made is closed as it is made.
                state: Any = OneOf(frozenset({"open", "closed"})) if "appeal" in data else "open"
                said |= {"orders": Digest(data["digest"]), "state": state}
                self._rows.tell("performance_review", data["review"], seq, **said)
            case Kind.PERFORMANCE_REPLIED:
                self._rows.tell("performance_reply", data["review"], seq, text=data["text"])
            case Kind.PERFORMANCE_CLOSED:
                self._rows.tell("performance_review", data["review"], seq, state="closed")
            case _:
                pass

    def differences(self, rows: Rows) -> Iterator[Difference]:
        """Where the tables say otherwise."""
        yield from self._rows.differences(rows)


@dataclass(slots=True)
class HouseFacts:
    """What the house asks of its suppliers: every version of every questionnaire."""

    _rows: RowFacts = field(init=False)

    def __post_init__(self) -> None:
        self._rows = RowFacts("", {kept.name: kept for kept in _HOUSE})

    def take(self, members: Mapping[str, Any], _entry_hash: str) -> None:
        """An entry of the house's own chain."""
        if members["kind"] == Kind.QUESTIONNAIRE_PUBLISHED:
            data = members["data"]
            said = {name: data[name] for name in ("category", "version", "questions", "valid_days")}
            self._rows.tell("questionnaire", data["questionnaire"], members["seq"], **said)

    def differences(self, rows: Rows) -> Iterator[Difference]:
        """Where the tables say otherwise."""
        yield from self._rows.differences(rows)

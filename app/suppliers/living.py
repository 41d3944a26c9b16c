"""What was found about a supplier and what it says to that, read in one snapshot."""

from dataclasses import dataclass
from datetime import date

from app.domain.improving import OWED, AppealState, Improvement, improvements
from app.infra.days import today_of
from app.infra.world import World
from app.suppliers import dossier_store, finding_store, store
from app.suppliers.appealing import CERTIFICATION
from app.suppliers.finding_store import Action, Appeal, Finding


@dataclass(frozen=True, slots=True)
class Life:
    """Findings with what is to be mended, the appeals, and the way to the next grade."""

    findings: list[Finding]
    actions: list[Action]
    appeals: list[Appeal]
    improvements: list[Improvement]
    certification_id: str | None
    today: date

    @property
    def is_conditional(self) -> bool:
        """Whether something is owed still."""
        return any(each.state in OWED for each in self.actions)

    @property
    def is_to_reassess(self) -> bool:
        """Whether an appeal against the certification in force was upheld."""
        return any(
            each.subject == CERTIFICATION
            and each.subject_id == self.certification_id
            and each.state is AppealState.UPHELD
            for each in self.appeals
        )


async def read_life(world: World, supplier_id: str) -> Life:
    """A supplier's findings, actions and appeals as of now; the one 404 where absent."""
    async with world.db.snapshot() as tx:
        held = await store.load_supplier(tx, supplier_id)
        current = None
        if held.certification_id is not None:
            current = await dossier_store.find_certification(tx, held.certification_id)
        return Life(
            findings=await finding_store.list_findings(tx, supplier_id),
            actions=await finding_store.list_actions(tx, supplier_id),
            appeals=await finding_store.list_appeals(tx, supplier_id),
            improvements=[] if current is None else improvements(current.marks, current.weights, current.score),
            certification_id=held.certification_id,
            today=today_of(world),
        )

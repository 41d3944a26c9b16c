// The plan that follows from a contract in force: shown as its terms come to, kept as a whole.

import { pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { Money } from '@/ui/money';
import { PlainTable } from '@/ui/plain-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { Sheet } from '@/ui/sheet';

import { usePaymentAct, useProposedPlan, type Award, type ProposedPlan } from './queries';

export function ContractPlanSheet({ award, onClose }: { award: Award; onClose: () => void }) {
  const { t, lang } = useWords('payments');
  const plan = useProposedPlan(award);
  return (
    <Sheet title={t('plan.from_contract_title', { name: pickName(lang, award) })} onClose={onClose}>
      <QueryView query={plan}>{(shown) => <Proposed plan={shown} award={award} onClose={onClose} />}</QueryView>
    </Sheet>
  );
}

function Proposed({ plan, award, onClose }: { plan: ProposedPlan; award: Award; onClose: () => void }) {
  const { t } = useWords('payments');
  const act = usePaymentAct();
  const keep = () => {
    const milestones = plan.milestones.map(({ kind, amount, falls_on, credit_days }) => ({ kind, amount, falls_on, credit_days }));
    act.mutate(
      { path: `/api/tenders/${award.tender_id}/payments/plan`, body: { supplier_id: award.supplier_id, milestones } },
      {
        onSuccess: () => {
          announce(t('plan.kept'));
          onClose();
        },
      },
    );
  };
  return (
    <div className="stack">
      <p className="muted small">{t('plan.from_contract_why', { day: plan.signed_on })}</p>
      <PlainTable
        caption={t('plan.proposed')}
        narrow
        rows={plan.milestones}
        rowKey={(row) => row.kind}
        columns={[
          { key: 'kind', title: t('kind'), cell: (row) => t(`kinds.${row.kind}`) },
          { key: 'due', title: t('due_on'), cell: (row) => <span className="num">{row.due_on}</span> },
          { key: 'amount', title: t('amount'), right: true, cell: (row) => <Money amount={row.amount} currency={plan.currency} /> },
        ]}
      />
      <ProblemAlert error={act.error} />
      <div>
        <Button look="primary" busy={act.isPending} disabled={plan.milestones.length === 0} onClick={keep}>
          {t('plan.keep')}
        </Button>
      </div>
    </div>
  );
}

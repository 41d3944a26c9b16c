// PL-14 and SP-12: who owes what when, the earliest last day first. The buyer's side and the supplier read the same list.

import { useState } from 'react';

import { useSignedIn } from '@/api/session';
import { pick, pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button, ButtonAnchor, ButtonLink } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { SelectField } from '@/ui/field';
import { Money } from '@/ui/money';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable, type Column } from '@/ui/plain-table';
import { QueryView } from '@/ui/query-view';
import { StateTag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';

import { ContractPlanSheet } from './contract-plan-sheet';
import { MilestoneSheet } from './milestone-sheet';
import { PlanSheet } from './plan-sheet';
import css from './payments.module.css';
import { usePayments, type Award, type Milestone, type Payments } from './queries';

const STATES = ['overdue', 'due', 'disputed', 'scheduled', 'paid'] as const;

export default function PaymentsPage() {
  const { t, lang } = useWords('payments');
  const isSupplier = useSignedIn().roles.includes('supplier');
  const payments = usePayments(isSupplier);
  const [isPlanning, setPlanning] = useState(false);
  const [contract, setContract] = useState<Award | null>(null);
  const signed = (payments.data?.awards ?? []).filter((one) => one.follows_contract);
  const canPlan = payments.data?.can_record === true && payments.data.awards.length > 0;
  return (
    <>
      <PageHeader
        title={t('title')}
        lead={t(isSupplier ? 'lead_supplier' : 'lead')}
        actions={
          <>
            {!isSupplier && <Exports lang={lang} />}
            {payments.data?.can_record === true && (
              <ButtonLink to="/payments/import" icon="upload">
                {t('import.open')}
              </ButtonLink>
            )}
            {canPlan && (
              <Button look="primary" icon="plus" onClick={() => setPlanning(true)}>
                {t('plan.open')}
              </Button>
            )}
          </>
        }
      />
      <QueryView query={payments}>
        {(shown) => (
          <>
            <Board payments={shown} isSupplier={isSupplier} />
            {signed.length > 0 && <Signed awards={signed} onPlan={setContract} />}
            {contract && <ContractPlanSheet award={contract} onClose={() => setContract(null)} />}
            {isPlanning && <PlanSheet awards={shown.awards} onClose={() => setPlanning(false)} />}
          </>
        )}
      </QueryView>
    </>
  );
}

const FORMS = ['xlsx', 'csv', 'json'] as const;

function Exports({ lang }: { lang: string }) {
  const { t } = useWords('payments');
  return (
    <span className="row" role="group" aria-label={t('export')}>
      {FORMS.map((form) => (
        <ButtonAnchor key={form} href={`/api/payments/sheet?locale=${lang}&form=${form}`} download icon="export">
          {t(`forms.${form}`)}
        </ButtonAnchor>
      ))}
    </span>
  );
}

function Signed({ awards, onPlan }: { awards: readonly Award[]; onPlan: (award: Award) => void }) {
  const { t, lang } = useWords('payments');
  return (
    <Banner>
      <div className="stack-tight">
        <span>{t('plan.signed')}</span>
        {awards.map((award) => (
          <span key={`${award.tender_id}/${award.supplier_id}`}>
            <Button size="small" icon="plus" onClick={() => onPlan(award)}>
              {`${award.reference} · ${pickName(lang, award)}`}
            </Button>
          </span>
        ))}
      </div>
    </Banner>
  );
}

function Board({ payments, isSupplier }: { payments: Payments; isSupplier: boolean }) {
  const { t, find } = useWords('payments');
  const [state, setState] = useState('');
  const [opened, setOpened] = useState<string | null>(null);
  const rows = payments.milestones.filter((one) => state === '' || one.state === state);
  const milestone = payments.milestones.find((one) => one.id === opened);
  if (payments.milestones.length === 0) {
    return (
      <Panel>
        <Empty icon="tender" title={t('empty')}>
          {t(isSupplier ? 'empty_supplier' : 'empty_why')}
        </Empty>
      </Panel>
    );
  }
  return (
    <div className="stack">
      <Panel title={t('totals')} note={t('as_of', { day: payments.today })}>
        <Totals payments={payments} />
      </Panel>
      <div role="search" className={css['pick']}>
        <SelectField
          label={t('state')}
          value={state}
          onChange={(event) => setState(event.target.value)}
          options={[{ value: '', label: t('common:all') }, ...STATES.map((one) => ({ value: one, label: find(`words:states.milestone.${one}`, one) }))]}
        />
      </div>
      <Panel flush>
        {rows.length === 0 ? <Empty icon="search" title={t('no_hit')} /> : <Rows rows={rows} isSupplier={isSupplier} onOpen={setOpened} />}
      </Panel>
      {milestone && <MilestoneSheet milestone={milestone} canRecord={payments.can_record} isSupplier={isSupplier} onClose={() => setOpened(null)} />}
    </div>
  );
}

function Totals({ payments }: { payments: Payments }) {
  const { find } = useWords('payments');
  const several = new Set(payments.totals.map((one) => one.currency)).size > 1;
  const items = STATES.flatMap((state) =>
    payments.totals
      .filter((one) => one.state === state)
      .map((one) => ({
        term: `${find(`words:states.milestone.${state}`, state)}${several ? ` · ${one.currency}` : ''}`,
        value: <Money amount={one.amount} currency={one.currency} />,
      })),
  );
  return <Facts items={items} />;
}

function Rows({ rows, isSupplier, onOpen }: { rows: readonly Milestone[]; isSupplier: boolean; onOpen: (id: string) => void }) {
  const { t, lang } = useWords('payments');
  const owner: Column<Milestone> = { key: 'supplier', title: t('supplier'), cell: (row) => pickName(lang, { name_zh: row.name_zh ?? '', name_en: row.name_en ?? '' }) };
  return (
    <PlainTable
      caption={t('title')}
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        {
          key: 'what',
          title: t('milestone'),
          cell: (row) => (
            <Button look="quiet" size="small" className={css['open']} onClick={() => onOpen(row.id)}>
              {`${row.reference} · ${String(row.number)} · ${t(`kinds.${row.kind}`)}`}
            </Button>
          ),
        },
        { key: 'tender', title: t('tender'), cell: (row) => pick(lang, { zh: row.title_zh, en: row.title_en }) },
        ...(isSupplier ? [] : [owner]),
        { key: 'state', title: t('state'), cell: (row) => <MilestoneState row={row} /> },
        { key: 'due', title: t('due_on'), cell: (row) => <span className="num">{row.due_on}</span> },
        { key: 'amount', title: t('amount'), right: true, cell: (row) => <Money amount={row.amount} currency={row.currency} /> },
        { key: 'owed', title: t('owed'), right: true, cell: (row) => <Money amount={row.owed} currency={row.currency} /> },
        { key: 'match', title: t('match'), cell: (row) => t(`matches.${row.match}`) },
      ]}
    />
  );
}

function MilestoneState({ row }: { row: Milestone }) {
  const { t } = useWords('payments');
  return (
    <span className="row">
      <StateTag kind="milestone" state={row.state} />
      {row.days_late > 0 && <span className="muted small">{t('days_late', { count: row.days_late })}</span>}
      {row.after_end !== null && row.contract_ends_on !== null && <span className={css['ended']}>{t(`after_end.${row.after_end}`, { day: row.contract_ends_on })}</span>}
    </span>
  );
}

// DR-05: up to four scenarios side by side: who gets what, what it costs, what each constraint costs, or which ones clash.

import type { ReactNode } from 'react';

import { useWords } from '@/i18n/use-words';
import { Money } from '@/ui/money';
import { PlainTable } from '@/ui/plain-table';
import { Tag } from '@/ui/state-tag';

import { AdoptCell } from './scenario-adopt';
import { percentText } from './figures';
import type { Scenario, ScenarioAward, Scenarios } from './scenario-queries';
import { useScenarioWords } from './scenario-words';
import css from './scenario.module.css';
import { Stamp } from './stamp';

interface Row {
  key: string;
  title: string;
  cell: (scenario: Scenario) => ReactNode;
}

export function ScenarioTable({ told, shown, zone }: { told: Scenarios; shown: readonly Scenario[]; zone?: string }) {
  const { t } = useWords('scenario');
  const rows = useRows(told, shown, zone);
  return (
    <PlainTable
      caption={t('list.caption')}
      rows={rows}
      rowKey={(row) => row.key}
      columns={[
        { key: 'figure', title: t('rows.figure'), cell: (row: Row) => row.title },
        ...shown.map((scenario) => ({ key: String(scenario.number), title: t('list.compare', { number: scenario.number }), cell: (row: Row) => row.cell(scenario) })),
      ]}
    />
  );
}

function useRows(told: Scenarios, shown: readonly Scenario[], zone: string | undefined): Row[] {
  const { t } = useWords('scenario');
  const words = useScenarioWords(told);
  const none = <span className="muted">{t('common:table.none')}</span>;
  const money = (read: (award: ScenarioAward) => string | null) => (scenario: Scenario) =>
    scenario.award === null ? none : <Money amount={read(scenario.award)} currency={told.currency} />;
  const { currency } = told;
  const rows: (Row | null)[] = [
    { key: 'outcome', title: t('rows.outcome'), cell: (scenario) => <Outcome scenario={scenario} told={told} /> },
    shown.some((scenario) => scenario.note) ? { key: 'note', title: t('rows.note'), cell: (scenario) => scenario.note || none } : null,
    { key: 'cost', title: t('rows.cost'), cell: (scenario) => <strong>{money((award) => award.cost)(scenario)}</strong> },
    { key: 'bound', title: t('rows.bound'), cell: (scenario) => <Bound scenario={scenario} currency={currency} /> },
    { key: 'lowest', title: t('rows.lowest'), cell: money((award) => award.lowest) },
    { key: 'sole', title: t('rows.sole_best'), cell: money((award) => award.sole_best) },
    { key: 'saving', title: t('rows.saving'), cell: money((award) => award.saving) },
    shown.some((scenario) => scenario.award?.against_baseline)
      ? { key: 'baseline', title: t('rows.baseline'), cell: (scenario) => <Baseline award={scenario.award} currency={currency} /> }
      : null,
    { key: 'quality', title: t('rows.quality'), cell: (scenario) => scenario.award?.quality ?? none },
    { key: 'suppliers', title: t('rows.suppliers'), cell: (scenario) => <Sides award={scenario.award} told={told} /> },
    ...told.lots.map((lot) => ({
      key: lot.lot_id,
      title: t('rows.lot', { number: lot.number }),
      cell: ({ award }: Scenario) => <Parts lot={award?.lots.find((each) => each.lot_id === lot.lot_id)} currency={currency} />,
    })),
    { key: 'constraints', title: t('rows.constraints'), cell: (scenario) => <Constraints scenario={scenario} told={told} /> },
    {
      key: 'risks',
      title: t('rows.risks'),
      cell: ({ award }) => (award === null ? none : <Lines lines={award.risks.map((risk) => t(`risk.${risk.code}`, { number: words.numberOf(risk.lot_id ?? ''), supplier: risk.supplier ?? '', percent: risk.percent ?? '' }))} empty={t('risk.none')} />),
    },
    { key: 'adopt', title: t('rows.adopt'), cell: (scenario) => <AdoptCell scenario={scenario} told={told} {...(zone === undefined ? {} : { zone })} /> },
  ];
  return rows.filter((row) => row !== null);
}

function Lines({ lines, empty }: { lines: readonly ReactNode[]; empty: string }) {
  if (lines.length === 0) return <span className="muted">{empty}</span>;
  return (
    <ul className={css['rows']}>
      {lines.map((line, at) => (
        <li key={at}>{line}</li>
      ))}
    </ul>
  );
}

const TONES = { optimal: 'good', gap: 'calm', infeasible: 'bad', timed_out: 'warn' } as const;

function Outcome({ scenario, told }: { scenario: Scenario; told: Scenarios }) {
  const { t } = useWords('scenario');
  const words = useScenarioWords(told);
  const clash = scenario.constraints.filter((one) => scenario.clash.includes(one.id));
  return (
    <div className={css['rows']}>
      <span className="row">
        <Tag tone={TONES[scenario.outcome]}>{t(`outcomes.${scenario.outcome}`)}</Tag>
        {scenario.stamp !== null && <Stamp />}
      </span>
      {clash.length > 0 && (
        <>
          <span>{t('clash')}</span>
          <Lines lines={clash.map((one) => words.constraint(one))} empty="" />
          <span className="small muted">{t(scenario.is_minimal ? 'clash_minimal' : 'clash_maybe')}</span>
        </>
      )}
    </div>
  );
}

function Bound({ scenario, currency }: { scenario: Scenario; currency: string }) {
  const { t } = useWords('scenario');
  return (
    <span className={css['rows']}>
      <Money amount={scenario.bound} currency={currency} />
      {scenario.gap !== null && <span className="small muted">{t('rows.gap', { gap: scenario.gap })}</span>}
    </span>
  );
}

function Baseline({ award, currency }: { award: ScenarioAward | null; currency: string }) {
  const { t } = useWords('scenario');
  const total = award?.against_baseline;
  if (!total || total.lots_without_baseline === total.lots) return <span className="muted">{t('common:table.none')}</span>;
  return (
    <span className={css['rows']}>
      <Money amount={total.money} currency={currency} />
      {total.percent !== null && <span className="small muted num">{percentText(total.percent)}</span>}
    </span>
  );
}

function Sides({ award, told }: { award: ScenarioAward | null; told: Scenarios }) {
  const { t } = useWords('scenario');
  const words = useScenarioWords(told);
  const lines = (award?.suppliers ?? []).map((side) => (
    <span key={side.supplier} className={css['rows']}>
      <span>{t('side', { supplier: side.supplier, labels: words.labels(side.offers) })}</span>
      <span className="small muted">
        {words.money(side.cost)} · {t('volume', { percent: side.volume })}
      </span>
    </span>
  ));
  return <Lines lines={lines} empty={t('common:table.none')} />;
}

export function Parts({ lot, currency }: { lot: ScenarioAward['lots'][number] | undefined; currency: string }) {
  const { t } = useWords('scenario');
  const lines = (lot?.parts ?? []).map((part) => (
    <span key={part.label} className={css['rows']}>
      <span>{t('part', { label: part.label, share: part.share })}</span>
      <span className="small muted">
        <Money amount={part.cost} currency={currency} />
      </span>
    </span>
  ));
  return <Lines lines={lines} empty={t('common:table.none')} />;
}

function Constraints({ scenario, told }: { scenario: Scenario; told: Scenarios }) {
  const { t } = useWords('scenario');
  const words = useScenarioWords(told);
  const lines = scenario.constraints.map((one) => (
    <span key={one.id} className={css['rows']}>
      <span>{words.constraint(one)}</span>
      {scenario.award !== null && <span className="small muted">{words.price(one)}</span>}
    </span>
  ));
  return <Lines lines={lines} empty={t('no_constraints')} />;
}

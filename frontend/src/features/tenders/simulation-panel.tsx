// A try on made-up offers: the saved rules rank them by what ranks the real ones. Nothing is stored, no real offer is in it.
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';

import { send } from '@/api/client';
import type { components } from '@/api/schema';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { ProblemAlert } from '@/ui/problem-alert';

import { useComparison } from './api';
import css from './criteria.module.css';

type Answer = components['schemas']['ScoreAnswer'];
type Row = Answer['rows'][number];

interface MadeUp {
  amount: string;
  technical: string;
}

const FIRST: readonly MadeUp[] = [
  { amount: '100', technical: '75' },
  { amount: '104', technical: '82' },
  { amount: '112', technical: '95' },
];
const CEILING = '125';
const MOST = 12;

export function SimulationPanel({ tenderId, hasTechnical }: { tenderId: string; hasTechnical: boolean }) {
  const { t, find } = useWords('tenders');
  const { data } = useComparison(tenderId);
  const [offers, setOffers] = useState(FIRST);
  const [ceiling, setCeiling] = useState(CEILING);
  const score = useMutation({ mutationFn: (body: unknown) => send<Answer>('POST', '/api/scoring/preview', body) });
  const evaluation = data?.evaluation;
  const put = (at: number, part: Partial<MadeUp>) => setOffers(offers.map((each, place) => (place === at ? { ...each, ...part } : each)));
  const run = () =>
    score.mutate({
      evaluation,
      ceiling_price: ceiling,
      offers: offers.map(({ amount, technical }, at) => ({ name: String(at + 1), amount, technical: hasTechnical ? technical : null })),
    });
  return (
    <Panel title={t('simulation.title')} note={t('simulation.note')}>
      <div className="stack">
        <div className={css['table_rows']}>
          <ol>
            {offers.map((offer, at) => (
              <li key={at}>
                <TextField label={t('simulation.price', { number: at + 1 })} inputMode="decimal" value={offer.amount} onChange={(event) => put(at, { amount: event.target.value })} />
                {hasTechnical && <TextField label={t('simulation.technical', { number: at + 1 })} inputMode="decimal" value={offer.technical} onChange={(event) => put(at, { technical: event.target.value })} />}
                <Button size="small" look="quiet" icon="close" disabled={offers.length === 1} onClick={() => setOffers(offers.filter((_, place) => place !== at))} aria-label={t('criteria.remove', { name: t('simulation.offer', { number: at + 1 }) })} />
              </li>
            ))}
          </ol>
          <Button size="small" icon="plus" disabled={offers.length >= MOST} onClick={() => setOffers([...offers, { amount: '', technical: '' }])}>
            {t('simulation.add')}
          </Button>
          <TextField label={t('words:ceiling_price')} inputMode="decimal" value={ceiling} onChange={(event) => setCeiling(event.target.value)} />
          {evaluation ? (
            <Button busy={score.isPending} onClick={run}>
              {t('simulation.run')}
            </Button>
          ) : (
            <p className="muted small">{t('price.not_yet')}</p>
          )}
        </div>
        <div aria-live="polite">
          <ProblemAlert error={score.error} />
          {score.data && score.data.faults.length > 0 && (
            <Banner tone="bad">
              {score.data.faults.map(({ field, code }) => (
                <p key={`${field} ${code}`}>
                  <b>{placeOf(field, t)}</b> {find(`faults.${code}`, find(`codes:${code}`, t('faults.OTHER')))}
                </p>
              ))}
            </Banner>
          )}
          {score.data && score.data.faults.length === 0 && <Ranked answer={score.data} />}
        </div>
      </div>
    </Panel>
  );
}

function placeOf(field: string, t: ReturnType<typeof useWords<'tenders'>>['t']): string {
  const [list, at] = field.split('.');
  return list === 'offers' && at !== undefined ? t('simulation.offer', { number: Number(at) + 1 }) : t('words:ceiling_price');
}

function Ranked({ answer }: { answer: Answer }) {
  const { t } = useWords('tenders');
  const has = (name: 'technical_points' | 'price_points' | 'total' | 'figure') => answer.rows.some((row) => row[name] !== null);
  const columns = (['technical_points', 'price_points', 'total', 'figure'] as const).filter(has).map((name) => ({
    key: name,
    title: t(`simulation.${name}`),
    right: true,
    cell: (row: Row) => row[name] ?? '–',
  }));
  return (
    <div className="stack">
      <PlainTable
        caption={t('simulation.title')}
        rows={answer.rows}
        rowKey={(row) => row.name}
        columns={[
          { key: 'rank', title: t('simulation.rank'), cell: (row) => `${row.rank === null ? t('simulation.out') : String(row.rank)} · ${t('simulation.offer', { number: Number(row.name) })}` },
          { key: 'amount', title: t('simulation.amount'), right: true, cell: (row) => row.amount },
          ...columns,
        ]}
      />
      {answer.notes.map((code) => (
        <p key={code} className="small muted">
          {t(`simulation.${code}`)}
        </p>
      ))}
      {answer.warnings.map((code) => (
        <Banner key={code} tone="warn">
          {t(`simulation.${code}`)}
        </Banner>
      ))}
    </div>
  );
}

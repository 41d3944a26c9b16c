// A finished lot beside what robots make of it by its own rules and by others: outcome, bids, extensions, length, saving.
import { useState } from 'react';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { SelectField, TextField } from '@/ui/field';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable, type Column } from '@/ui/plain-table';
import { QueryView } from '@/ui/query-view';

import { AS_IT_WAS, useDryRun, type DryRow, type DryRun, type Trial } from './dry-run-data';
import css from './dry-run.module.css';
import { durationText, moneyText, percentOf } from './lot-view';
import type { RoundInfo } from './room-data';

export function DryRunView({ info }: { info: RoundInfo }) {
  const { t } = useWords('dry-run');
  const [lotId, setLot] = useState(info.lots[0]?.id);
  const [trial, setTrial] = useState(AS_IT_WAS);
  const made = useDryRun(lotId, trial);
  return (
    <div className="stack">
      <PageHeader title={t('title')} lead={`${info.tender.reference} · ${t('lead')}`} back={{ to: `/tenders/${info.tender.id}`, label: t('back') }} />
      <TrialPanel info={info} lotId={lotId ?? ''} onLot={setLot} onTry={setTrial} />
      <QueryView query={made} lines={6}>
        {(run) => <Made run={run} currency={info.tender.currency} />}
      </QueryView>
    </div>
  );
}

const CHOICES = {
  feedback: ['rank_only', 'lead_only', 'rank_band', 'best_price', 'rank_and_best'],
  ties: ['earlier_first', 'equal_rank'],
  step_basis: ['own_last', 'best'],
  trigger: ['any_accepted', 'new_best', 'top_change'],
} as const;

interface TrialProps {
  info: RoundInfo;
  lotId: string;
  onLot: (lotId: string) => void;
  onTry: (trial: Trial) => void;
}

function TrialPanel({ info, lotId, onLot, onTry }: TrialProps) {
  const { t, lang, find } = useWords('dry-run');
  const [typed, setTyped] = useState(AS_IT_WAS);
  const set = (part: Partial<Trial>) => setTyped((before) => ({ ...before, ...part }));
  const pickOf = (name: keyof typeof CHOICES) => (
    <SelectField
      label={find(`tenders:rules.${name}`, name)}
      value={typed[name]}
      onChange={(event) => set({ [name]: event.target.value })}
      options={[{ value: '', label: t('as_it_was') }, ...CHOICES[name].map((value) => ({ value, label: find(`tenders:rules.${name}_${value}`, value) }))]}
    />
  );
  const number = (name: 'step_size' | 'window_min' | 'max_extensions' | 'seed', label: string) => (
    <TextField label={label} inputMode="decimal" value={typed[name]} onChange={(event) => set({ [name]: event.target.value.replace(name === 'step_size' || name === 'window_min' ? /[^\d.]/g : /\D/g, '').slice(0, 6) })} />
  );
  return (
    <Panel title={t('try')} note={t('try_note')}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          onTry({ ...typed, seed: typed.seed || '1' });
        }}
      >
        <div className={css['fields']}>
          {info.lots.length > 1 && <SelectField label={t('lot')} value={lotId} onChange={(event) => onLot(event.target.value)} options={info.lots.map((lot) => ({ value: lot.id, label: `${String(lot.number)} · ${pick(lang, { zh: lot.title_zh, en: lot.title_en })}` }))} />}
          {pickOf('feedback')}
          {pickOf('ties')}
          <SelectField label={t('gate')} value={typed.starting_gate} onChange={(event) => set({ starting_gate: event.target.value })} options={[{ value: '', label: t('as_it_was') }, ...(['true', 'false'] as const).map((value) => ({ value, label: t(`gate_${value}`) }))]} />
          {number('step_size', t('step_size'))}
          {pickOf('step_basis')}
          {number('window_min', t('window'))}
          {pickOf('trigger')}
          {number('max_extensions', t('max_extensions'))}
          {number('seed', t('seed'))}
        </div>
        <div className="row">
          <Button look="primary" type="submit" icon="play">
            {t('play')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}

function Made({ run, currency }: { run: DryRun; currency: string }) {
  const { t, lang, find } = useWords('dry-run');
  const isOther = run.rows.some((row) => row.kind === 'other');
  return (
    <>
      {run.faults.length > 0 && (
        <Banner tone="bad" title={t('faults')}>
          {run.faults.map((fault) => (
            <p key={`${fault.field}${fault.code}`}>
              {find(`tenders:rules.${fault.field.replaceAll('.', '_')}`, fault.field)}: {find(`tenders:faults.${fault.code}`, fault.code)}
            </p>
          ))}
        </Banner>
      )}
      <Panel title={t('side_by_side')} foot={<span className="small muted">{t('official')}</span>}>
        <div className="stack">
          <PlainTable caption={t('side_by_side')} rows={run.rows} rowKey={(row) => row.kind} columns={columnsOf(run, currency, t, useDuration())} />
          <p className="small muted">{t('games', { games: run.games })}</p>
          {isOther ? <Changed sentences={run.said[lang]} /> : run.faults.length === 0 && <p className="small">{t('nothing_changed')}</p>}
        </div>
      </Panel>
      <Panel title={t('robots')}>
        <div className="stack">
          <p className="small">{t('robots_why')}</p>
          <PlainTable
            caption={t('robots')}
            rows={run.robots}
            rowKey={(robot) => robot.alias}
            columns={[
              { key: 'alias', title: t('bidder'), cell: (robot) => robot.alias },
              { key: 'persona', title: t('persona'), cell: (robot) => t(`persona_${robot.persona}`) },
              { key: 'first', title: t('from'), right: true, cell: (robot) => moneyText(robot.first, currency) },
              { key: 'floor', title: t('to'), right: true, cell: (robot) => moneyText(robot.floor, currency) },
            ]}
          />
        </div>
      </Panel>
    </>
  );
}

function Changed({ sentences }: { sentences: readonly string[] }) {
  const { t } = useWords('dry-run');
  return (
    <div>
      <strong>{t('changed')}</strong>
      <ul className={css['changed']}>
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </div>
  );
}

function useDuration(): (seconds: number) => string {
  const { t } = useWords('live-rounds');
  return (seconds) => durationText(seconds < 60 ? seconds : Math.round(seconds / 60) * 60, t);
}

const KIND = { recorded: 'row_recorded', same: 'row_same', other: 'row_tried' } as const;

type T = ReturnType<typeof useWords<'dry-run'>>['t'];

function columnsOf(run: DryRun, currency: string, t: T, duration: (seconds: number) => string): Column<DryRow>[] {
  const money = (amount: string | null) => (amount === null ? '–' : moneyText(amount, currency));
  return [
    { key: 'kind', title: t('outcome'), cell: (row) => t(KIND[row.kind]) },
    {
      key: 'best',
      title: t('best'),
      right: true,
      cell: (row) => (
        <>
          <strong className="num">{money(row.best)}</strong>
          {row.lowest !== row.highest && <small className={css['range']}>{t('range', { lowest: money(row.lowest), highest: money(row.highest) })}</small>}
        </>
      ),
    },
    { key: 'saving', title: t('saving'), right: true, cell: (row) => (row.savings === null ? '–' : `${money(row.savings.money)} · ${percentOf(row.savings.percent)}`) },
    { key: 'bids', title: t('bids'), right: true, cell: (row) => row.bids },
    { key: 'extensions', title: t('extensions'), right: true, cell: (row) => row.extensions },
    { key: 'length', title: t('length'), right: true, cell: (row) => duration(row.length_s) },
    {
      key: 'first',
      title: t('first'),
      cell: (row) => (row.kind === 'recorded' ? row.first.map((one) => one.alias).join(', ') : row.first.map((one) => t('first_times', { alias: one.alias, times: one.times, games: run.games })).join(', ')) || '–',
    },
  ];
}

// DR-02: what if a mark were a level off, an offer away, the price weighed otherwise; stamped, and kept as a note alone.

import { useState } from 'react';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { SelectField, TextField } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { PlainTable, type Column } from '@/ui/plain-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { Switcher } from '@/ui/switcher';
import { Tag } from '@/ui/state-tag';
import page from '@/ui/working-page.module.css';

import css from './award.module.css';
import { trimmed } from './choosing';
import { useNoteWhatIf, useRoom } from './panel-queries';
import { useWhatIf, type LotRanking, type LotSensitivity, type Ranking, type Sensitivity, type TryChange, type WhatIf } from './queries';
import room from './room.module.css';
import { Stamp } from './stamp';
import { agreedOf, changeOf, levelOff, NOTHING_TRIED, type Tried } from './trying';
import { WhatIfNotes } from './what-if-notes';

interface TryingPanelProps {
  ranking: Ranking;
  lot: LotRanking;
  told: LotSensitivity;
  sensitivity: Sensitivity;
}

export function TryingPanel({ ranking, lot, told, sensitivity }: TryingPanelProps) {
  const { t } = useWords('panel');
  const [tried, setTried] = useState<Tried>(NOTHING_TRIED);
  const change = changeOf(told, tried);
  const set = (next: Partial<Tried>) => setTried((before) => ({ ...before, ...next }));
  return (
    <Panel title={t('try.title')} note={<Stamp />}>
      <div className="stack">
        <p className="muted">{t('try.lead')}</p>
        <div className={room['tries']}>
          {sensitivity.price_weight !== null && (
            <TextField label={t('try.weight')} hint={t('try.weight_hint', { weight: trimmed(sensitivity.price_weight) })} inputMode="decimal" value={tried.weight} onChange={(event) => set({ weight: event.target.value.trim() })} />
          )}
          {told.values.length > 0 && <ScoreError lot={lot} told={told} criteria={sensitivity.criteria} tried={tried} onTry={set} />}
          {lot.rows.length > 1 && <LeftOut lot={lot} tried={tried} onTry={set} />}
        </div>
        {change === null ? (
          <p className="muted">{t('try.official')}</p>
        ) : (
          <Outcome ranking={ranking} lot={lot} change={change} onReset={() => setTried(NOTHING_TRIED)} />
        )}
        <WhatIfNotes tenderId={ranking.tender_id} criteria={sensitivity.criteria} />
      </div>
    </Panel>
  );
}

interface TryProps {
  lot: LotRanking;
  tried: Tried;
  onTry: (next: Partial<Tried>) => void;
}

function ScoreError({ lot, told, criteria, tried, onTry }: TryProps & { told: LotSensitivity; criteria: Sensitivity['criteria'] }) {
  const { t, lang } = useWords('panel');
  const agreed = agreedOf(told, tried.label, tried.criterion);
  return (
    <fieldset className={css['options']}>
      <legend>{t('try.error')}</legend>
      <p className="small muted">{t('try.error_hint')}</p>
      <div className={room['pairs']}>
        <SelectField
          label={t('try.offer')}
          value={tried.label}
          options={[{ value: '', label: t('try.none') }, ...lot.rows.map((row) => ({ value: row.label, label: row.label }))]}
          onChange={(event) => onTry({ label: event.target.value })}
        />
        <SelectField
          label={t('try.criterion')}
          value={tried.criterion}
          options={[
            { value: '', label: t('try.none') },
            ...criteria.map((each) => ({ value: each.criterion, label: `${String(each.number)} · ${pick(lang, { zh: each.title_zh, en: each.title_en })}` })),
          ]}
          onChange={(event) => onTry({ criterion: event.target.value })}
        />
      </div>
      <Switcher
        label={t('try.error')}
        value={tried.step > 0 ? 'up' : 'down'}
        onChange={(value) => onTry({ step: value === 'up' ? 1 : -1 })}
        options={[
          { value: 'down', label: t('try.down') },
          { value: 'up', label: t('try.up') },
        ]}
      />
      {agreed !== null && <p className="small num">{t('try.now', { value: agreed, tried: levelOff(agreed, tried.step) })}</p>}
    </fieldset>
  );
}

function LeftOut({ lot, tried, onTry }: TryProps) {
  const { t } = useWords('panel');
  const toggle = (label: string) => onTry({ without: tried.without.includes(label) ? tried.without.filter((each) => each !== label) : [...tried.without, label] });
  return (
    <fieldset className={css['options']}>
      <legend>{t('try.without')}</legend>
      <div className="row">
        {lot.rows.map((row) => (
          <label key={row.label} className={page['pick']}>
            <input type="checkbox" checked={tried.without.includes(row.label)} onChange={() => toggle(row.label)} />
            <span>{row.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface OutcomeProps {
  ranking: Ranking;
  lot: LotRanking;
  change: TryChange;
  onReset: () => void;
}

function Outcome({ ranking, lot, change, onReset }: OutcomeProps) {
  const { t } = useWords('panel');
  const answer = useWhatIf(ranking.tender_id, change, lot.digest);
  const canNote = useRoom(ranking.tender_id).data?.can_note ?? false;
  const columns: Column<WhatIf['rows'][number]>[] = [
    { key: 'label', title: t('try.offer'), cell: (row) => <strong>{row.label}</strong> },
    { key: 'rank', title: t('try.rank'), right: true, cell: (row) => row.rank },
    { key: 'total', title: t('try.total'), right: true, cell: (row) => row.total ?? row.figure ?? t('common:table.none') },
    { key: 'official', title: t('try.official_rank'), right: true, cell: (row) => row.official_rank },
    { key: 'list', title: t('try.list'), cell: (row) => (row.is_shortlisted ? <Tag tone="good">{t('try.listed')}</Tag> : t('common:table.none')) },
  ];
  return (
    <div className="stack" aria-live="polite">
      <ProblemAlert error={answer.error} />
      {answer.data && (
        <>
          <h3>
            {t('try.table')} <Stamp />
          </h3>
          <PlainTable caption={t('try.table')} columns={columns} rows={answer.data.rows} rowKey={(row) => row.label} narrow />
          {answer.data.failing.length > 0 && <p>{t('try.failing', { labels: answer.data.failing.join(t('common:list_separator')) })}</p>}
        </>
      )}
      {canNote && answer.data && <SaveNote tenderId={ranking.tender_id} change={change} />}
      <div>
        <Button look="quiet" onClick={onReset}>
          {t('try.reset')}
        </Button>
      </div>
    </div>
  );
}

function SaveNote({ tenderId, change }: { tenderId: string; change: TryChange }) {
  const { t } = useWords('panel');
  const [text, setText] = useState('');
  const note = useNoteWhatIf(tenderId);
  const save = () =>
    note.mutate(
      { change, text: text.trim() },
      {
        onSuccess: () => {
          setText('');
          announce(t('try.saved'));
        },
      },
    );
  return (
    <div className={room['noting']}>
      <TextField label={t('try.text')} value={text} maxLength={1000} onChange={(event) => setText(event.target.value)} />
      <Button icon="file" busy={note.isPending} disabled={text.trim() === ''} onClick={save}>
        {t('try.save')}
      </Button>
      <ProblemAlert error={note.error} />
    </div>
  );
}

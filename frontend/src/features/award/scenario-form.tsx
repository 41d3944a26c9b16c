// DR-05: the constraints of a scenario. What is left empty limits nothing; the solver answers, and the answer is kept.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { CheckField, SelectField, TextField } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';

import { EMPTY, USUAL, constraintsOf, customShares, isSound, type Count, type ScenarioDraft } from './scenario-draft';
import { CapacityFields, LotFields, type DraftProps } from './scenario-lots';
import { useCompute, type Scenarios } from './scenario-queries';
import css from './scenario.module.css';
import { Stamp } from './stamp';

interface ScenarioFormProps {
  told: Scenarios;
  onMade: (number: number) => void;
}

export function ScenarioForm({ told, onMade }: ScenarioFormProps) {
  const { t } = useWords('scenario');
  const [draft, setDraft] = useState<ScenarioDraft>(EMPTY);
  const compute = useCompute(told.tender_id);
  const change = (next: Partial<ScenarioDraft>) => setDraft((before) => ({ ...before, ...next }));
  const lotIds = told.lots.filter((lot) => lot.offers.some((offer) => draft.among === 'all' || offer.is_shortlisted)).map((lot) => lot.lot_id);
  const submit = () =>
    compute.mutate(
      { note: draft.note.trim(), among: draft.among, constraints: constraintsOf(draft, lotIds) },
      {
        onSuccess: (made) => {
          announce(t('form.done', { number: made.number }));
          onMade(made.number);
        },
      },
    );
  return (
    <Panel title={t('form.title')} note={<Stamp />}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (isSound(draft) && !compute.isPending) submit();
        }}
      >
        <div className={css['form']}>
          <Shares told={told} draft={draft} onChange={change} />
          <Counts legend={t('form.counts')} of={['least', 'most']} draft={draft} onChange={change} />
          <Counts legend={t('form.lot_counts')} of={['lot_least', 'lot_most']} draft={draft} onChange={change} />
          <Counts legend={t('form.supplier')} of={['share_cap', 'share_floor']} hint={t('form.volume_hint')} draft={draft} onChange={change} />
          <Counts legend={t('form.money')} of={['budget', 'quality']} draft={draft} onChange={change} />
          <fieldset className={css['group']}>
            <legend>{t('form.other')}</legend>
            <SelectField
              label={t('form.among')}
              value={draft.among}
              options={(['shortlist', 'all'] as const).map((value) => ({ value, label: t(`form.${value}`) }))}
              onChange={(event) => change({ among: event.target.value === 'all' ? 'all' : 'shortlist' })}
            />
            <TextField label={t('form.note')} hint={t('form.note_hint')} optional value={draft.note} maxLength={2000} onChange={(event) => change({ note: event.target.value })} />
          </fieldset>
          <LotFields told={told} draft={draft} onChange={change} />
          <CapacityFields told={told} draft={draft} onChange={change} />
        </div>
        <ProblemAlert error={compute.error} />
        <div className="row">
          <Button type="submit" look="primary" busy={compute.isPending} disabled={!isSound(draft)}>
            {t('form.submit')}
          </Button>
          <span role="status">{compute.isPending && t('form.busy')}</span>
        </div>
      </form>
    </Panel>
  );
}

function Shares({ draft, onChange }: DraftProps) {
  const { t } = useWords('scenario');
  const toggle = (key: string) => onChange({ shares: draft.shares.includes(key) ? draft.shares.filter((one) => one !== key) : [...draft.shares, key] });
  return (
    <fieldset className={css['group']}>
      <legend>{t('form.shares')}</legend>
      <p className="small muted">{t('form.shares_hint')}</p>
      <div className="row">
        {USUAL.map((key) => (
          <CheckField key={key} label={key === '100' ? t('form.sole') : key.replace('-', '–')} checked={draft.shares.includes(key)} onChange={() => toggle(key)} />
        ))}
      </div>
      <TextField
        label={t('form.custom')}
        hint={t('form.custom_hint')}
        optional
        value={draft.custom}
        error={customShares(draft.custom) === null ? t('form.bad_shares') : null}
        onChange={(event) => onChange({ custom: event.target.value })}
      />
    </fieldset>
  );
}

const COUNT_LABELS = { least: 'least', most: 'most', lot_least: 'least', lot_most: 'most', share_cap: 'cap', share_floor: 'floor', budget: 'budget', quality: 'quality' } as const satisfies Record<Count, string>;

interface CountsProps extends Omit<DraftProps, 'told'> {
  legend: string;
  of: readonly Count[];
  hint?: string;
}

function Counts({ legend, of, hint, draft, onChange }: CountsProps) {
  const { t } = useWords('scenario');
  return (
    <fieldset className={css['group']}>
      <legend>{legend}</legend>
      {hint !== undefined && <p className="small muted">{hint}</p>}
      <div className={css['pair']}>
        {of.map((count) => (
          <TextField
            key={count}
            label={t(`form.${COUNT_LABELS[count]}`)}
            inputMode="decimal"
            value={draft.counts[count]}
            onChange={(event) => onChange({ counts: { ...draft.counts, [count]: event.target.value.trim() } })}
          />
        ))}
      </div>
    </fieldset>
  );
}

// Recording an on-site audit or a sample test, with what the supplier is to mend and by when.

import { useState } from 'react';

import { ASPECTS } from '@/domain/certification';
import { toHalfWidth } from '@/domain/typed-amount';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { AreaField, SelectField, TextField } from '@/ui/field';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';

import { useRecordFinding, type FindingForm } from './lifecycle-queries';

const KINDS = ['site_audit', 'sample_test'] as const;
const RESULTS = ['passed', 'conditional', 'failed'] as const;

interface TypedAction {
  text: string;
  due_on: string;
}

const NO_ACTION: TypedAction = { text: '', due_on: '' };
type Draft = Omit<FindingForm, 'actions'>;
const BLANK: Draft = { kind: 'site_audit', aspect: 'quality', result: 'passed', title: '', text: '', held_on: '' };

export function FindingSheet({ supplierId, onClose }: { supplierId: string; onClose: () => void }) {
  const { t, find } = useWords('suppliers');
  const record = useRecordFinding(supplierId);
  const [draft, setDraft] = useState(BLANK);
  const [actions, setActions] = useState<readonly TypedAction[]>([NO_ACTION]);
  const [isAsked, setAsked] = useState(false);
  const hasActions = draft.result !== 'passed';
  // A failed result may stand alone; a conditional one names its conditions.
  const owed = hasActions ? actions.filter((one) => draft.result === 'conditional' || one.text.trim() || one.due_on) : [];
  const isWhole = (one: TypedAction) => one.text.trim().length >= 5 && one.due_on !== '';
  const missing = (value: string) => (isAsked && !value.trim() ? t('common:form.required') : null);
  const short = (value: string) => (isAsked && value.trim().length < 5 ? t('common:form.too_short', { count: 5 }) : null);
  const submit = () => {
    setAsked(true);
    if (!draft.title.trim() || draft.text.trim().length < 5 || !draft.held_on || !owed.every(isWhole)) return;
    record.mutate({ ...draft, actions: owed.map((one) => ({ text: one.text.trim(), due_on: one.due_on })) }, { onSuccess: onClose });
  };
  const change = (at: number, values: Partial<TypedAction>) => setActions(actions.map((one, index) => (index === at ? { ...one, ...values } : one)));
  return (
    <Sheet
      title={t('life.record_title')}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button look="primary" busy={record.isPending} onClick={submit}>
            {t('life.record')}
          </Button>
        </>
      }
    >
      <div className="stack">
        <p>{t('life.record_lead')}</p>
        <ProblemAlert error={record.error} />
        <SelectField
          label={t('life.kind')}
          value={draft.kind}
          onChange={(event) => setDraft({ ...draft, kind: KINDS.find((one) => one === event.target.value) ?? 'site_audit' })}
          options={KINDS.map((value) => ({ value, label: t(`life.kinds.${value}`) }))}
        />
        <SelectField
          label={t('evidence.aspect')}
          value={draft.aspect}
          onChange={(event) => setDraft({ ...draft, aspect: ASPECTS.find((one) => one === event.target.value) ?? 'quality' })}
          options={ASPECTS.map((value) => ({ value, label: find(`words:aspects.${value}`, value) }))}
        />
        <TextField label={t('life.title')} value={draft.title} maxLength={120} error={missing(draft.title)} onChange={(event) => setDraft({ ...draft, title: event.target.value })} />
        <TextField label={t('life.held_on')} type="date" value={draft.held_on} error={missing(draft.held_on)} onChange={(event) => setDraft({ ...draft, held_on: event.target.value })} />
        <AreaField label={t('life.text')} value={draft.text} maxLength={2000} error={short(draft.text)} onChange={(event) => setDraft({ ...draft, text: event.target.value })} />
        <SelectField
          label={t('life.result')}
          value={draft.result}
          onChange={(event) => setDraft({ ...draft, result: RESULTS.find((one) => one === event.target.value) ?? 'passed' })}
          options={RESULTS.map((value) => ({ value, label: t(`life.results.${value}`) }))}
        />
        <TextField
          label={t('life.score')}
          hint={t('life.score_hint')}
          optional
          inputMode="decimal"
          value={draft.score ?? ''}
          onChange={(event) => setDraft({ ...draft, score: toHalfWidth(event.target.value) || null })}
        />
        {hasActions &&
          actions.map((one, at) => (
            <fieldset key={at} className="stack-tight">
              <legend>{t('life.action', { number: at + 1 })}</legend>
              <AreaField
                label={t('life.action_text')}
                value={one.text}
                maxLength={1000}
                error={owed.includes(one) ? short(one.text) : null}
                onChange={(event) => change(at, { text: event.target.value })}
              />
              <TextField
                label={t('life.due_on')}
                type="date"
                value={one.due_on}
                error={owed.includes(one) ? missing(one.due_on) : null}
                onChange={(event) => change(at, { due_on: event.target.value })}
              />
            </fieldset>
          ))}
        {hasActions && (
          <Button icon="plus" onClick={() => setActions([...actions, NO_ACTION])}>
            {t('life.one_more')}
          </Button>
        )}
      </div>
    </Sheet>
  );
}

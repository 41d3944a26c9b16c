// What to read, about whom, and why: the exact request a second person approves.

import { useState } from 'react';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { AreaField, SelectField, TextField } from '@/ui/field';
import { focusFirstFault } from '@/ui/focus-fault';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { Empty } from '@/ui/states';

import css from './audit.module.css';
import { useAskReading, type Reading, type Readings } from './reading-queries';

// domain/vault_policy.py
export const SHORTEST_REASON = 10;

export function ReadingForm({ tender, readings }: { tender: string; readings: Readings }) {
  const { t, lang } = useWords('audit');
  const ask = useAskReading(tender);
  const [chosen, setReading] = useState<Reading | null>(null);
  const [subject, setSubject] = useState('');
  const [reason, setReason] = useState('');
  const [isAsked, setAsked] = useState(false);
  const choice = readings.choices.find((one) => one.reading === chosen) ?? readings.choices[0];
  if (choice === undefined) {
    return (
      <Panel title={t('readings.ask')}>
        <Empty icon="lock" title={t('readings.none')}>
          {t('readings.none_why')}
        </Empty>
      </Panel>
    );
  }
  const isEntry = choice.reading === 'actor';
  const needsSubject = choice.reading !== 'responses';
  const faults = { subject: needsSubject && subject === '', reason: reason.trim().length < SHORTEST_REASON };
  const submit = () => {
    setAsked(true);
    if (faults.subject || faults.reason) return;
    ask.mutate(
      { reading: choice.reading, subject: needsSubject ? subject : '', reason: reason.trim() },
      {
        onSuccess: () => {
          announce(t('readings.asked'));
          setAsked(false);
          setSubject('');
          setReason('');
        },
      },
    );
  };
  const subjects = choice.subjects.map((one) => ({ value: one.id, label: pick(lang, { zh: one.name_zh, en: one.name_en }) }));
  const missing = isAsked && faults.subject ? t('common:form.required') : null;
  return (
    <Panel title={t('readings.ask')}>
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          focusFirstFault(event.currentTarget);
          submit();
        }}
      >
        <ProblemAlert error={ask.error} title={ask.isError ? t('common:states.not_saved') : undefined} />
        <SelectField
          label={t('readings.what')}
          hint={t(`readings.why.${choice.reading}`)}
          value={choice.reading}
          onChange={(event) => {
            setReading(event.target.value as Reading);
            setSubject('');
          }}
          options={readings.choices.map((one) => ({ value: one.reading, label: t(`words:readings.${one.reading}`) }))}
        />
        {needsSubject && isEntry && (
          <TextField label={t('readings.entry')} hint={t('readings.entry_hint')} maxLength={60} value={subject} error={missing} onChange={(event) => setSubject(event.target.value.trim())} />
        )}
        {needsSubject && !isEntry && (
          <SelectField
            label={t('readings.of')}
            value={subject}
            error={missing}
            onChange={(event) => setSubject(event.target.value)}
            options={[{ value: '', label: t('readings.choose') }, ...subjects]}
          />
        )}
        <AreaField
          label={t('readings.reason')}
          hint={t('readings.reason_hint')}
          maxLength={500}
          value={reason}
          error={isAsked && faults.reason ? t('common:form.too_short', { count: SHORTEST_REASON }) : null}
          onChange={(event) => setReason(event.target.value)}
        />
        <div className={css['formEnd']}>
          <Button type="submit" look="primary" icon="approval" busy={ask.isPending}>
            {t('readings.send')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}

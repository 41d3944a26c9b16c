// The forms of the acts on a milestone. A refusal leaves what was typed as it stands.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { AreaField, SelectField, TextField } from '@/ui/field';
import { MoneyInput } from '@/ui/money-input';

import type { Method, Milestone } from './queries';

interface FormProps<Body> {
  busy: boolean;
  onSend: (body: Body) => void;
  onLeave: () => void;
}

function Foot({ busy, onSave, onLeave }: { busy: boolean; onSave: () => void; onLeave: () => void }) {
  const { t } = useWords('payments');
  return (
    <div className="row">
      <Button look="primary" busy={busy} onClick={onSave}>
        {t('save')}
      </Button>
      <Button onClick={onLeave}>{t('common:actions.cancel')}</Button>
    </div>
  );
}

export function DocumentForm({ kind, milestone, busy, onSend, onLeave }: FormProps<unknown> & { kind: 'payment' | 'invoice'; milestone: Milestone }) {
  const { t } = useWords('payments');
  const [number, setNumber] = useState('');
  const [amount, setAmount] = useState('');
  const [day, setDay] = useState('');
  const [method, setMethod] = useState<Method>('transfer');
  const [matures, setMatures] = useState('');
  const [isAsked, setAsked] = useState(false);
  const isDraft = kind === 'payment' && method === 'draft';
  const missing = (value: string) => (isAsked && value.trim() === '' ? t('common:form.required') : null);
  const save = () => {
    setAsked(true);
    if (number.trim() === '' || amount === '' || day === '' || (isDraft && matures === '')) return;
    onSend({ kind, number, amount, dated_on: day, method: kind === 'payment' ? method : null, matures_on: isDraft ? matures : null });
  };
  return (
    <div className="stack">
      <TextField label={t(`numbers.${kind}`)} maxLength={60} value={number} error={missing(number)} onChange={(event) => setNumber(event.target.value)} />
      <MoneyInput label={t('amount')} scale={milestone.digits} currency={milestone.currency} value={amount} onChange={setAmount} error={missing(amount)} />
      <TextField label={t('dated_on')} type="date" value={day} error={missing(day)} onChange={(event) => setDay(event.target.value)} />
      {kind === 'payment' && (
        <SelectField
          label={t('method')}
          value={method}
          onChange={(event) => setMethod(event.target.value as Method)}
          options={(['transfer', 'draft'] as const).map((one) => ({ value: one, label: t(`methods.${one}`) }))}
        />
      )}
      {isDraft && <TextField label={t('matures_on')} type="date" value={matures} error={missing(matures)} onChange={(event) => setMatures(event.target.value)} />}
      <Foot busy={busy} onSave={save} onLeave={onLeave} />
    </div>
  );
}

export function DayForm({ milestone, busy, onSend, onLeave }: FormProps<unknown> & { milestone: Milestone }) {
  const { t } = useWords('payments');
  const [day, setDay] = useState(milestone.falls_on);
  const [days, setDays] = useState(String(milestone.credit_days));
  const [reason, setReason] = useState('');
  const [isAsked, setAsked] = useState(false);
  const areDays = /^\d{1,3}$/.test(days);
  const save = () => {
    setAsked(true);
    if (day !== '' && areDays && reason.trim() !== '') onSend({ falls_on: day, credit_days: Number(days), reason });
  };
  return (
    <div className="stack">
      <TextField label={t('falls_on')} hint={t('falls_on_hint')} type="date" value={day} error={isAsked && day === '' ? t('common:form.required') : null} onChange={(event) => setDay(event.target.value)} />
      <TextField label={t('credit_days')} inputMode="numeric" maxLength={3} value={days} error={isAsked && !areDays ? t('whole_days') : null} onChange={(event) => setDays(event.target.value)} />
      <TextField label={t('reason')} maxLength={200} value={reason} error={isAsked && reason.trim() === '' ? t('common:form.required') : null} onChange={(event) => setReason(event.target.value)} />
      <Foot busy={busy} onSave={save} onLeave={onLeave} />
    </div>
  );
}

export function WordsForm({ label, busy, onSend, onLeave }: FormProps<string> & { label: string }) {
  const { t } = useWords('payments');
  const [text, setText] = useState('');
  const [isAsked, setAsked] = useState(false);
  const save = () => {
    setAsked(true);
    if (text.trim() !== '') onSend(text);
  };
  return (
    <div className="stack">
      <AreaField label={label} rows={3} maxLength={200} value={text} error={isAsked && text.trim() === '' ? t('common:form.required') : null} onChange={(event) => setText(event.target.value)} />
      <Foot busy={busy} onSave={save} onLeave={onLeave} />
    </div>
  );
}

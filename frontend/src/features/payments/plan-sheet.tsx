// Planning a part of an award's price: what for, how much, from which day, with how many days of credit.

import { useState } from 'react';

import { pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { SelectField, TextField } from '@/ui/field';
import { Money } from '@/ui/money';
import { MoneyInput } from '@/ui/money-input';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';

import { usePaymentAct, type Award, type MilestoneKind } from './queries';

const KINDS: readonly MilestoneKind[] = ['prepayment', 'delivery', 'acceptance', 'retention'];

const keyOf = (award: Award) => `${award.tender_id}/${award.supplier_id}`;

interface PlanSheetProps {
  awards: readonly Award[];
  onClose: () => void;
}

export function PlanSheet({ awards, onClose }: PlanSheetProps) {
  const [first] = awards;
  return first && <PlanForm first={first} awards={awards} onClose={onClose} />;
}

function PlanForm({ first, awards, onClose }: PlanSheetProps & { first: Award }) {
  const { t, lang } = useWords('payments');
  const act = usePaymentAct();
  const [chosen, setChosen] = useState(keyOf(first));
  const [kind, setKind] = useState<MilestoneKind>('delivery');
  const [amount, setAmount] = useState('');
  const [fallsOn, setFallsOn] = useState('');
  const [days, setDays] = useState('30');
  const [note, setNote] = useState('');
  const [isAsked, setAsked] = useState(false);
  const award = awards.find((one) => keyOf(one) === chosen) ?? first;
  const areDays = /^\d{1,3}$/.test(days);
  const missing = (value: string) => (isAsked && value === '' ? t('common:form.required') : null);
  const save = () => {
    setAsked(true);
    if (amount === '' || fallsOn === '' || !areDays) return;
    const body = { supplier_id: award.supplier_id, kind, amount, falls_on: fallsOn, credit_days: Number(days), note };
    act.mutate(
      { path: `/api/tenders/${award.tender_id}/payments`, body },
      {
        onSuccess: () => {
          announce(t('plan.kept'));
          onClose();
        },
      },
    );
  };
  return (
    <Sheet
      title={t('plan.title')}
      onClose={onClose}
      foot={
        <Button look="primary" busy={act.isPending} onClick={save}>
          {t('plan.save')}
        </Button>
      }
    >
      <div className="stack">
        <ProblemAlert error={act.error} />
        <SelectField
          label={t('plan.award')}
          value={chosen}
          onChange={(event) => setChosen(event.target.value)}
          options={awards.map((one) => ({ value: keyOf(one), label: `${one.reference} · ${pickName(lang, one)}` }))}
        />
        <p className="muted small">
          {t('plan.planned')} <Money amount={award.planned} currency={award.currency} /> / <Money amount={award.total} currency={award.currency} />
        </p>
        <SelectField
          label={t('kind')}
          value={kind}
          onChange={(event) => setKind(event.target.value as MilestoneKind)}
          options={KINDS.map((one) => ({ value: one, label: t(`kinds.${one}`) }))}
        />
        <MoneyInput label={t('amount')} scale={award.digits} currency={award.currency} value={amount} onChange={setAmount} error={missing(amount)} />
        <TextField label={t('falls_on')} hint={t('falls_on_hint')} type="date" value={fallsOn} error={missing(fallsOn)} onChange={(event) => setFallsOn(event.target.value)} />
        <TextField
          label={t('credit_days')}
          hint={t('credit_days_hint')}
          inputMode="numeric"
          maxLength={3}
          value={days}
          error={isAsked && !areDays ? t('whole_days') : null}
          onChange={(event) => setDays(event.target.value)}
        />
        <TextField label={t('note')} optional maxLength={200} value={note} onChange={(event) => setNote(event.target.value)} />
      </div>
    </Sheet>
  );
}

// A request for more: the whole budget an approved project asks for, why, and that it waits for the decision maker.

import { useState } from 'react';
import { Link } from 'react-router';

import { compare, minorUnits } from '@/domain/money';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { AreaField } from '@/ui/field';
import { Instant } from '@/ui/instant';
import { Money } from '@/ui/money';
import { MoneyInput } from '@/ui/money-input';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';

import css from './demand.module.css';
import { useAskForMore, type Plan, type Project } from './queries';

// domain/process.py, SHORTEST_REASON.
const SHORTEST_REASON = 5;

export function RaisePanel({ held, plan }: { held: Project; plan: Plan }) {
  const { t } = useWords('demand');
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {held.budget_request && <Waits held={held} currency={plan.currency ?? 'CNY'} asked={held.budget_request} />}
      {held.acts.includes('raise_budget') && (
        <div className={css['actions']}>
          <Button onClick={() => setOpen(true)}>{t('raise.ask')}</Button>
        </div>
      )}
      {isOpen && <RaiseSheet held={held} plan={plan} onClose={() => setOpen(false)} />}
    </>
  );
}

function Waits({ held, currency, asked }: { held: Project; currency: string; asked: NonNullable<Project['budget_request']> }) {
  const { t } = useWords('demand');
  return (
    <Banner title={t('raise.waits')}>
      <p>
        <strong>
          <Money amount={asked.amount} currency={currency} />
        </strong>
      </p>
      <p>{asked.reason}</p>
      <p className="small">
        <Instant at={asked.at} />
        {asked.proposal_id && held.proposal_id !== asked.proposal_id && (
          <>
            {' · '}
            <Link to={`/approvals/${asked.proposal_id}`}>{t('page.see_proposal')}</Link>
          </>
        )}
      </p>
    </Banner>
  );
}

function RaiseSheet({ held, plan, onClose }: { held: Project; plan: Plan; onClose: () => void }) {
  const { t } = useWords('demand');
  const ask = useAskForMore(held.id);
  const currency = plan.currency ?? 'CNY';
  const [amount, setAmount] = useState('');
  const [reason, setReason] = useState('');
  const [isAsked, setAsked] = useState(false);
  const budget = plan.budget ?? '';
  const isLow = amount === '' || (budget !== '' && compare(amount, budget) <= 0);
  const isShort = reason.trim().length < SHORTEST_REASON;
  const submit = () => {
    setAsked(true);
    if (isLow || isShort) return;
    ask.mutate(
      { version: held.version, amount, reason: reason.trim() },
      {
        onSuccess: () => {
          announce(t('raise.sent'));
          onClose();
        },
      },
    );
  };
  return (
    <Sheet
      title={t('raise.ask')}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button look="primary" busy={ask.isPending} onClick={submit}>
            {t('raise.send')}
          </Button>
        </>
      }
    >
      <div className="stack">
        <p>{t('raise.why')}</p>
        <p>
          {t('raise.now')} <Money amount={budget} currency={currency} />
        </p>
        <ProblemAlert error={ask.error} />
        <MoneyInput
          label={t('raise.amount')}
          value={amount}
          onChange={setAmount}
          scale={minorUnits(currency)}
          currency={currency}
          error={isAsked && isLow ? t('raise.above') : null}
        />
        <AreaField
          label={t('raise.reason')}
          value={reason}
          maxLength={4000}
          error={isAsked && isShort ? t('common:form.too_short', { count: SHORTEST_REASON }) : null}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
    </Sheet>
  );
}

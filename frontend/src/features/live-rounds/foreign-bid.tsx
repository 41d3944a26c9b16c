// A bid in another announced currency: what it counts as by the frozen rate, and the highest amount that is valid now.
import { useState, type FormEvent } from 'react';

import { checkAmount } from '@/domain/bidding';
import type { Amount } from '@/domain/money';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { MoneyInput } from '@/ui/money-input';

import css from './bid-panel.module.css';
import { moneyText, type LotView } from './lot-view';
import { countedAs, mostOf, sentAs, type OwnCurrency } from './own-currency';
import type { RoundInfo } from './room-data';
import type { Bidding } from './use-bidding';

interface ForeignBidProps {
  info: RoundInfo;
  lot: LotView;
  bidding: Bidding;
  own: OwnCurrency;
}

export function ForeignBid({ info, lot, bidding, own }: ForeignBidProps) {
  const { t } = useWords('live-rounds');
  const { facts, state } = lot;
  const [typed, setTyped] = useState<Amount>('');
  const { bounds } = bidding;
  if (own.rate === null || bounds === null) return null;
  const most = mostOf(own, bounds.highest, facts.scale);
  const amount = countedAs(own, typed, facts.scale);
  const verdict = amount === '' ? null : checkAmount(bounds, facts, state.own_amount, amount);
  const home = (text: Amount) => moneyText(text, info.tender.currency);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (verdict?.ok !== true || !bidding.can) return;
    bidding.offer(verdict.amount, sentAs(own, typed) ?? undefined);
    setTyped('');
  };
  return (
    <form className={css['typed']} onSubmit={submit}>
      <MoneyInput
        label={t('foreign.amount', { currency: own.code })}
        value={typed}
        onChange={setTyped}
        scale={facts.scale}
        currency={own.code}
        {...(facts.basis === 'unit' ? { unit: facts.unit } : {})}
        hint={
          <>
            {amount === '' ? t('foreign.rate', { currency: own.code, rate: own.rate, home: info.tender.currency }) : t('foreign.counts_as', { amount: home(amount) })}
            {most !== null && <> · {t('foreign.most', { amount: moneyText(most, own.code), home: home(countedAs(own, most, facts.scale)) })}</>}
          </>
        }
      />
      <div className={css['submit']}>
        <Button type="submit" size="large" disabled={!bidding.can || verdict?.ok !== true}>
          {t('bid.submit')}
        </Button>
      </div>
      <div className={css['fault']} aria-live="polite">
        {verdict?.ok === false && <span>{t(`fault.${verdict.code}`, { nearest: home(verdict.nearest), step: home(bounds.leastStep) })}</span>}
      </div>
    </form>
  );
}

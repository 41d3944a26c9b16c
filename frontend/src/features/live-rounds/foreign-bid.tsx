// A bid in another announced currency: what it counts as by the frozen rate, and the highest amount that is valid now. The rules
// and the guard look at what it counts as; the receipt says both.
import { useState, type FormEvent } from 'react';

import { checkAmount } from '@/domain/bidding';
import { converted, highestSent, sentText, type Currencies } from '@/domain/exchanging';
import type { Amount } from '@/domain/money';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { SelectField } from '@/ui/field';
import { MoneyInput } from '@/ui/money-input';

import css from './bid-panel.module.css';
import { moneyText, type LotView } from './lot-view';
import type { RoundInfo } from './room-data';
import type { Bidding } from './use-bidding';

interface ForeignBidProps {
  info: RoundInfo;
  lot: LotView;
  bidding: Bidding;
  currencies: Currencies;
}

export function ForeignBid({ info, lot, bidding, currencies }: ForeignBidProps) {
  const { t } = useWords('live-rounds');
  const { facts, state } = lot;
  const [currency, setCurrency] = useCurrency(info.id, currencies);
  const [typed, setTyped] = useState<Amount>('');
  const rate = currencies.rates.find((each) => each.currency === currency)?.rate;
  const { bounds } = bidding;
  if (rate === undefined || bounds === null) return null;
  const most = highestSent(bounds.highest, rate, facts.scale);
  const amount = typed === '' ? null : converted(typed, rate, facts.scale);
  const verdict = amount === null || amount === '0.00' ? null : checkAmount(bounds, facts, state.own_amount, amount);
  const home = (text: Amount) => moneyText(text, info.tender.currency);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (verdict?.ok !== true || !bidding.can) return;
    bidding.offer(verdict.amount, sentText(currency, typed));
    setTyped('');
  };
  return (
    <details className={css['foreign']}>
      <summary>{t('foreign.title', { list: currencies.rates.map((each) => each.currency).join(' · ') })}</summary>
      {currencies.rates.length > 1 && <SelectField label={t('foreign.currency')} value={currency} onChange={(event) => setCurrency(event.target.value)} options={currencies.rates.map((each) => ({ value: each.currency, label: each.currency }))} />}
      <form className={css['typed']} onSubmit={submit}>
        <MoneyInput
          label={t('foreign.amount', { currency })}
          value={typed}
          onChange={setTyped}
          scale={facts.scale}
          currency={currency}
          hint={
            <>
              {amount === null ? t('foreign.rate', { currency, rate, home: info.tender.currency }) : t('foreign.counts_as', { amount: home(amount) })}
              {most !== null && <> · {t('foreign.most', { amount: moneyText(most, currency), home: home(converted(most, rate, facts.scale)) })}</>}
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
    </details>
  );
}

/** The chosen currency, kept for this round in this tab. */
function useCurrency(roundId: string, currencies: Currencies): [string, (currency: string) => void] {
  const name = `bidroom.currency.${roundId}`;
  const [chosen, setChosen] = useState(() => sessionStorage.getItem(name) ?? currencies.rates[0]?.currency ?? '');
  const keep = (currency: string) => {
    sessionStorage.setItem(name, currency);
    setChosen(currency);
  };
  return [chosen, keep];
}

// The currency a bidder types its amounts in: the tender's, or another one with an announced rate. One choice for the field, the
// rows, pasted amounts and the limit; rules and guard look at what an amount counts as, and the receipt says both.
import { useState } from 'react';

import { checkAmount, type Bounds } from '@/domain/bidding';
import { converted, highestSent, sentText } from '@/domain/exchanging';
import type { Amount } from '@/domain/money';
import { useWords } from '@/i18n/use-words';
import { Switcher } from '@/ui/switcher';

import { moneyText, type LotView } from './lot-view';
import css from './own-currency.module.css';
import type { Quote } from './one-tap';
import type { RoundInfo } from './room-data';

export interface OwnCurrency {
  code: string;
  /** What one unit of it counts as; null where it is the tender's own. */
  rate: Amount | null;
  codes: readonly string[];
  choose: (code: string) => void;
}

/** The choice, kept for this round in this tab. */
export function useOwnCurrency(info: RoundInfo): OwnCurrency {
  const name = `bidroom.currency.${info.id}`;
  const home = info.tender.currency;
  const rates = info.rules.currencies?.rates ?? [];
  const [chosen, setChosen] = useState(() => sessionStorage.getItem(name) ?? home);
  const rate = rates.find((each) => each.currency === chosen)?.rate ?? null;
  return {
    code: rate === null ? home : chosen,
    rate,
    codes: [home, ...rates.map((each) => each.currency)],
    choose: (code) => {
      sessionStorage.setItem(name, code);
      setChosen(code);
    },
  };
}

/** What a typed amount counts as in the tender's currency; nothing for nothing. */
export function countedAs({ rate }: OwnCurrency, typed: Amount, scale: number): Amount {
  return rate === null || typed === '' ? typed : converted(typed, rate, scale);
}

/** As it goes out, where that is in another currency. */
export function sentAs({ code, rate }: OwnCurrency, typed: Amount): string | null {
  return rate === null ? null : sentText(code, typed);
}

/** The highest amount to type that counts as no more than a limit. */
export function mostOf({ rate }: OwnCurrency, limit: Amount, scale: number): Amount | null {
  return rate === null ? limit : highestSent(limit, rate, scale);
}

/** A button's quote for an amount of the rules: in another currency the highest amount that counts as no more. Where the
 * rules would not take what that counts as (multiples of a step), the amount itself, in the tender's currency. */
export function quoteFor(own: OwnCurrency, home: string, bounds: Bounds, { facts, state }: LotView, limit: Amount): Quote & { text: string } {
  const plain = { amount: limit, own: state.own_amount, text: moneyText(limit, home) };
  const most = own.rate === null ? null : mostOf(own, limit, facts.scale);
  if (most === null) return plain;
  const amount = countedAs(own, most, facts.scale);
  if (!checkAmount(bounds, facts, state.own_amount, amount).ok) return plain;
  return { ...plain, amount, sent: sentAs(own, most), text: moneyText(most, own.code) };
}

export function CurrencySwitch({ own }: { own: OwnCurrency }) {
  const { t } = useWords('live-rounds');
  if (own.codes.length === 1) return null;
  return (
    <div className={css['switch']}>
      <span className="small muted">{t('foreign.mine')}</span>
      <Switcher label={t('foreign.mine')} value={own.code} onChange={own.choose} options={own.codes.map((code) => ({ value: code, label: code }))} />
    </div>
  );
}

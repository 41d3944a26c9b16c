// Where a bid is made: quick amounts of whole steps, the typed amount with its consequences, the second look under it.
import type { FormEvent } from 'react';

import { percentChange, subtract, type Amount } from '@/domain/money';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { MoneyInput } from '@/ui/money-input';

import css from './bid-panel.module.css';
import { percentAmounts, quickAmounts } from '@/domain/bidding';
import { unitText } from '@/domain/units';
import { ConfirmPanel } from './confirm-panel';
import { ForeignBid } from './foreign-bid';
import { CurrencySwitch, quoteFor, type OwnCurrency } from './own-currency';
import { FloorField, FloorMargin } from './floor-field';
import { moneyText, plainDecimal, taxKey, totalOf, type LotView } from './lot-view';
import { mayType } from './moment';
import { OneTap } from './one-tap';
import type { RoundInfo } from './room-data';
import type { Bidding } from './use-bidding';
import { useWhyNot } from './why-not';

interface BidPanelProps {
  info: RoundInfo;
  lot: LotView;
  bidding: Bidding;
  fresh: boolean;
  own: OwnCurrency;
}

export function BidPanel({ info, lot, bidding, fresh, own }: BidPanelProps) {
  const { t } = useWords('live-rounds');
  const whyNot = useWhyNot(bidding, lot, info, fresh);
  if (!mayType(bidding.moment)) return <p className={css['said']}>{whyNot}</p>;
  return (
    <div className={css['panel']}>
      {whyNot !== null && <p className={css['said']}>{whyNot}</p>}
      {bidding.isQuiet ? <p className={css['quiet']}>{t('bid.leading_quiet')}</p> : <QuickAmounts info={info} lot={lot} bidding={bidding} own={own} />}
      {!bidding.isQuiet && <CurrencySwitch own={own} />}
      {!bidding.isQuiet && (own.rate === null ? <TypedBid info={info} lot={lot} bidding={bidding} /> : <ForeignBid key={own.code} info={info} lot={lot} bidding={bidding} own={own} />)}
      {bidding.doubt !== null && (
        <ConfirmPanel
          key={bidding.doubt.amount}
          doubt={bidding.doubt}
          lot={lot.facts}
          tender={info.tender}
          possible={bidding.can}
          onConfirm={bidding.confirm}
          onBack={bidding.back}
        />
      )}
      <FloorField lot={lot} currency={info.tender.currency} />
      <p className={css['step']}>
        {bidding.bounds !== null &&
          t('bid.least_step', {
            amount: moneyText(bidding.bounds.leastStep, info.tender.currency),
            percent: (percentChange(bidding.reference, subtract(bidding.reference, bidding.bounds.leastStep)) ?? '').replace('-', ''),
          })}
      </p>
    </div>
  );
}

function QuickAmounts({ info, lot, bidding, own: currency }: Omit<BidPanelProps, 'fresh'>) {
  const { t } = useWords('live-rounds');
  const own = lot.state.own_amount;
  const { bounds } = bidding;
  if (bounds === null) return null;
  // The first of them is the large button beside the figures.
  const more = quickAmounts(bounds, lot.facts, own)
    .slice(1)
    .map(({ steps, amount }) => ({ key: `s${steps}`, amount, note: `${t('bid.steps', { count: steps })} · ${percentText(bidding.reference, amount)}` }));
  const presets = percentAmounts(bounds, lot.facts, own)
    .filter(({ amount }) => more.every((each) => each.amount !== amount))
    .map(({ percent, amount }) => ({ key: `p${percent}`, amount, note: `−${percent} %` }));
  if (more.length + presets.length === 0) return null;
  return (
    <div className={css['quick']} role="group" aria-label={t('bid.quick')}>
      {[...more, ...presets].map(({ key, amount, note }) => {
        const { text, ...quote } = quoteFor(currency, info.tender.currency, bounds, lot, amount);
        return (
          <OneTap
            key={key}
            look="quiet"
            quote={quote}
            text={text}
            note={note}
            disabled={!bidding.can}
            busy={false}
            onTap={(tapped) => bidding.offer(tapped.amount, tapped.sent ?? undefined)}
          />
        );
      })}
    </div>
  );
}

/** −0.30 %, to two decimals. */
export function percentText(from: Amount, to: Amount): string {
  const change = percentChange(from, to) ?? '0';
  return `${change.replace('-', '−')} %`;
}

function TypedBid({ info, lot, bidding }: Omit<BidPanelProps, 'fresh' | 'own'>) {
  const { t, lang } = useWords('live-rounds');
  const { facts } = lot;
  const tax = t(taxKey(info.tender));
  const { verdict, draft } = bidding;
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (verdict?.ok === true) bidding.offer(verdict.amount);
  };
  return (
    <form className={css['typed']} onSubmit={submit} id="typed-bid">
      <MoneyInput
        label={`${t('bid.amount_label')} (${facts.basis === 'unit' ? t('bid.per_unit', { unit: unitText(lang, facts.unit), tax }) : t('bid.for_lot', { tax })})`}
        value={draft}
        onChange={bidding.setDraft}
        scale={facts.scale}
        currency={info.tender.currency}
        {...(facts.basis === 'unit' ? { unit: facts.unit } : {})}
        hint={verdict?.ok === true ? <Consequence info={info} lot={lot} bidding={bidding} amount={verdict.amount} /> : null}
      />
      <div className={css['submit']}>
        <Button type="submit" size="large" disabled={!bidding.can || verdict?.ok !== true}>
          {t('bid.submit')}
        </Button>
      </div>
      <div className={css['fault']} aria-live="polite">
        {verdict?.ok === false && bidding.bounds !== null && (
          <>
            <span>
              {t(`fault.${verdict.code}`, {
                nearest: moneyText(verdict.nearest, info.tender.currency),
                step: moneyText(bidding.bounds.leastStep, info.tender.currency),
              })}
            </span>
            <Button size="small" onClick={() => bidding.setDraft(verdict.nearest)}>
              {t('bid.use_nearest', { amount: moneyText(verdict.nearest, info.tender.currency) })}
            </Button>
          </>
        )}
      </div>
    </form>
  );
}

function Consequence({ info, lot, bidding, amount }: Omit<BidPanelProps, 'fresh' | 'own'> & { amount: Amount }) {
  const { t } = useWords('live-rounds');
  const { currency } = info.tender;
  const drop = subtract(bidding.reference, amount);
  const percent = plainDecimal((percentChange(bidding.reference, amount) ?? '0').replace('-', ''));
  const change = lot.state.own_amount === null ? (/[1-9]/.test(drop) ? 'bid.change_first' : 'bid.same_first') : 'bid.change';
  return (
    <span>
      {t(change, { amount: moneyText(drop, currency), percent })} · {t('bid.total', { amount: moneyText(totalOf(lot.facts, amount), currency) })}
      <FloorMargin lot={lot} amount={amount} currency={currency} />
    </span>
  );
}


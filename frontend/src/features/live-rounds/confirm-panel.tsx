// The second look at an amount, inline under the field (LR-22, LR-26): time and rank stay in view. The button arms after
// 400 ms, Enter confirms, Escape goes back; a large change asks to type the amount again; more than half is not sent.
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';

import { amountInWords } from '@/domain/amount-words';
import { compare, percentChange, type Amount } from '@/domain/money';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Icon } from '@/ui/icon';
import { MoneyInput } from '@/ui/money-input';

import css from './confirm-panel.module.css';
import type { Verdict } from '@/domain/guard';
import { moneyText, taxKey, totalOf } from './lot-view';
import type { RoundLot, RoundTender } from './room-data';
import { suspicionText } from './suspicion-text';

// Long enough that a doubled click does not confirm what it opened.
export const ARMING_MS = 400;

export interface Doubt {
  amount: Amount;
  /** As it goes out, where that is in another currency; `amount` is what it counts as. */
  sent?: string | null;
  /** What the amount is compared with: the own last bid or the published price. */
  reference: Amount;
  own: Amount | null;
  verdict: Verdict;
}

interface ConfirmPanelProps {
  doubt: Doubt;
  lot: RoundLot;
  tender: RoundTender;
  /** False when time ran out under the open panel. */
  possible: boolean;
  onConfirm: () => void;
  onBack: () => void;
}

export function ConfirmPanel({ doubt, lot, tender, possible, onConfirm, onBack }: ConfirmPanelProps) {
  const words = useWords('live-rounds');
  const { t, lang } = words;
  const { level } = doubt.verdict;
  const titleId = useId();
  const panel = useRef<HTMLDivElement>(null);
  const [isArmed, setArmed] = useState(false);
  const [again, setAgain] = useState('');
  useEffect(() => {
    panel.current?.focus();
    const timer = setTimeout(() => setArmed(true), ARMING_MS);
    return () => clearTimeout(timer);
  }, []);
  const matches = again !== '' && compare(again, doubt.amount) === 0;
  const ready = possible && isArmed && level !== 'blocked' && (level !== 'retype' || matches);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.repeat) return;
    if (event.key === 'Escape') onBack();
    if (event.key === 'Enter' && ready && !(event.target instanceof HTMLButtonElement)) onConfirm();
  };
  const amount = moneyText(doubt.amount, tender.currency);
  const title = level === 'blocked' ? t('guard.title_blocked') : level === 'retype' ? t('guard.title_retype') : t('guard.title_confirm');
  return (
    <div ref={panel} className={[css['panel'], css[level]].join(' ')} role="group" aria-labelledby={titleId} tabIndex={-1} onKeyDown={onKeyDown}>
      <p id={titleId} className={css['title']}>
        <Icon name="warn" size={16} />
        {possible ? title : t('guard.ended')}
      </p>
      <p className={css['amount']}>
        {amount} <small>{t(taxKey(tender))}</small>
        {typeof doubt.sent === 'string' && <small> · {t('foreign.sent', { sent: doubt.sent })}</small>}
      </p>
      <p className={css['words']} lang={lang}>
        {t('guard.in_words')} {amountInWords(doubt.amount, tender.currency, lang)}
      </p>
      <p>
        {t('guard.drop', { percent: (percentChange(doubt.reference, doubt.amount) ?? '').replace('-', ''), amount: moneyText(doubt.reference, tender.currency) })} ·{' '}
        {t('bid.total', { amount: moneyText(totalOf(lot, doubt.amount), tender.currency) })}
      </p>
      {doubt.verdict.suspicions.map((suspicion) => (
        <p key={suspicion.kind} className={css['suspicion']}>
          {suspicionText(suspicion, lot, tender, words)}
        </p>
      ))}
      {level === 'blocked' && <p>{t('guard.blocked', { amount: moneyText(doubt.reference, tender.currency) })}</p>}
      {level === 'retype' && possible && (
        <MoneyInput
          label={t('guard.retype_label', { amount })}
          value={again}
          onChange={setAgain}
          scale={lot.scale}
          currency={tender.currency}
          autoFocus
          error={again !== '' && !matches && again.length >= doubt.amount.length ? t('guard.retype_wrong') : null}
        />
      )}
      <div className={css['actions']}>
        <Button onClick={onBack} size="large">
          {t('guard.back')}
        </Button>
        {level !== 'blocked' && possible && (
          <Button look="primary" size="large" disabled={!ready} onClick={onConfirm}>
            {isArmed ? t('guard.confirm', { amount }) : t('guard.arming')}
          </Button>
        )}
      </div>
    </div>
  );
}

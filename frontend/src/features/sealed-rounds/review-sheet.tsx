// The last look before sealing: the amount in figures and words, the guard against slips (LR-22, LR-23), finds of the own
// name, the custody. The button arms after a moment; a far-off amount is typed once more.
import { useEffect, useState } from 'react';

import { amountInWords } from '@/domain/amount-words';
import { judge, type Suspicion } from '@/domain/guard';
import { compare, percentChange } from '@/domain/money';
import { unitText } from '@/domain/units';
import { useWords, type Words } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Instant } from '@/ui/instant';
import { MoneyInput } from '@/ui/money-input';
import { Sheet } from '@/ui/sheet';

import { CustodyNote } from './custody-note';
import { focusField } from './focus-field';
import { hitKey, NameHits, useNameHits } from './name-hits';
import { amountOf, worthOf } from './offer';
import type { LotDesk, OfferDesk } from './offer-desk';
import { money, taxKey } from './price-sheet';
import type { Criterion, SealedLot, SealedRound } from './queries';
import css from './sealed.module.css';

// Long enough that a doubled click does not confirm what it opened.
const ARMING_MS = 400;

interface ReviewSheetProps {
  round: SealedRound;
  lot: SealedLot;
  criteria: readonly Criterion[];
  held: LotDesk;
  desk: OfferDesk;
  zone: string;
  onClose: () => void;
}

export function ReviewSheet({ round, lot, criteria, held, desk, zone, onClose }: ReviewSheetProps) {
  const words = useWords('sealed-rounds');
  const { t, lang } = words;
  const amount = amountOf(lot, held.offer) ?? '';
  const isArmed = useArmed();
  const [again, setAgain] = useState('');
  const names = useNameHits(criteria, held);
  const verdict = judgeOffer(lot, amount);
  // On the floor a bid may come down in steps; here this one amount is all there is, so that even a far-off one can be meant.
  const isRetyped = verdict.level === 'send' || verdict.level === 'confirm' || (again !== '' && compare(again, amount) === 0);
  const isClear = names.isReady && names.hits.every((hit) => held.offer.cleared.includes(hitKey(hit)));
  const isReading = held.files.some((file) => file.state === 'reading');
  const isReady = isArmed && isRetyped && isClear && !isReading;
  const seal = () => {
    onClose();
    void desk.seal(round, lot, criteria);
  };
  const correct = (where: string) => {
    onClose();
    // After the dialog has given the focus back.
    setTimeout(() => focusField(criteria.some((each) => each.id === where) ? `answer.${where}` : 'files'), 0);
  };
  return (
    <Sheet
      wide
      title={t(lot.current?.state === 'live' ? 'review.title_replace' : 'review.title')}
      onClose={onClose}
      foot={
        <div className="row">
          <Button size="large" onClick={onClose}>
            {t('review.back')}
          </Button>
          <Button size="large" look="primary" icon="lock" disabled={!isReady} onClick={seal}>
            {isArmed ? t('review.seal') : t('review.arming')}
          </Button>
        </div>
      }
    >
      <div className="stack">
        {lot.current?.state === 'live' && <Banner tone="warn">{t('review.replaces')}</Banner>}
        <div className={css['review']}>
          <p className={css['big']}>
            {money(amount, lot.currency)} <small>{t(taxKey(lot))}{lot.basis === 'unit' && ` · ${t('common:money.per_unit', { unit: unitText(lang, lot.unit) })}`}</small>
          </p>
          <p lang={lang === 'zh' ? 'zh-CN' : 'en'}>
            {t('price.in_words')} {amountInWords(amount, lot.currency, lang)}
          </p>
          <p>
            {t('price.total')} {money(worthOf(lot, amount), lot.currency)} · {t('review.below', { percent: (percentChange(lot.ceiling_price, amount) ?? '0').replace('-', ''), amount: money(lot.ceiling_price, lot.currency) })}
          </p>
        </div>
        {verdict.suspicions.map((suspicion) => (
          <Banner key={suspicion.kind} tone="warn">
            {sayDoubt(suspicion, lot, words)}
          </Banner>
        ))}
        {(verdict.level === 'retype' || verdict.level === 'blocked') && (
          <MoneyInput
            label={t('review.retype', { amount: money(amount, lot.currency) })}
            hint={t('review.retype_why')}
            value={again}
            onChange={setAgain}
            scale={lot.scale}
            currency={lot.currency}
            error={again.length >= amount.length && compare(again, amount) !== 0 ? t('review.differs') : null}
          />
        )}
        {criteria.length > 0 && <p>{t('review.technical', { count: criteria.length, files: held.files.filter((file) => file.state === 'ready').length })}</p>}
        <NameHits names={names} criteria={criteria} files={held.files} onClean={(id) => void desk.cleanFile(lot.lot_id, id)} cleared={held.offer.cleared} onClear={(cleared) => desk.edit(lot.lot_id, { cleared })} onCorrect={correct} />
        <p>
          {t('lobby.closes')} <Instant at={round.closes_at} zone={zone} as="second" named />
        </p>
        <CustodyNote round={round} />
      </div>
    </Sheet>
  );
}

function useArmed(): boolean {
  const [isArmed, setArmed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setArmed(true), ARMING_MS);
    return () => clearTimeout(timer);
  }, []);
  return isArmed;
}

/** Against the published ceiling alone: nothing of a rival, nothing of the own past. */
function judgeOffer(lot: SealedLot, amount: string) {
  if (amount === '') return { level: 'send' as const, suspicions: [] };
  return judge({ amount, reference: lot.ceiling_price, leastStep: '0', basis: lot.basis === 'total' ? 'total' : 'unit', quantity: lot.quantity, others: [] });
}

function sayDoubt(suspicion: Suspicion, lot: SealedLot, { t, lang }: Words<'sealed-rounds'>): string {
  switch (suspicion.kind) {
    case 'factor':
      return t('doubt.factor', { factor: suspicion.factor, way: t(suspicion.more ? 'doubt.large' : 'doubt.small') });
    case 'vat':
      return t(suspicion.more ? 'doubt.vat_more' : 'doubt.vat_less', { rate: suspicion.rate.padStart(2, '0'), tax: t(taxKey(lot)) });
    case 'total_as_unit':
      return t('doubt.total_as_unit', { unit: unitText(lang, lot.unit) });
    case 'other_lot':
      return t('doubt.other_lot', { lot: suspicion.lot });
    case 'own_floor':
      // A private floor is kept for the live room alone; no offer is judged by one here.
      return '';
  }
}

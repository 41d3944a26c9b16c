// One lot of a supplier's own award: type the final price, look at it once more, seal it on this device, keep the receipt.

import { useState } from 'react';

import { fetchRotations } from '@/api/journal-keys';
import { amountInWords } from '@/domain/amount-words';
import { pick } from '@/domain/lang';
import { compare, percentChange, rescale } from '@/domain/money';
import { unitText } from '@/domain/units';
import { useWords } from '@/i18n/use-words';
import { vouchingKey } from '@/journal/key-history';
import { checkReceipt, type KeyPolicy } from '@/sealing/seal';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { Instant } from '@/ui/instant';
import { Money } from '@/ui/money';
import { MoneyInput } from '@/ui/money-input';
import { ProblemAlert } from '@/ui/problem-alert';

import { useHandIn, type FinalLot, type FinalOffers, type FinalReceipt, type FinalRound } from './final-queries';
import { sealFinal, type SealFault } from './final-sealing';
import { saveJson } from './save-json';

interface Props {
  tenderId: string;
  sheet: FinalOffers;
  round: FinalRound;
  lot: FinalLot;
}

// From here on a price is typed once more: a lost digit binds.
const FAR_PERCENT = '-20';

export function FinalLotForm({ tenderId, sheet, round, lot }: Props) {
  const { t, lang } = useWords('final-offers');
  const handIn = useHandIn(tenderId, round.id);
  const [amount, setAmount] = useState('');
  const [again, setAgain] = useState('');
  const [isLooking, setLooking] = useState(false);
  const [isSealing, setSealing] = useState(false);
  const [fault, setFault] = useState<SealFault | null>(null);
  const [isOdd, setOdd] = useState(false);
  const most = rescale(lot.most, lot.scale);
  const isHigh = amount !== '' && compare(amount, lot.most) > 0;
  const percent = amount === '' ? null : percentChange(lot.most, amount);
  const isFar = percent !== null && compare(percent, FAR_PERCENT) <= 0;
  const isClear = !isFar || (again !== '' && compare(again, amount) === 0);
  const change = (typed: string) => {
    setAmount(typed);
    setLooking(false);
    setAgain('');
    setFault(null);
  };
  const seal = async () => {
    setSealing(true);
    const sealed = await sealFinal(round, lot, sheet.currency, rescale(amount, lot.scale));
    setSealing(false);
    if (typeof sealed === 'string') {
      setFault(sealed);
      return;
    }
    handIn.mutate(sealed, {
      onSuccess: (receipt) => {
        announce(t('handed_in'));
        change('');
        void vouchingKey((round.policy as unknown as KeyPolicy).journal_key, receipt, fetchRotations)
          .then((key) => checkReceipt(receipt, key, sealed.header))
          .then((found) => setOdd(found !== null), () => setOdd(true));
      },
    });
  };
  const title = `${String(lot.number)} · ${pick(lang, { zh: lot.title_zh, en: lot.title_en })}`;
  const shown = <Money amount={most} currency={sheet.currency} />;
  return (
    <section className="stack" aria-label={title}>
      <h4>{title}</h4>
      <Facts
        items={[
          { term: t('in_force'), value: <>{shown} <small className="muted">{lot.basis === 'unit' ? t('per_unit', { unit: unitText(lang, lot.unit) }) : t('per_total')}</small></> },
        ]}
      />
      {lot.receipt && <Receipt receipt={lot.receipt} rev={lot.rev} />}
      {isOdd && <Banner tone="bad">{t('receipt_bad')}</Banner>}
      <MoneyInput label={t('your_price')} hint={t('your_price_hint', { most })} value={amount} onChange={change} scale={lot.scale} currency={sheet.currency} error={isHigh ? t('too_high', { most }) : null} />
      {fault && <Banner tone="bad">{fault === 'POLICY' ? t('policy_differs') : fault === 'NO_WEBCRYPTO' ? t('no_crypto') : t('not_sealed', { code: fault })}</Banner>}
      <ProblemAlert error={handIn.error} />
      {isLooking ? (
        <div className="stack">
          <p lang={lang === 'zh' ? 'zh-CN' : 'en'}>
            <strong>
              <Money amount={amount} currency={sheet.currency} />
            </strong>{' '}
            {amountInWords(amount, sheet.currency, lang)}
          </p>
          <p>{t('confirm_why')}</p>
          {isFar && (
            <Banner tone="warn">{t('far', { percent: percent.replace('-', '') })}</Banner>
          )}
          {isFar && <MoneyInput label={t('again')} value={again} onChange={setAgain} scale={lot.scale} currency={sheet.currency} error={again !== '' && !isClear && again.length >= amount.length ? t('differs') : null} />}
          <div className="row">
            <Button onClick={() => setLooking(false)}>{t('common:actions.cancel')}</Button>
            <Button look="primary" icon="lock" busy={isSealing || handIn.isPending} disabled={!isClear} onClick={() => void seal()}>
              {t('confirm', { amount })}
            </Button>
          </div>
        </div>
      ) : (
        <div className="row">
          <Button look="primary" icon="lock" disabled={amount === '' || isHigh} onClick={() => setLooking(true)}>
            {t(lot.rev === 0 ? 'seal' : 'replace')}
          </Button>
        </div>
      )}
    </section>
  );
}

function Receipt({ receipt, rev }: { receipt: FinalReceipt; rev: number }) {
  const { t } = useWords('final-offers');
  return (
    <Banner
      tone="good"
      title={t('handed_in')}
      actions={
        <Button icon="export" onClick={() => saveJson(receipt, `bidroom-receipt-${receipt.package.slice(0, 8)}-${receipt.rev}.json`)}>
          {t('receipt_save')}
        </Button>
      }
    >
      <p>
        {t('revision', { number: rev })} · <Instant at={new Date(receipt.received_at).toISOString()} as="ms" named />
      </p>
      <p className="small muted">{t('replaces')}</p>
      <p className="small">
        {t('package')} <code>{receipt.package.slice(0, 16)}…</code>
      </p>
    </Banner>
  );
}

// The offer on one lot: technical answers, files, the price; the buttons below seal it, replace it or take it back.
import { useState } from 'react';

import { pick } from '@/domain/lang';
import { quantityText } from '@/domain/units';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { Tag } from '@/ui/state-tag';

import { CriterionField } from './criterion-field';
import { CustodyNote } from './custody-note';
import { ElsewherePanel } from './elsewhere-panel';
import { FilesField } from './files-field';
import { focusField } from './focus-field';
import type { LineState } from './line';
import { isOnItsWay, TONES, type LotState } from './lot-state';
import { faultsOf, type OfferFault } from './offer';
import type { LotDesk, OfferDesk } from './offer-desk';
import { PriceSheet } from './price-sheet';
import type { OwnPackage, SealedLot, SealedRound } from './queries';
import { ReceiptPanel } from './receipt-panel';
import { ReviewSheet } from './review-sheet';
import css from './sealed.module.css';
import { StepNote } from './step-note';
import { WithdrawSheet } from './withdraw-sheet';

interface LotOfferProps {
  round: SealedRound;
  lot: SealedLot;
  desk: OfferDesk;
  held: LotDesk;
  state: LotState;
  own: readonly OwnPackage[];
  zone: string;
  line: LineState;
  mayBid: boolean;
}

export function LotOffer(props: LotOfferProps) {
  const { round, lot, desk, held, state, own, zone, mayBid } = props;
  const { t, lang } = useWords('sealed-rounds');
  const criteria = (round.has_technical && round.evaluation?.technical?.criteria) || [];
  const [isTried, setTried] = useState(false);
  const [opened, open] = useState<'review' | 'withdraw' | null>(null);
  const isOver = round.status !== 'open' && round.status !== 'scheduled';
  const isBusy = held.step !== null && isOnItsWay(held.step);
  const faults = faultsOf(lot, criteria, held.offer);
  const canAct = round.status === 'open' && round.policy_digest !== '' && mayBid && round.tag !== null && !isBusy && held.step?.step !== 'unsent';
  const errorOf = (field: string): OfferFault | null => {
    const fault = faults.find((each) => each.field === field);
    return fault !== undefined && (isTried || fault.code !== 'MISSING') ? fault : null;
  };
  const review = () => {
    setTried(true);
    const [first] = faults;
    if (first === undefined) return open('review');
    announce(t('act.incomplete', { count: faults.length }), 'alert');
    focusField(first.field);
  };
  return (
    <div className="stack">
      <ReceiptPanel {...props} own={own} />
      <fieldset className="stack" disabled={isOver || isBusy}>
        <legend className="visually-hidden">{t('offer.legend', { number: lot.number })}</legend>
        {criteria.length > 0 && (
          <Panel title={t('offer.technical')} note={t('offer.technical_note')}>
            <div className={css['criteria']}>
              {criteria.map((criterion) => (
                <CriterionField key={criterion.id} criterion={criterion} lotId={lot.lot_id} offer={held.offer} desk={desk} fault={errorOf(`answer.${criterion.id}`)} />
              ))}
              <FilesField lot={lot} held={held} desk={desk} />
            </div>
          </Panel>
        )}
        <Panel title={`${t('offer.price')} · ${String(lot.number)} ${pick(lang, { zh: lot.title_zh, en: lot.title_en })}`} note={quantityText(lang, lot.quantity, lot.unit)}>
          <PriceSheet lot={lot} offer={held.offer} desk={desk} errorOf={errorOf} />
        </Panel>
      </fieldset>
      <StepNote held={held} onSend={() => void desk.send(lot.lot_id)} onDrop={() => void desk.drop(lot.lot_id)} onDismiss={() => desk.dismiss(lot.lot_id)} />
      {!isOver && (
        <section className={css['acts']} aria-label={t('act.title')}>
          <CustodyNote round={round} />
          <div className={css['buttons']}>
            <Tag tone={TONES[state]}>{t(`state.${state}`)}</Tag>
            {lot.current?.state === 'live' && (
              <Button size="large" look="quiet" disabled={!canAct} onClick={() => open('withdraw')}>
                {t('act.withdraw')}
              </Button>
            )}
            <Button size="large" look="primary" icon="lock" disabled={!canAct} onClick={review}>
              {t(lot.current?.state === 'live' ? 'act.replace' : 'act.seal')}
            </Button>
          </div>
          <p className="small muted">{t(round.status === 'scheduled' ? 'act.not_open' : 'act.kept_here')}</p>
        </section>
      )}
      {!isOver && <ElsewherePanel round={round} lot={lot} desk={desk} held={held} canAct={canAct} />}
      {opened === 'review' && canAct && <ReviewSheet round={round} lot={lot} criteria={criteria} held={held} desk={desk} zone={zone} onClose={() => open(null)} />}
      {opened === 'withdraw' && canAct && <WithdrawSheet lot={lot} onClose={() => open(null)} onWithdraw={() => void desk.withdraw(lot)} />}
    </div>
  );
}

// The receipt of the newest package on a lot, its custody, digest and time; the recovery file; the earlier revisions.
import { useEffect, useRef, useState } from 'react';

import { formatInstant, zoneLabel } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { Panel } from '@/ui/panel';
import { Tag } from '@/ui/state-tag';

import { TONES, type LotState } from './lot-state';
import type { Receipt } from './messages';
import type { LotDesk } from './offer-desk';
import { money } from './price-sheet';
import type { OwnPackage, SealedLot, SealedRound } from './queries';
import { RecoverySheet } from './recovery-sheet';
import { saveJson } from './save-json';
import css from './sealed.module.css';

interface ReceiptPanelProps {
  round: SealedRound;
  lot: SealedLot;
  held: LotDesk;
  state: LotState;
  own: readonly OwnPackage[];
  zone: string;
}

export function ReceiptPanel({ round, lot, held, state, own, zone }: ReceiptPanelProps) {
  const { t, lang } = useWords('sealed-rounds');
  const [isRecovering, setRecovering] = useState(false);
  const current = lot.current;
  const place = useShownOn(held.step?.step === 'receipted' && current !== null ? current.receipt['entry_hash'] : null);
  if (current === null) return null;
  const receipt = current.receipt as unknown as Receipt;
  const isWithdrawn = current.state === 'withdrawn';
  const isVoid = current.state === 'void';
  const earlier = own.filter((one) => one.lot_id === lot.lot_id && one.rev < current.rev);
  const isMine = held.kept?.isReceipted === true && held.kept.digest === current.package;
  const save = () => saveJson(`bidroom-receipt-${receipt.package.slice(0, 8)}-${receipt.rev}.json`, receipt);
  return (
    <div ref={place} tabIndex={-1} className={css['receipt']}>
      <Panel
        title={t(isVoid ? 'receipt.void' : isWithdrawn ? 'receipt.withdrawn' : 'receipt.title')}
        note={<Tag tone={TONES[state]}>{t(`state.${state}`)}</Tag>}
        foot={
          <div className="row">
            <Button icon="export" onClick={save}>
              {t('receipt.save')}
            </Button>
            {held.secrets !== null && isMine && <Button onClick={() => setRecovering(true)}>{t('recovery.offer')}</Button>}
          </div>
        }
      >
        <div className="stack">
          {isVoid ? (
            <Banner tone="bad" title={t('receipt.void_title')}>
              {t(round.status !== 'open' ? 'receipt.void_over' : round.policy_digest === '' ? 'receipt.void_waits' : 'receipt.void_why')}
            </Banner>
          ) : (
            <p>{t(isWithdrawn ? 'receipt.withdrawn_why' : state === 'changed' ? 'receipt.changed_why' : 'receipt.why')}</p>
          )}
          <Facts
            items={[
              ...(isMine && !isWithdrawn && held.kept !== null ? [{ term: t('receipt.amount'), value: held.kept.amount === '' ? t('elsewhere.amount') : <strong className="num">{money(held.kept.amount, lot.currency)}</strong> }] : []),
              { term: t('receipt.received'), value: <Stamp at={receipt.received_at} zone={zone} /> },
              { term: t('receipt.custody'), value: lang === 'zh' ? round.custody_zh : round.custody_en },
              { term: t('receipt.rev'), value: String(current.rev) },
            ]}
          />
          <details className={css['levels']}>
            <summary>{t('receipt.more')}</summary>
            <Facts
              items={([['package', receipt.package], ['policy', receipt.policy], ['entry', receipt.entry_hash], ['key', receipt.key_id], ['signature', receipt.sig]] as const).map(([term, value]) => ({
                term: t(`receipt.${term}`),
                value: <code className={css['hash']}>{value}</code>,
              }))}
            />
          </details>
          {earlier.length > 0 && (
            <details className={css['levels']}>
              <summary>{t('receipt.earlier', { count: earlier.length })}</summary>
              <ul>
                {earlier.map((one) => (
                  <li key={one.rev}>
                    {t('receipt.revision', { number: one.rev })} · {t(`revision.${one.state}`)} · <Stamp at={one.received_at} zone={zone} />
                  </li>
                ))}
              </ul>
            </details>
          )}
        </div>
        {isRecovering && held.kept !== null && held.secrets !== null && <RecoverySheet header={held.kept.header} secrets={held.secrets} onClose={() => setRecovering(false)} />}
      </Panel>
    </div>
  );
}

/** The answer comes where one looks: the receipt stands at the top, the button that brought it at the end of the form. */
function useShownOn(receipted: unknown) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (receipted === null) return;
    place.current?.focus({ preventScroll: true });
    place.current?.scrollIntoView({ block: 'start' });
  }, [receipted]);
  return place;
}

function Stamp({ at, zone }: { at: number | string; zone: string }) {
  const { lang } = useWords('sealed-rounds');
  const ms = typeof at === 'number' ? at : new Date(at).getTime();
  return (
    <time dateTime={new Date(ms).toISOString()}>
      <span className="num">{formatInstant(ms, zone, 'ms')}</span> <span className="muted">{zoneLabel(zone, lang, ms)}</span>
    </time>
  );
}

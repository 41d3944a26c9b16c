// The side panel of an act (CK-06, CK-07): fields, then what happens and what every bidder gets, then the second confirm.
import { useState } from 'react';

import { formatInstant } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';

import { closesAfter, EMPTY_DRAFT, faultsOf, toAct, type ActDraft, type ActKind } from './act-draft';
import { ActFields } from './act-fields';
import { ActPreview } from './act-preview';
import css from './act-drawer.module.css';
import { useAct, type CockpitInfo } from './cockpit-data';
import { hasFigures, type WatchedLot } from './cockpit-lot';
import { lotTitle } from './lot-view';

export type { ActKind } from './act-draft';

export interface ActInput {
  kind: ActKind;
  info: CockpitInfo;
  lot: WatchedLot;
}

export default function ActDrawer({ kind, info, lot, onClose }: ActInput & { onClose: () => void }) {
  const { t, lang } = useWords('cockpit');
  const [draft, setDraft] = useState<ActDraft>(() => (kind === 'pause' ? { ...EMPTY_DRAFT, zh: t('blocks.technical_zh'), en: t('blocks.technical_en') } : EMPTY_DRAFT));
  const [isReviewing, setReviewing] = useState(false);
  const [isTried, setTried] = useState(false);
  const act = useAct(info.id);
  const bids = hasFigures(lot.state) ? lot.state.series : [];
  const faults = faultsOf(kind, draft, bids);
  const review = () => {
    setTried(true);
    setReviewing(faults.length === 0);
  };
  const confirm = () => {
    act.mutate(toAct(kind, draft, lot.lot.id, bids), {
      onSuccess: () => {
        announce(t(kind === 'void' ? 'acts.proposed' : 'acts.sent'));
        onClose();
      },
    });
  };
  return (
    <Sheet
      as="drawer"
      onClose={onClose}
      title={t(`acts.${kind}`)}
      foot={
        <div className={css['foot']}>
          {isReviewing ? (
            <>
              <Button onClick={() => setReviewing(false)}>{t('acts.back')}</Button>
              <Button look={kind === 'void' ? 'danger' : 'primary'} busy={act.isPending} onClick={confirm}>
                {t(`acts.${kind}_confirm`, { number: lot.lot.number, minutes: draft.minutes })}
              </Button>
            </>
          ) : (
            <Button look="primary" onClick={review}>
              {t('acts.review')}
            </Button>
          )}
        </div>
      }
    >
      <div className="stack">
        {kind !== 'broadcast' && <p className={css['lot']}>{t('acts.lot', { number: lot.lot.number, title: lotTitle(lang, lot.lot) })}</p>}
        {isReviewing ? (
          <>
            <Banner tone={kind === 'void' ? 'warn' : 'calm'} title={t('acts.effect')}>
              {effectText(kind, info, lot, draft, t)}
            </Banner>
            <ActPreview kind={kind} draft={draft} />
          </>
        ) : (
          <ActFields kind={kind} info={info} bids={bids} draft={draft} onChange={(change) => setDraft((before) => ({ ...before, ...change }))} faults={isTried ? faults : []} />
        )}
        <ProblemAlert error={act.error} />
      </div>
    </Sheet>
  );
}

type T = ReturnType<typeof useWords<'cockpit'>>['t'];

function effectText(kind: ActKind, info: CockpitInfo, lot: WatchedLot, draft: ActDraft, t: T): string {
  const zone = info.tender.time_zone;
  return t(`acts.${kind}_effect`, {
    number: lot.lot.number,
    before: formatInstant(lot.state.closes_at, zone, 'time-second'),
    time: kind === 'resume' ? resumeText(draft, t) : formatInstant(closesAfter(lot.state, draft), zone, 'time-second'),
  });
}

export function resumeText(draft: ActDraft, t: T): string {
  return t('acts.resume_minutes', { count: Math.round((draft.resumeInS ?? 120) / 60) });
}

// The side panel of an act (CK-06, CK-07): fields, then what happens and what every bidder gets, then the second confirm.
import { useState } from 'react';

import { formatInstant } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';

import { closesAfter, EMPTY_DRAFT, faultsOf, isProposal, maySend, speaks, toAct, type ActDraft, type ActKind } from './act-draft';
import { ActFields } from './act-fields';
import { ActPreview } from './act-preview';
import css from './act-drawer.module.css';
import { useAct, useMessageCheck, type CockpitInfo } from './cockpit-data';
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
  const [draft, setDraft] = useState<ActDraft>(() => {
    // A pause and a cancellation begin with a text that fits most of them.
    const block = kind === 'pause' ? 'technical' : kind === 'cancel' ? 'cancel' : null;
    return block === null ? EMPTY_DRAFT : { ...EMPTY_DRAFT, zh: t(`blocks.${block}_zh`), en: t(`blocks.${block}_en`) };
  });
  const [isReviewing, setReviewing] = useState(false);
  const [isTried, setTried] = useState(false);
  const act = useAct(info.id);
  const check = useMessageCheck(info.id);
  const leaks = speaks(kind) ? (check.data?.leaks ?? []) : [];
  const bids = hasFigures(lot.state) ? lot.state.series : [];
  const faults = faultsOf(kind, draft, bids);
  const change = (part: Partial<ActDraft>) => setDraft((before) => ({ ...before, ...part }));
  const review = () => {
    setTried(true);
    if (faults.length > 0) return;
    if (!speaks(kind)) setReviewing(true);
    else check.mutate({ zh: draft.zh.trim(), en: draft.en.trim() }, { onSuccess: () => setReviewing(true) });
  };
  const edit = () => {
    setReviewing(false);
    // Looked at were the numbers of the text as it was.
    change({ amountsChecked: false });
  };
  const confirm = () => {
    act.mutate(toAct(kind, draft, lot.lot.id, bids), {
      onSuccess: () => {
        announce(t(isProposal(kind) ? `acts.${kind === 'cancel' ? 'proposed_cancel' : 'proposed'}` : 'acts.sent'));
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
              <Button onClick={edit}>{t('acts.back')}</Button>
              <Button look={isProposal(kind) ? 'danger' : 'primary'} busy={act.isPending} disabled={!maySend(leaks, draft)} onClick={confirm}>
                {t(`acts.${kind}_confirm`, { number: lot.lot.number, minutes: draft.minutes })}
              </Button>
            </>
          ) : (
            <Button look="primary" busy={check.isPending} onClick={review}>
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
            <Banner tone={isProposal(kind) ? 'warn' : 'calm'} title={t('acts.effect')}>
              {effectText(kind, info, lot, draft, t)}
            </Banner>
            <ActPreview kind={kind} info={info} draft={draft} leaks={leaks} onChange={change} />
          </>
        ) : (
          <>
            {kind === 'cancel' && <Banner>{t('acts.cancel_why')}</Banner>}
            <ActFields kind={kind} info={info} bids={bids} draft={draft} onChange={change} faults={isTried ? faults : []} />
          </>
        )}
        <ProblemAlert error={act.error ?? check.error} />
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

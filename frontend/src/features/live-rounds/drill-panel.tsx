// The six drills of the practice room: what to do next, what is done, the pass (SCREENS.md SP-05).
import { useEffect, useRef } from 'react';

import { formatInstant, viewerZone } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Icon } from '@/ui/icon';
import { Panel } from '@/ui/panel';

import { DevicePanel } from './device-panel';
import { DRILLS, type Drill, type SupplierLot } from './messages';
import type { PracticeLine } from './practice-line';
import css from './practice.module.css';
import type { Room } from './use-room';

interface DrillPanelProps {
  room: Room<SupplierLot>;
  line: PracticeLine;
}

export function DrillPanel({ room, line }: DrillPanelProps) {
  const { t } = useWords('room-aids');
  const { session, view } = room;
  const done = view.practice?.done ?? [];
  const next = DRILLS.find((drill) => !done.includes(drill)) ?? null;
  usePasteDrill(room, done.includes('paste'));
  const start = (drill: Drill) => {
    session.drill(drill);
    if (drill === 'disconnect') line.arm();
  };
  const hasBid = view.lots.some((lot) => lot.own_amount !== null);
  return (
    <div className={css['practice']}>
      <Panel title={t('practice.title')} note={t('practice.count', { done: done.length, all: DRILLS.length })}>
        {(view.practice?.passed_until ?? null) !== null && (
          <Banner tone="good" title={t('practice.passed')}>
            <p>{t('practice.valid', { date: formatInstant(view.practice?.passed_until ?? '', viewerZone(), 'date') })}</p>
          </Banner>
        )}
        <ol className={css['drills']}>
          {DRILLS.map((drill) => (
            <li key={drill} className={css[done.includes(drill) ? 'done' : drill === next ? 'next' : 'later']} aria-current={drill === next ? 'step' : undefined}>
              <span className={css['mark']}>{done.includes(drill) ? <Icon name="check" size={15} /> : DRILLS.indexOf(drill) + 1}</span>
              <div>
                <p className={css['name']}>
                  {t(`drills.${drill}.name`)}
                  {done.includes(drill) && <span className="visually-hidden"> – {t('practice.done')}</span>}
                </p>
                {drill === next && <p className="muted">{t(`drills.${drill}.how`)}</p>}
                {drill === next && (drill === 'extension' || drill === 'disconnect') && (
                  <Button size="small" look="primary" disabled={!view.fresh || !hasBid} onClick={() => start(drill)}>
                    {t(`drills.${drill}.start`)}
                  </Button>
                )}
              </div>
            </li>
          ))}
        </ol>
        <p className="muted small">{t('practice.alone')}</p>
      </Panel>
      <DevicePanel link={view.link} />
    </div>
  );
}

/** A paste anywhere on the page, and a bid accepted after it: the page alone sees the first half. */
function usePasteDrill({ session, view }: Room<SupplierLot>, isDone: boolean): void {
  const pastedAt = useRef<number | null>(null);
  useEffect(() => {
    const note = () => {
      pastedAt.current = view.outbox.length;
    };
    document.addEventListener('paste', note);
    return () => document.removeEventListener('paste', note);
  }, [view.outbox.length]);
  useEffect(() => {
    if (isDone || pastedAt.current === null) return;
    if (view.outbox.slice(pastedAt.current).some((bid) => bid.state === 'accepted')) session.drill('paste');
  }, [isDone, session, view.outbox]);
}

// Two minutes before the session ends: says so, and one key puts it off (ACCESS.md section 1, SCREENS.md 1.2).
// An open room or cockpit keeps the session alive by itself, so that the warning never comes there.

import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';

import { ME, lookAtSession, showSign, type SessionEnd } from '@/api/session';
import { toMs } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Countdown } from '@/ui/countdown';
import { Sheet } from '@/ui/sheet';

export const WARN_MS = 2 * 60_000;
// While the warning stands another page of the same person may have put the end off.
const LOOK_AGAIN_MS = 10_000;
// Timers of browsers take no more than 24 days, and a session lasts hours; the first look may also come to nothing.
const LATEST_LOOK_MS = 10 * 60_000;

/** How long until the next look: at the warning, then often; just after the end to learn that it has come. */
export function nextLookMs(leftMs: number): number {
  if (leftMs > WARN_MS) return Math.min(leftMs - WARN_MS, LATEST_LOOK_MS);
  return Math.min(Math.max(leftMs, 0) + 500, LOOK_AGAIN_MS);
}

export function SessionWarning() {
  const client = useQueryClient();
  const [end, setEnd] = useState<SessionEnd | null>(null);
  // The end whose warning was read: an end that cannot be put off is said once.
  const [read, setRead] = useState<string | null>(null);
  const look = useCallback(async (): Promise<number> => {
    try {
      const found = await lookAtSession();
      setEnd(found);
      if (found !== null) return nextLookMs(toMs(found.ends_at) - toMs(found.now));
      await client.invalidateQueries({ queryKey: ME });
    } catch {
      // No connection: the frame says that; the session is looked at again.
    }
    return LOOK_AGAIN_MS;
  }, [client]);
  useEffect(() => {
    let timer = 0;
    let isGone = false;
    const again = async () => {
      window.clearTimeout(timer);
      const wait = await look();
      if (!isGone) timer = window.setTimeout(() => void again(), wait);
    };
    const onShown = () => {
      // A machine that slept: its timers stood still.
      if (document.visibilityState === 'visible') void again();
    };
    void again();
    document.addEventListener('visibilitychange', onShown);
    return () => {
      isGone = true;
      window.clearTimeout(timer);
      document.removeEventListener('visibilitychange', onShown);
    };
  }, [look]);
  if (end === null || toMs(end.ends_at) - toMs(end.now) > WARN_MS || read === end.ends_at) return null;
  const stay = async () => {
    await showSign(client).catch(() => undefined);
    await look();
  };
  return <Warning end={end} onStay={() => void stay()} onRead={() => setRead(end.ends_at)} />;
}

function Warning({ end, onStay, onRead }: { end: SessionEnd; onStay: () => void; onRead: () => void }) {
  const { t } = useWords();
  const answer = end.can_stay ? onStay : onRead;
  const foot = useRef<HTMLDivElement>(null);
  useEffect(() => {
    foot.current?.querySelector('button')?.focus();
  }, []);
  return (
    <Sheet
      title={
        <>
          {t('session.ending')} <Countdown until={end.ends_at} />
        </>
      }
      onClose={answer}
      foot={
        <div ref={foot}>
          <Button look="primary" size="large" onClick={answer}>
            {t(end.can_stay ? 'session.stay' : 'session.understood')}
          </Button>
        </div>
      }
    >
      <p role="alert">{t(end.can_stay ? 'session.stay_why' : 'session.last')}</p>
    </Sheet>
  );
}

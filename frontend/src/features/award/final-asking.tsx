// The purchaser's form: until when a best-and-final round is open, and why the price is asked for again.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { AreaField, TextField } from '@/ui/field';
import { Instant } from '@/ui/instant';
import { ProblemAlert } from '@/ui/problem-alert';
import { useServerNow } from '@/ui/use-server-now';

import { useFinalAct } from './final-queries';

// domain/final_offers.py: SHORTEST_REASON, LEAST_LEAD, FARTHEST.
const SHORTEST = 10;
const LEAST_HOURS = 24;
const MOST_HOURS = 720;
const USUAL_HOURS = '48';
const MINUTE_MS = 60_000;
// A close on a full five minutes is easier to say, and gives the shortest lead the seconds of its way.
const STEP_MS = 5 * MINUTE_MS;

export function AskRound({ tenderId }: { tenderId: string }) {
  const { t } = useWords('final-offers');
  const act = useFinalAct(tenderId);
  const now = useServerNow(MINUTE_MS);
  const [isOpen, setOpen] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const [hours, setHours] = useState(USUAL_HOURS);
  const [reason, setReason] = useState('');
  if (!isOpen) {
    return (
      <div className="row">
        <Button onClick={() => setOpen(true)}>{t('propose')}</Button>
      </div>
    );
  }
  const open = Number(hours);
  const isHours = /^\d{1,3}$/.test(hours) && open >= LEAST_HOURS && open <= MOST_HOURS;
  const isShort = reason.trim().length < SHORTEST;
  const least = now + MINUTE_MS + open * 60 * MINUTE_MS;
  const closes = new Date(isHours ? (open === MOST_HOURS ? least - STEP_MS : Math.ceil(least / STEP_MS) * STEP_MS) : now).toISOString();
  const send = () => {
    setAsked(true);
    if (!isHours || isShort) return;
    act.mutate({ path: `tenders/${tenderId}/final-rounds`, body: { closes_at: closes, reason: reason.trim() } }, { onSuccess: () => announce(t('sent')) });
  };
  return (
    <section className="stack" aria-label={t('propose')}>
      <h3>{t('propose')}</h3>
      <p>{t('propose_why')}</p>
      <TextField label={t('hours')} hint={t('hours_hint')} inputMode="numeric" value={hours} error={isHours ? null : t('hours_hint')} onChange={(event) => setHours(event.target.value.replace(/\D/g, '').slice(0, 3))} />
      {isHours && (
        <p>
          {t('closes')} <Instant at={closes} named />
        </p>
      )}
      <AreaField label={t('reason')} hint={t('reason_hint')} rows={2} maxLength={4000} value={reason} error={isAsked && isShort ? t('common:form.too_short', { count: SHORTEST }) : null} onChange={(event) => setReason(event.target.value)} />
      <ProblemAlert error={act.error} />
      <div className="row">
        <Button onClick={() => setOpen(false)}>{t('common:actions.cancel')}</Button>
        <Button look="primary" busy={act.isPending} onClick={send}>
          {t('send')}
        </Button>
      </div>
    </section>
  );
}

// The end of a contract before its time: what was decided, what waits for the approver, and the purchaser's form.

import { useState } from 'react';
import { Link } from 'react-router';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { AreaField, TextField } from '@/ui/field';
import { Instant } from '@/ui/instant';
import { ProblemAlert } from '@/ui/problem-alert';

import { useAct, type Agreements, type Contract } from './contract-queries';

// domain/contracting.py, SHORTEST_REASON.
const SHORTEST = 10;

interface Props {
  sheet: Agreements;
  held: Contract;
}

/** Above the text: that it ended, or ends. */
export function EndingNote({ sheet, held }: Props) {
  const { t } = useWords('contract');
  const ending = held.ending;
  return (
    <>
      {ending !== null && (
        <Banner tone="warn" title={t(`ended.${ending.kind}`)}>
          <p>
            {ending.ends_on !== null && t(held.in_force ? 'ended.until' : 'ended.was_until', { day: ending.ends_on })} {ending.reason}
          </p>
          <p className="small muted">
            <Instant at={ending.at} named />
            {sheet.side === 'buyer' && ending.kind === 'terminate' && !sheet.reads_only && (
              <>
                {' · '}
                <Link to="/payments">{t('ended.payments')}</Link>
              </>
            )}
          </p>
        </Banner>
      )}
      {held.end_proposal_id !== null && (
        <Banner title={t('ended.asked')}>
          <Link to={`/approvals/${held.end_proposal_id}`}>{t('waits_for_approval')}</Link>
        </Banner>
      )}
    </>
  );
}

/** The purchaser's form: two persons end a contract. */
export function EndForm({ sheet, held }: Props) {
  const { t } = useWords('contract');
  const act = useAct(sheet.tender_id);
  const [isWanted, setWanted] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const [reason, setReason] = useState('');
  const [day, setDay] = useState('');
  const kind = held.can_end;
  if (kind === null) return null;
  if (!isWanted) {
    return (
      <div className="row">
        <Button look="quiet" onClick={() => setWanted(true)}>
          {t(`end.${kind}`)}
        </Button>
      </div>
    );
  }
  const isDated = kind === 'cancel' || day !== '';
  const isShort = reason.trim().length < SHORTEST;
  const send = () => {
    setAsked(true);
    if (isShort || !isDated) return;
    const body = { kind, reason, ends_on: kind === 'terminate' ? day : null };
    act.mutate({ path: `contracts/${held.id}/ending`, body }, {
      onSuccess: () => {
        setWanted(false);
        announce(t('sent'));
      },
    });
  };
  return (
    <section className="stack" aria-label={t(`end.${kind}`)}>
      <h3>{t(`end.${kind}`)}</h3>
      <p>{t(`end.${kind}_why`)}</p>
      <AreaField label={t('end.reason')} hint={t('end.reason_hint', { count: SHORTEST })} rows={3} maxLength={4000} value={reason} error={isAsked && isShort ? t('at_least', { count: SHORTEST }) : null} onChange={(event) => setReason(event.target.value)} />
      {kind === 'terminate' && (
        <TextField type="date" label={t('end.day')} hint={t('end.day_hint')} value={day} error={isAsked && !isDated ? t('common:form.required') : null} onChange={(event) => setDay(event.target.value)} />
      )}
      <ProblemAlert error={act.error} />
      <div className="row">
        <Button look="primary" busy={act.isPending} onClick={send}>
          {t('end.ask')}
        </Button>
        <Button look="quiet" onClick={() => setWanted(false)}>
          {t('common:actions.cancel')}
        </Button>
      </div>
    </section>
  );
}

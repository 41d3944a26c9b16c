// After the unsealing a decision changes only by reopening: the purchaser asks with a reason, the approver and then the auditor agree.

import { useRef, useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { AreaField } from '@/ui/field';
import { focusFirstFault } from '@/ui/focus-fault';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { useOnline } from '@/ui/use-online';

import css from './award.module.css';
import { WaitingPanel } from './proposed-panel';
import { useAskReopening, type Decision } from './queries';

// domain/decision_reopening.py and app/award/schemas.py, Reason.
const SHORTEST_REASON = 10;
const LONGEST_REASON = 2000;

interface ReopeningPanelProps {
  decision: Decision;
  zone?: string;
}

/** What waits, what came of the last request, and the request itself; nothing for whoever can only read and has nothing to read. */
export function ReopeningPanel({ decision, zone }: ReopeningPanelProps) {
  const { t } = useWords('award');
  const last = decision.reopenings[0];
  if (last?.state === 'waiting_approver' || last?.state === 'waiting_auditor') {
    return (
      <WaitingPanel proposalId={last.proposal_id} title={t('reopening.title')}>
        {t(`reopening.${last.state}`)}
      </WaitingPanel>
    );
  }
  const ended = last?.state === 'refused' || last?.state === 'lapsed' ? last : null;
  if (!decision.can_reopen && ended === null) return null;
  return (
    <Panel title={t('reopening.title')}>
      <div className="stack">
        {ended !== null && (
          <Banner title={t(ended.state === 'refused' ? 'reopening.refused' : 'reopening.lapsed')}>
            <blockquote className={css['said']}>{ended.reason}</blockquote>
            <Instant at={ended.decided_at ?? ended.asked_at} named {...(zone === undefined ? {} : { zone })} />
          </Banner>
        )}
        {decision.can_reopen && <Ask tenderId={decision.tender_id} />}
      </div>
    </Panel>
  );
}

function Ask({ tenderId }: { tenderId: string }) {
  const { t } = useWords('award');
  const ask = useAskReopening(tenderId);
  const isOnline = useOnline();
  const [isWanted, setWanted] = useState(false);
  const [reason, setReason] = useState('');
  const [isAsked, setAsked] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const isShort = reason.trim().length < SHORTEST_REASON;
  const send = () => {
    setAsked(true);
    if (isShort) return focusFirstFault(form.current);
    ask.mutate(reason.trim(), { onSuccess: () => announce(t('reopening.asked')) });
  };
  if (!isWanted) {
    return (
      <>
        <p className="small muted">{t('reopening.what')}</p>
        <Button wide onClick={() => setWanted(true)}>
          {t('reopening.begin')}
        </Button>
      </>
    );
  }
  return (
    <form
      ref={form}
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <AreaField
        label={t('reopening.reason')}
        hint={t('reopening.reason_hint', { count: SHORTEST_REASON })}
        value={reason}
        maxLength={LONGEST_REASON}
        rows={4}
        error={isAsked && isShort ? t('codes:REASON_MISSING') : null}
        onChange={(event) => setReason(event.target.value)}
      />
      <p className="small">{t('reopening.effect')}</p>
      <ProblemAlert error={ask.error} />
      {!isOnline && <Banner tone="warn">{t('submit.offline')}</Banner>}
      <div className="row">
        <Button look="primary" type="submit" disabled={!isOnline} busy={ask.isPending}>
          {t('reopening.ask')}
        </Button>
        <Button look="quiet" onClick={() => setWanted(false)}>
          {t('common:actions.cancel')}
        </Button>
      </div>
    </form>
  );
}

/** That the decision is open again, and why: for everybody who may read the decision. */
export function ReopenedBanner({ decision, zone }: ReopeningPanelProps) {
  const { t } = useWords('award');
  const done = decision.reopenings.filter((each) => each.state === 'done');
  if (done.length === 0) return null;
  const isOpen = decision.state === 'reopened';
  return (
    <Banner tone={isOpen ? 'warn' : 'calm'} title={t(isOpen ? 'reopening.open_title' : 'reopening.was_title')}>
      {done.map((each) => (
        <div key={each.proposal_id}>
          <blockquote className={css['said']}>{each.reason}</blockquote>
          <p className="small muted">
            <Instant at={each.decided_at ?? each.asked_at} as="second" named {...(zone === undefined ? {} : { zone })} />
          </p>
        </div>
      ))}
      {isOpen && <p>{t('reopening.open_why')}</p>}
    </Banner>
  );
}

// Approve, or refuse with a reason. The rule (another person, the role, within 24 hours, unchanged) is the server's; it is said here in words.

import { useState } from 'react';

import { asProblem } from '@/api/problem';
import { useSignedIn } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Countdown } from '@/ui/countdown';
import { AreaField } from '@/ui/field';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { StateTag } from '@/ui/state-tag';
import { useOnline } from '@/ui/use-online';

import css from './approvals.module.css';
import { useDecide, type Proposal } from './queries';

// domain/approving.py: a refusal in three letters helps nobody.
const SHORTEST_REASON = 5;

export function DecisionPanel({ proposal }: { proposal: Proposal }) {
  if (proposal.state !== 'pending') return <Decided proposal={proposal} />;
  return proposal.can_decide ? <Deciding proposal={proposal} /> : <Waiting proposal={proposal} />;
}

function Decided({ proposal }: { proposal: Proposal }) {
  const { t } = useWords('approvals');
  return (
    <Panel title={t('detail.outcome')}>
      <div className="stack-tight">
        <p className="row">
          <StateTag kind="proposal" state={proposal.state} />
          {proposal.decided_at && <Instant at={proposal.decided_at} as="second" />}
        </p>
        {proposal.reason && <blockquote className={css['note']}>{proposal.reason}</blockquote>}
        {proposal.state === 'expired' && <p className="muted">{t('detail.expired_how')}</p>}
        {proposal.state === 'void' && <p className="muted">{t('detail.void_how')}</p>}
      </div>
    </Panel>
  );
}

function Waiting({ proposal }: { proposal: Proposal }) {
  const { t } = useWords('approvals');
  const me = useSignedIn();
  const isForAuditor = proposal.kind === 'account.roles' || proposal.kind === 'decision.reopen_audit';
  const decider = isForAuditor ? 'auditor' : 'approver';
  const why = proposal.is_mine ? 'detail.not_yours' : me.roles.includes(decider) ? 'detail.not_now' : (`detail.${decider}_only` as const);
  return (
    <Panel title={t('detail.decide')}>
      <div className="stack">
        <TimeLeft proposal={proposal} />
        <Banner>{t(why)}</Banner>
      </div>
    </Panel>
  );
}

function TimeLeft({ proposal }: { proposal: Proposal }) {
  const { t } = useWords('approvals');
  return (
    <p className={css['left']}>
      <span className="muted small">{t('inbox.time_left')}</span>
      <span className={css['leftTime']}>
        <Countdown until={proposal.expires_at} over={t('detail.expired')} />
      </span>
    </p>
  );
}

function Deciding({ proposal }: { proposal: Proposal }) {
  const { t } = useWords('approvals');
  const decide = useDecide(proposal.id);
  const isOnline = useOnline();
  const [reason, setReason] = useState('');
  const [isAsked, setAsked] = useState(false);
  const isShort = reason.trim().length < SHORTEST_REASON;
  const busy = decide.isPending ? decide.variables.verdict : null;
  const give = (verdict: 'approve' | 'refuse') => {
    if (!isOnline || decide.isPending) return;
    if (verdict === 'refuse' && isShort) {
      setAsked(true);
      return;
    }
    decide.mutate(
      { verdict, reason: reason.trim() },
      { onSuccess: () => announce(t(verdict === 'approve' ? 'detail.approved_said' : 'detail.refused_said')) },
    );
  };
  const isChanged = decide.isError && asProblem(decide.error).code === 'CHANGED_SINCE';
  return (
    <Panel title={t('detail.decide')}>
      <div className="stack">
        <TimeLeft proposal={proposal} />
        <ProblemAlert error={decide.error}>{isChanged && <p>{t('detail.changed_how')}</p>}</ProblemAlert>
        {!proposal.may_approve && <Banner>{t('detail.named_only')}</Banner>}
        {!isOnline && <Banner tone="warn">{t('detail.offline')}</Banner>}
        <AreaField
          label={t('detail.reason')}
          hint={t('detail.reason_hint', { count: SHORTEST_REASON })}
          value={reason}
          maxLength={4000}
          error={isAsked && isShort ? t('common:form.too_short', { count: SHORTEST_REASON }) : null}
          onChange={(event) => setReason(event.target.value)}
        />
        <div className={css['verdicts']}>
          {proposal.may_approve && (
            <Button look="primary" size="large" icon="check" wide disabled={!isOnline} busy={busy === 'approve'} onClick={() => give('approve')}>
              {t('detail.approve')}
            </Button>
          )}
          <Button look="danger" size="large" wide disabled={!isOnline} busy={busy === 'refuse'} onClick={() => give('refuse')}>
            {t('detail.refuse')}
          </Button>
        </div>
        <p className="small muted">{t('detail.binding')}</p>
      </div>
    </Panel>
  );
}

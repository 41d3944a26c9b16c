// AP-01, RQ-01: what waits on projects, then what waits for the second person, the most urgent first. One by one: nothing here
// approves in bulk.

import { useState } from 'react';
import { Link } from 'react-router';

import { useSignedIn } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { AgreementCards } from '@/ui/agreement-cards';
import { Banner } from '@/ui/banner';
import { ButtonLink } from '@/ui/button';
import { Countdown } from '@/ui/countdown';
import { Icon, type IconName } from '@/ui/icon';
import { Ago, Instant } from '@/ui/instant';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { StateTag, Tag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';
import { Switcher } from '@/ui/switcher';

import css from './approvals.module.css';
import { useDelegations, useProposals, type Proposal } from './queries';
import { kindKey, subjectOf } from './subject';
import { TasksPanel } from './tasks-panel';

const READERS = ['approver', 'purchaser', 'auditor'] as const;
const GIVERS = ['requester', 'purchaser', 'approver'] as const;

export default function InboxPage() {
  const { t } = useWords('approvals');
  const { roles } = useSignedIn();
  const isReader = READERS.some((role) => roles.includes(role));
  const isGiver = GIVERS.some((role) => roles.includes(role));
  const lead = roles.includes('approver') ? 'inbox.lead' : isReader ? 'inbox.lead_reader' : 'inbox.lead_tasks';
  return (
    <>
      <PageHeader
        title={t('inbox.title')}
        lead={t(lead)}
        actions={
          isGiver && (
            <ButtonLink to="/handover" icon="account">
              {t('handover.title')}
            </ButtonLink>
          )
        }
      />
      <div className="stack">
        {isGiver && <HandedOver />}
        <AgreementCards />
        <TasksPanel />
        {isReader && <Approvals />}
      </div>
    </>
  );
}

/** AP-01: what is delegated away is shown, and what is in one's own hands for others. */
function HandedOver() {
  const { t, find } = useWords('approvals');
  const delegations = useDelegations();
  const now = (delegations.data ?? []).filter((one) => one.state === 'in_force');
  if (now.length === 0) return null;
  return (
    <Banner title={t('handover.now')}>
      <ul>
        {now.map((one) => (
          <li key={one.id}>
            {t(one.is_given ? 'handover.given' : 'handover.taken', { role: find(`words:roles.${one.duty}`, one.duty), name: one.other, day: one.ends_on })}
          </li>
        ))}
      </ul>
    </Banner>
  );
}

function Approvals() {
  const { t } = useWords('approvals');
  const [shown, setShown] = useState<'waiting' | 'decided'>('waiting');
  const proposals = useProposals(shown === 'decided');
  return (
    <>
        <Switcher
          label={t('inbox.which')}
          value={shown}
          onChange={setShown}
          options={[
            { value: 'waiting', label: t('inbox.waiting') },
            { value: 'decided', label: t('inbox.decided') },
          ]}
        />
        <Panel flush>
          <QueryView query={proposals}>
            {(list) =>
              list.length === 0 ? (
                <Empty icon="approval" title={t(shown === 'waiting' ? 'inbox.empty' : 'inbox.empty_decided')}>
                  {t(shown === 'waiting' ? 'inbox.empty_why' : 'inbox.empty_decided_why')}
                </Empty>
              ) : (
                <ul>
                  {inOrder(list).map((proposal) => (
                    <Row key={proposal.id} proposal={proposal} />
                  ))}
                </ul>
              )
            }
          </QueryView>
        </Panel>
    </>
  );
}

function inOrder(list: readonly Proposal[]): Proposal[] {
  const key = (proposal: Proposal) => proposal.decided_at ?? proposal.expires_at;
  const isDecided = list.some((proposal) => proposal.decided_at !== null);
  return [...list].sort((a, b) => (isDecided ? key(b).localeCompare(key(a)) : key(a).localeCompare(key(b))));
}

const ICONS: Readonly<Record<string, IconName>> = { supplier: 'supplier', project: 'file', certification: 'supplier', tender: 'tender', bid: 'gavel', decision: 'check', identity: 'lock' };

function Row({ proposal }: { proposal: Proposal }) {
  const { t, lang, find } = useWords('approvals');
  const kind = find(`words:proposals.${kindKey(proposal.kind)}`, proposal.kind);
  const subject = subjectOf(proposal, lang);
  return (
    <li>
      <Link to={`/approvals/${proposal.id}`} className={css['row']}>
        <span className={css['rowIcon']}>
          <Icon name={ICONS[proposal.kind.split('.')[0] ?? ''] ?? 'approval'} size={20} />
        </span>
        <span className={css['rowText']}>
          <span className={css['rowKind']}>{kind}</span>
          {subject && <span className={css['rowSubject']}>{subject}</span>}
          <span className="row small muted">
            <span>{t('inbox.proposed_by', { role: find(`words:roles.${proposal.proposer_role}`, proposal.proposer_role) })}</span>
            <Ago at={proposal.proposed_at} />
            {proposal.is_mine && <Tag>{t('inbox.mine')}</Tag>}
          </span>
        </span>
        <span className={css['rowEnd']}>
          {proposal.state === 'pending' ? (
            <>
              <span className="small muted">{t('inbox.time_left')}</span>
              <Countdown until={proposal.expires_at} />
            </>
          ) : (
            <>
              <StateTag kind="proposal" state={proposal.state} />
              {proposal.decided_at && <Instant at={proposal.decided_at} />}
            </>
          )}
        </span>
        <Icon name="next" size={16} />
      </Link>
    </li>
  );
}

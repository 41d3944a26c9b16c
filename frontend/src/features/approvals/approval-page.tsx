// AP-02, AP-03: one screen: what is asked, by which role, what exactly changes, what the rule checks, and the word of the second person.

import { useParams } from 'react-router';

import { useWords } from '@/i18n/use-words';
import { ButtonLink } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { Instant } from '@/ui/instant';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { StateTag } from '@/ui/state-tag';

import css from './approvals.module.css';
import { Brief } from './brief';
import { DecisionPanel } from './decision-panel';
import { EarlierPanel } from './earlier-panel';
import { ExactChange } from './exact-change';
import { useProposal, type Proposal } from './queries';
import { kindKey, placeOf, subjectOf } from './subject';

export default function ApprovalPage() {
  const { proposalId = '' } = useParams();
  const proposal = useProposal(proposalId);
  return <QueryView query={proposal}>{(loaded) => <Approval proposal={loaded} />}</QueryView>;
}

function Approval({ proposal }: { proposal: Proposal }) {
  const { t, lang, find } = useWords('approvals');
  const kind = find(`words:proposals.${kindKey(proposal.kind)}`, proposal.kind);
  const place = placeOf(proposal);
  return (
    <>
      <PageHeader
        back={{ to: '/approvals', label: t('inbox.title') }}
        title={kind}
        mark={<StateTag kind="proposal" state={proposal.state} />}
        lead={subjectOf(proposal, lang)}
        actions={place && <ButtonLink to={place}>{t('detail.see_subject')}</ButtonLink>}
      />
      <div className={css['split']}>
        <div className={css['briefArea']}>
          <Panel title={t('detail.brief')}>
            <div className="stack">
              <p className={css['effect']}>{find(`effects.${kindKey(proposal.kind)}`, t('effects.other'))}</p>
              <Brief proposal={proposal} />
            </div>
          </Panel>
        </div>
        <div className={css['side']}>
          <DecisionPanel proposal={proposal} />
          <Panel title={t('detail.course')}>
            <Facts
              items={[
                { term: t('detail.proposer'), value: find(`words:roles.${proposal.proposer_role}`, proposal.proposer_role) },
                { term: t('detail.proposed_at'), value: <Instant at={proposal.proposed_at} as="second" named /> },
                { term: t('detail.expires_at'), value: <Instant at={proposal.expires_at} as="second" named /> },
              ]}
            />
          </Panel>
        </div>
        <div className={css['changeArea']}>
          {proposal.earlier && <EarlierPanel earlier={proposal.earlier} />}
          <ExactChange proposal={proposal} />
        </div>
      </div>
    </>
  );
}

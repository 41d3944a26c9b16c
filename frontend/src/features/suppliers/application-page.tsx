// One application: what the company tells of itself, which registered suppliers it may be, and what becomes of it.

import { useState } from 'react';
import { Link, useParams } from 'react-router';

import { useSignedIn } from '@/api/session';
import { pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { Instant } from '@/ui/instant';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';

import { ApplicationTag } from './applications-page';
import { CategoryNames } from './category-names';
import { useApplication, useProposeAdmission, useRefuseApplication, type Application } from './lifecycle-queries';
import { PendingBanners } from './pending-banners';
import { Replies } from './reply-panel';
import { SaySheet } from './say-sheet';

export default function ApplicationPage() {
  const { applicationId = '' } = useParams();
  const application = useApplication(applicationId);
  return <QueryView query={application}>{(loaded) => <ApplicationView one={loaded} />}</QueryView>;
}

function ApplicationView({ one }: { one: Application }) {
  const { t, lang } = useWords('suppliers');
  const none = t('common:table.none');
  const isOpen = one.state === 'applied';
  const mayWrite = useSignedIn().roles.includes('purchaser') && isOpen;
  return (
    <>
      <PageHeader
        back={{ to: '/supplier-applications', label: t('applications.title') }}
        title={pickName(lang, one)}
        lead={lang === 'zh' ? one.name_en : one.name_zh}
        mark={<ApplicationTag state={one.state} />}
      />
      <div className="stack">
        <PendingBanners pending={one.pending ? [one.pending] : []} />
        {one.reason && <Banner title={t('applications.turned_away')}>{one.reason}</Banner>}
        {(one.state === 'admitted' || one.state === 'merged') && (
          <Banner tone="good" role="note">
            <Link to={`/suppliers/${one.into_id ?? one.id}`}>{t('applications.see_supplier')}</Link>
          </Banner>
        )}
        <Panel title={t('dossier.facts')}>
          <Facts
            items={[
              { term: t('applications.reference'), value: <span className="mono">{one.reference}</span> },
              { term: t('fields.credit_code'), value: <span className="mono">{one.credit_code}</span> },
              { term: t('fields.city'), value: one.city || none },
              { term: t('fields.categories'), value: <CategoryNames codes={one.categories} /> },
              { term: t('applications.applied'), value: <Instant at={one.applied_at} /> },
            ]}
          />
        </Panel>
        <Replies owed={one.questionnaires} />
        {isOpen && <Candidates one={one} />}
        {mayWrite && <Acts one={one} />}
      </div>
    </>
  );
}

/** Who it may be already. The same code is the same legal person; a like name may be chance. */
function Candidates({ one }: { one: Application }) {
  const { t, lang } = useWords('suppliers');
  if (one.candidates.length === 0) return <p className="muted">{t('applications.no_candidate')}</p>;
  return (
    <Banner tone="warn" role="note" title={t('applications.candidates')}>
      <ul>
        {one.candidates.map((each) => (
          <li key={each.id}>
            <Link to={`/suppliers/${each.id}`}>{pickName(lang, each)}</Link> · <span className="mono">{each.credit_code}</span> ·{' '}
            {each.likeness.map((alike) => t(`applications.alike.${alike}`)).join(t('common:list_separator'))}
          </li>
        ))}
      </ul>
    </Banner>
  );
}

function Acts({ one }: { one: Application }) {
  const { t, lang } = useWords('suppliers');
  const propose = useProposeAdmission(one.id);
  const refuse = useRefuseApplication(one.id);
  const [isRefusing, setRefusing] = useState(false);
  const holder = one.candidates.find((each) => each.likeness.includes('credit_code'));
  return (
    <Panel title={t('applications.what_next')} note={t('certify.second')}>
      <div className="stack">
        <p>{holder ? t('applications.join_effect', { name: pickName(lang, holder) }) : t('applications.admit_effect')}</p>
        <ProblemAlert error={propose.error} />
        <div className="row">
          <Button look="danger" onClick={() => setRefusing(true)}>
            {t('applications.refuse')}
          </Button>
          <Button look="primary" busy={propose.isPending} disabled={one.pending !== null} onClick={() => propose.mutate(holder?.id ?? null)}>
            {t(holder ? 'applications.join' : 'applications.admit')}
          </Button>
        </div>
      </div>
      {isRefusing && (
        <SaySheet
          title={t('applications.refuse')}
          label={t('suspension.reason')}
          hint={t('applications.reason_hint')}
          error={refuse.error}
          isBusy={refuse.isPending}
          acts={[{ word: t('applications.refuse'), look: 'danger', onSay: (text) => refuse.mutate(text, { onSuccess: () => setRefusing(false) }) }]}
          onClose={() => setRefusing(false)}
        />
      )}
    </Panel>
  );
}

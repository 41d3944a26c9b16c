// A supplier's dossier for the buyer's side: standing, grade with its parts, evidence, history, and the acts of the desk.

import { useState } from 'react';
import { useParams } from 'react-router';

import { useSignedIn } from '@/api/session';
import { pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button, ButtonLink } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { Instant } from '@/ui/instant';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { StateTag } from '@/ui/state-tag';

import { AssessmentPanel } from './assessment-panel';
import { CategoryNames } from './category-names';
import { CertificatePanel } from './certificate-panel';
import { EditSheet } from './edit-sheet';
import { EvidencePanel } from './evidence-panel';
import { HistoryPanel } from './history-panel';
import { LifePanel } from './life-panel';
import { PendingBanners } from './pending-banners';
import { useDossier, type Dossier } from './queries';
import { ReplyPanel } from './reply-panel';
import css from './suppliers.module.css';
import { SuspensionSheet } from './suspension-sheet';

export default function DossierPage() {
  const { supplierId = '' } = useParams();
  const dossier = useDossier(supplierId);
  return <QueryView query={dossier}>{(loaded) => <DossierView dossier={loaded} />}</QueryView>;
}

function DossierView({ dossier }: { dossier: Dossier }) {
  const { t, lang } = useWords('suppliers');
  const mayWrite = useSignedIn().roles.includes('purchaser');
  const [isAsking, setAsking] = useState(false);
  const [isEditing, setEditing] = useState(false);
  // A category added after the approval needs a certification of its own.
  const uncovered = dossier.current === null ? [] : dossier.categories.filter((code) => !dossier.certified_categories.includes(code));
  const isSuspended = dossier.state === 'suspended';
  return (
    <>
      <PageHeader
        back={{ to: '/suppliers', label: t('list.title') }}
        title={pickName(lang, dossier)}
        lead={lang === 'zh' ? dossier.name_en : dossier.name_zh}
        mark={<StateTag kind="certification" state={dossier.standing} />}
        actions={
          <>
            <ButtonLink to={`/suppliers/${dossier.id}/performance`}>{t('dossier.performance')}</ButtonLink>
            {mayWrite && (
              <>
                <Button look={isSuspended ? 'plain' : 'danger'} onClick={() => setAsking(true)}>
                  {t(isSuspended ? 'suspension.reinstate' : 'suspension.suspend')}
                </Button>
                <ButtonLink to={`/suppliers/${dossier.id}/certify`} look="primary" icon="approval">
                  {t('dossier.certify')}
                </ButtonLink>
              </>
            )}
          </>
        }
      />
      <div className={css['split']}>
        <div className="stack">
          <PendingBanners pending={dossier.pending} />
          {uncovered.length > 0 && (
            <Banner tone="warn" role="note">
              {t('dossier.uncovered')} <CategoryNames codes={uncovered} />
            </Banner>
          )}
          <CertificatePanel current={dossier.current} standing={dossier.standing} />
          {dossier.current?.assessment && <AssessmentPanel assessment={dossier.current.assessment} />}
          <ReplyPanel supplierId={dossier.id} />
          <LifePanel supplierId={dossier.id} mayWrite={mayWrite} />
          <EvidencePanel supplierId={dossier.id} evidence={dossier.evidence} mayAdd={mayWrite} />
        </div>
        <div className="stack">
          <Panel
            title={t('dossier.facts')}
            actions={
              mayWrite && (
                <Button size="small" onClick={() => setEditing(true)}>
                  {t('common:actions.edit')}
                </Button>
              )
            }
          >
            <Facts
              items={[
                { term: t('fields.credit_code'), value: <span className="mono">{dossier.credit_code}</span> },
                { term: t('fields.city'), value: dossier.city || t('common:table.none') },
                { term: t('fields.categories'), value: <CategoryNames codes={dossier.categories} /> },
                { term: t('dossier.certified_for'), value: <CategoryNames codes={dossier.certified_categories} /> },
                { term: t('dossier.registered'), value: <Instant at={dossier.registered_at} as="date" /> },
              ]}
            />
          </Panel>
          <HistoryPanel supplierId={dossier.id} />
        </div>
      </div>
      {isEditing && <EditSheet dossier={dossier} onClose={() => setEditing(false)} />}
      {isAsking && <SuspensionSheet dossier={dossier} onClose={() => setAsking(false)} />}
    </>
  );
}

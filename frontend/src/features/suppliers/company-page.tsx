// SP-02: the supplier's own company: certification and what it means, what is missing, evidence to bring or renew.

import { pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Facts } from '@/ui/facts';
import { Instant } from '@/ui/instant';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { StateTag } from '@/ui/state-tag';

import { AssessmentPanel } from './assessment-panel';
import { CategoryNames } from './category-names';
import { CertificatePanel } from './certificate-panel';
import { EvidencePanel } from './evidence-panel';
import { HistoryPanel } from './history-panel';
import { OwnLifePanels } from './own-life';
import { useOwnDossier, type OwnDossier } from './queries';
import { OwnReplyPanel } from './reply-panel';
import css from './suppliers.module.css';
import { TeamPanel } from './team-panel';

export default function CompanyPage() {
  const own = useOwnDossier();
  return <QueryView query={own}>{(dossier) => <Company dossier={dossier} />}</QueryView>;
}

function Company({ dossier }: { dossier: OwnDossier }) {
  const { t, lang } = useWords('suppliers');
  const none = t('common:table.none');
  const missing = dossier.missing_evidence.map((aspect) => t(`words:aspects.${aspect}`)).join(t('common:list_separator'));
  return (
    <>
      <PageHeader title={pickName(lang, dossier)} mark={<StateTag kind="certification" state={dossier.standing} />} lead={t('own.lead')} />
      <div className={css['split']}>
        <div className="stack">
          {missing && (
            <Banner tone="warn" title={t('own.missing', { aspects: missing })}>
              {t('own.missing_how')}
            </Banner>
          )}
          <CertificatePanel current={dossier.current} standing={dossier.standing} isOwn />
          {dossier.current?.assessment && <AssessmentPanel assessment={dossier.current.assessment} isOwn />}
          <OwnReplyPanel />
          <OwnLifePanels certificationId={dossier.current?.id ?? null} />
          <EvidencePanel supplierId={null} evidence={dossier.evidence} mayAdd />
        </div>
        <div className="stack">
          <Panel title={t('dossier.facts')}>
            <Facts
              items={[
                { term: t('fields.credit_code'), value: <span className="mono">{dossier.credit_code}</span> },
                { term: t('fields.city'), value: dossier.city || none },
                { term: t('dossier.certified_for'), value: <CategoryNames codes={dossier.certified_categories} /> },
                { term: t('dossier.registered'), value: <Instant at={dossier.registered_at} as="date" /> },
              ]}
            />
          </Panel>
          <Panel title={t('own.contact')} note={t('own.contact_note')}>
            <Facts
              items={[
                { term: t('fields.contact_name'), value: dossier.contact.name || none },
                { term: t('fields.contact_email'), value: dossier.contact.email || none },
                { term: t('fields.contact_phone'), value: dossier.contact.phone || none },
              ]}
            />
          </Panel>
          <TeamPanel />
          <HistoryPanel supplierId={null} />
        </div>
      </div>
    </>
  );
}

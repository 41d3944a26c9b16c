// /tenders/:tenderId/contract for both sides: negotiation and contract with each supplier of the award.

import { useParams } from 'react-router';

import { useSignedIn } from '@/api/session';
import { pick, pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Facts } from '@/ui/facts';
import { Money } from '@/ui/money';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { Empty } from '@/ui/states';

import { AwardHeader } from './award-header';
import { ContractPanel } from './contract-panel';
import { useAgreements, type Agreements } from './contract-queries';
import { FinalPanel } from './final-panel';
import { NegotiationPanel } from './negotiation-panel';
import { useTender } from './queries';

// Whoever only asked for the goods reaches no tender: of it stands here what the sheet says.
const PARTIES = ['purchaser', 'approver', 'auditor', 'supplier'];

export default function ContractPage() {
  const { roles } = useSignedIn();
  return roles.some((role) => PARTIES.includes(role)) ? <PartyPage /> : <RequesterPage />;
}

function RequesterPage() {
  const { t, lang } = useWords('contract');
  const { tenderId = '' } = useParams();
  const sheet = useAgreements(tenderId);
  return (
    <QueryView query={sheet}>
      {(known) => (
        <div className="stack">
          <PageHeader
            back={{ to: '/projects', label: t('to_projects') }}
            title={`${t('contract')}${t('common:colon')}${pick(lang, { zh: known.title_zh, en: known.title_en })}`}
            lead={known.reference}
          />
          <Sheet sheet={known} />
        </div>
      )}
    </QueryView>
  );
}

function PartyPage() {
  const { t } = useWords('contract');
  const { tenderId = '' } = useParams();
  const tender = useTender(tenderId);
  const sheet = useAgreements(tenderId);
  return (
    <QueryView query={tender}>
      {(shown) => (
        <div className="stack">
          <AwardHeader tender={shown} what={t('page')} />
          <QueryView query={sheet}>{(known) => <Sheet sheet={known} />}</QueryView>
        </div>
      )}
    </QueryView>
  );
}

function Sheet({ sheet }: { sheet: Agreements }) {
  const { t, lang } = useWords('contract');
  if (sheet.agreements.length === 0) {
    return (
      <Panel>
        <Empty title={t('none')}>{t('none_why')}</Empty>
      </Panel>
    );
  }
  return (
    <>
      {!sheet.reads_only && <FinalPanel tenderId={sheet.tender_id} />}
      {sheet.agreements.map((each) => (
        <div key={each.supplier_id ?? 'own'} className="stack">
          <Panel {...(each.name_zh === null ? {} : { title: pickName(lang, { name_zh: each.name_zh, name_en: each.name_en ?? '' }) })}>
            <Facts
              items={[
                { term: t('method'), value: t(`methods.${sheet.method}`) },
                { term: t('total'), value: <Money amount={each.total} currency={sheet.currency} /> },
              ]}
            />
          </Panel>
          {!sheet.reads_only && <NegotiationPanel sheet={sheet} agreement={each} />}
          <ContractPanel sheet={sheet} agreement={each} />
        </div>
      ))}
    </>
  );
}

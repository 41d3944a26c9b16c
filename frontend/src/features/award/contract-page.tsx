// /tenders/:tenderId/contract for both sides: negotiation and contract with each supplier of the award.

import { useParams } from 'react-router';

import { pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Facts } from '@/ui/facts';
import { Money } from '@/ui/money';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { Empty } from '@/ui/states';

import { AwardHeader } from './award-header';
import { ContractPanel } from './contract-panel';
import { useAgreements, type Agreements } from './contract-queries';
import { NegotiationPanel } from './negotiation-panel';
import { useTender } from './queries';

export default function ContractPage() {
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
          <NegotiationPanel sheet={sheet} agreement={each} />
          <ContractPanel sheet={sheet} agreement={each} />
        </div>
      ))}
    </>
  );
}

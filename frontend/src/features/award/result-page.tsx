// /tenders/:tenderId/result for both sides: the server's answer says which one reads.

import { useParams } from 'react-router';

import { useWords } from '@/i18n/use-words';
import { QueryView } from '@/ui/query-view';

import { AwardHeader } from './award-header';
import { useResult, useTender, type SupplierTender } from './queries';
import { StaffResultView } from './staff-result';
import { SupplierResultView } from './supplier-result';
import { zoneOf } from './zone-of';

export default function ResultPage() {
  const { t } = useWords('award');
  const { tenderId = '' } = useParams();
  const tender = useTender(tenderId);
  const result = useResult(tenderId);
  return (
    <QueryView query={tender}>
      {(shown) => (
        <div className="stack">
          <AwardHeader tender={shown} what={t('result.what')} />
          <QueryView query={result}>
            {(known) =>
              known.audience === 'staff' ? (
                <StaffResultView result={known} {...zoneOf(shown)} />
              ) : (
                <SupplierResultView result={known} tender={shown as SupplierTender} />
              )
            }
          </QueryView>
        </div>
      )}
    </QueryView>
  );
}

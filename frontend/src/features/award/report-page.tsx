// /tenders/:tenderId/report: the report for everybody who may read the recommendation, evaluators among them.

import { useParams } from 'react-router';

import { useWords } from '@/i18n/use-words';
import { QueryView } from '@/ui/query-view';
import page from '@/ui/working-page.module.css';

import { AwardHeader } from './award-header';
import { useTender } from './queries';
import { ReportPanel } from './report-panel';
import { zoneOf } from './zone-of';

export default function ReportPage() {
  const { t } = useWords('report');
  const { tenderId = '' } = useParams();
  const tender = useTender(tenderId);
  return (
    <QueryView query={tender}>
      {(shown) => (
        <div className="stack">
          <AwardHeader tender={shown} what={t('what')} />
          <p className={page['lead']}>{t('lead')}</p>
          <ReportPanel tenderId={tenderId} {...zoneOf(shown)} />
        </div>
      )}
    </QueryView>
  );
}

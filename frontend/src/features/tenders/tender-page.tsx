// /tenders/:tenderId for everybody who reaches it: the server's answer says who reads.
import { useParams } from 'react-router';

import { QueryView } from '@/ui/query-view';

import { useTender } from './api';
import { NoticeView, READS_NOTICE } from './notice-view';
import { StaffTenderView } from './staff-tender';
import { SupplierTenderView } from './supplier-tender';

export default function TenderPage() {
  const { tenderId = '' } = useParams();
  const tender = useTender(tenderId);
  return (
    <QueryView query={tender}>
      {(shown) => {
        if (shown.audience === 'supplier') return <SupplierTenderView tender={shown} />;
        return READS_NOTICE.has(shown.hat) ? <NoticeView tender={shown} /> : <StaffTenderView tender={shown} />;
      }}
    </QueryView>
  );
}

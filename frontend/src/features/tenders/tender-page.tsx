// /tenders/:tenderId for both sides: the server's answer says which one reads.
import { useParams } from 'react-router';

import { QueryView } from '@/ui/query-view';

import { useTender } from './api';
import { StaffTenderView } from './staff-tender';
import { SupplierTenderView } from './supplier-tender';

export default function TenderPage() {
  const { tenderId = '' } = useParams();
  const tender = useTender(tenderId);
  return (
    <QueryView query={tender}>
      {(shown) => (shown.audience === 'staff' ? <StaffTenderView tender={shown} /> : <SupplierTenderView tender={shown} />)}
    </QueryView>
  );
}

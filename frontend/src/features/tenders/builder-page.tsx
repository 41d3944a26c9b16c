// /tenders/:tenderId/edit: the builder of a draft (PL-06). Anything but a draft belongs to the tender's own page.
import { Navigate, useParams } from 'react-router';

import { QueryView } from '@/ui/query-view';

import { useTender } from './api';
import { Builder } from './builder';

export default function BuilderPage() {
  const { tenderId = '' } = useParams();
  const tender = useTender(tenderId);
  return (
    <QueryView query={tender}>
      {(shown) =>
        shown.audience === 'staff' && shown.draft !== null && shown.acts.includes('edit') ? (
          <Builder key={shown.id} tender={shown} first={shown.draft} />
        ) : (
          <Navigate to={`/tenders/${tenderId}`} replace />
        )
      }
    </QueryView>
  );
}

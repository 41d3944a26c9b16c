// Points by grade that the performance reviews of the category suggest: an offer the purchaser takes or leaves.

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { api, unwrap } from '@/api/client';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { ProblemAlert } from '@/ui/problem-alert';

import type { CertificationDraft } from './api';

type Points = NonNullable<CertificationDraft['points']>;

interface OfferedPointsProps {
  category: string;
  onTake: (points: Points) => void;
}

export function OfferedPoints({ category, onTake }: OfferedPointsProps) {
  const { t } = useWords('tenders');
  const [isAsked, setAsked] = useState(false);
  const offer = useQuery({
    queryKey: ['performance', 'points', category],
    queryFn: () => unwrap(api.GET('/api/performance-points/{category}', { params: { path: { category } } })),
    enabled: isAsked && category !== '',
  });
  const points = offer.data?.points ?? null;
  return (
    <div className="stack-tight">
      <ProblemAlert error={offer.error} />
      <div className="row">
        {points === null ? (
          <Button size="small" icon="chart" busy={offer.isFetching} disabled={category === ''} onClick={() => setAsked(true)}>
            {t('outcome.offer_ask')}
          </Button>
        ) : (
          <Button size="small" icon="check" onClick={() => onTake({ A: points.A ?? '0', B: points.B ?? '0', C: points.C ?? '0', D: points.D ?? '0' })}>
            {t('outcome.offer_take', { a: points.A ?? '0', b: points.B ?? '0', c: points.C ?? '0', d: points.D ?? '0' })}
          </Button>
        )}
        {offer.data && <span className="small muted">{t(points === null ? 'outcome.offer_too_few' : 'outcome.offer_basis', { count: offer.data.suppliers })}</span>}
      </div>
    </div>
  );
}
